import Model

/// Holds `fastcgi` of a balancer against what its members speak.
enum GatewayCheck {
    private static let countMax = 64

    /// Looks at a balancer whose members could all be read.
    static func check(_ section: Section, _ balancer: BalancerConfiguration) {
        let member = balancer.members.first { $0.speaks == .fastCGI }
        switch (section["fastcgi"], member) {
        case (let slot?, nil):
            slot.complain(
                "no member speaks FastCGI",
                cure: .takeAway("take it away, or write a member's url as fcgi://HOST:PORT or fcgi+unix:/PATH"))
        case (nil, let member?) where section.isMadeOfFlags:
            section.complain(
                "member \(member.name) speaks FastCGI, and no flag says where its scripts are",
                cure: "write a file with fastcgi: /var/www/html beside its members, and give that to martlet run")
        case (nil, let member?):
            section.complain(
                "member \(member.name) speaks FastCGI, and nothing says where its scripts are",
                adding: "fastcgi: /var/www/html", ", or the folder that php-fpm has them in")
        default: break
        }
        if let parameters = balancer.fastCGI?.parameters, parameters.count > countMax {
            section["fastcgi"]?.complain("expected at most \(countMax) params, found \(parameters.count)")
        }
    }
}
