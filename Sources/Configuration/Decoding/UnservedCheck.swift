import Model

/// Complains about members that are understood and not served yet: those of FastCGI and AJP.
enum UnservedCheck {
    /// Looks at the members of a configuration in which nothing else was found wrong.
    static func check(_ root: Slot) {
        for balancer in root.section()?["balancers"]?.named() ?? [] {
            for member in balancer.slot.section()?["members"]?.named() ?? [] {
                guard let slot = member.slot.section()?["url"], case .text(let text)? = slot.datum(),
                    let url = MemberURL(text)
                else { continue }
                switch url.speaks {
                case .fastCGI:
                    slot.complain(
                        "FastCGI is understood and not served yet",
                        cure: "put nginx or Apache between, and name that here")
                case .ajp:
                    slot.complain(
                        "AJP is understood and not served yet",
                        cure: "write http:// with the port of Tomcat's HTTP connector")
                case .http1, .http2Cleartext: break
                }
            }
        }
    }
}
