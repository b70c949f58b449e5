import Model
import Session

/// `mode: prefix`, ready to be used.
final class PrefixAffinity: Sendable {
    /// The name of the application's cookie.
    let cookie: [UInt8]
    /// The members by their routes.
    let routes: MemberRoutes
    /// What stands in front of the value for each member.
    let prefixes: [[UInt8]]

    init(cookie: String, of balancer: BalancerConfiguration) {
        self.cookie = Array(cookie.utf8)
        routes = MemberRoutes(balancer.leadingRoutes, formerRoutes: balancer.members.map(\.formerName))
        prefixes = balancer.members.map { Array($0.route.utf8) + [PrefixedValue.separator] }
    }
}
