import Foundation

/// A kind of paths, and what becomes of each: Martlet gives it to a balancer, or refuses it.
///
/// The site has `/` for the balancer app, `/admin` for admin, `/.well-known/acme-challenge` for acme, and `/pub` for
/// pub, whose members get `/inner` in its place.
struct PathKind: Sendable {
    /// A balancer of the site.
    enum Balancer: String, CaseIterable, Sendable {
        case app, admin, acme, pub

        /// The places that its members may take a path for, as ``PlaceServer`` names them.
        ///
        /// Nobody declares `/inner` for clients, so there it is app's like any other name; pub's members are given
        /// nothing else. What reads as `/pub` is nobody's: app's members do not get it, and pub's get another name.
        var places: Set<String> {
            switch self {
            case .app: ["root", "inner"]
            case .admin: ["admin"]
            case .acme: ["acme"]
            case .pub: ["inner"]
            }
        }
    }

    /// A path of the table.
    struct Row: Sendable {
        /// As a client sends it; `HOST` stands for the site's.
        let target: String
        /// Who gets it, or would get it by its naive reading: escapes of letters decoded, parameters left out, slashes
        /// merged, and nothing else.
        let balancer: Balancer
        let isRefused: Bool

        /// What a member would get that is given the path by its naive reading.
        ///
        /// Those of pub have that name in letters where they are refused.
        var sent: String {
            var path = target
            if target.hasPrefix("http://HOST") {
                path = String(target.dropFirst("http://HOST".count))
                if !path.hasPrefix("/") { path = "/" + path }
            }
            guard balancer == .pub, let name = path.range(of: "pub") else { return path }
            return "/inner" + String(path[name.upperBound...])
        }

        /// The target at a host.
        func target(at host: String) -> String { target.replacingOccurrences(of: "HOST", with: host) }
    }

    /// What kind it is, in words.
    let name: String
    private let accepted: [Balancer: [String]]
    private let refused: [Balancer: [String]]

    /// Makes a kind.
    ///
    /// - Parameters:
    ///   - app: targets that are given to members of app, and so for the others.
    ///   - refused: targets that are refused, by who would get them otherwise; see ``Row/balancer``.
    init(
        _ name: String, app: [String] = [], admin: [String] = [], acme: [String] = [], pub: [String] = [],
        refused: [Balancer: [String]] = [:]
    ) {
        self.name = name
        accepted = [.app: app, .admin: admin, .acme: acme, .pub: pub]
        self.refused = refused
    }

    /// Its paths.
    var rows: [Row] {
        Balancer.allCases.flatMap { balancer in
            (accepted[balancer] ?? []).map { Row(target: $0, balancer: balancer, isRefused: false) }
                + (refused[balancer] ?? []).map { Row(target: $0, balancer: balancer, isRefused: true) }
        }
    }
}
