import Bytes
import HTTP
import Model
import Reactor
import Session

/// `mode: prefix`, ready to be used: a route in front of the application's cookie says whose a session is.
final class PrefixAffinity: Sendable {
    /// The name of the application's cookie.
    let cookie: [UInt8]
    /// The members by their routes.
    let routes: MemberRoutes
    /// What stands in front of the value for each member.
    let prefixes: [[UInt8]]

    init(_ configuration: PrefixedConfiguration, of balancer: BalancerConfiguration) {
        self.cookie = Array(configuration.cookie.utf8)
        routes = MemberRoutes(balancer.leadingRoutes, formerRoutes: balancer.members.map(\.formerName))
        prefixes = balancer.members.map { Array($0.route.utf8) + [PrefixedValue.separator] }
    }

    /// Reads the routes, and takes them out.
    func read(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, of balancer: Balancer, into claim: inout SessionClaim,
        replace: SessionClaim.Replacement
    ) {
        head.eachCookie(named: cookie, in: bytes) { value, _ in
            guard let prefixed = PrefixedValue(value, in: bytes) else { return }
            let found = routes.member(for: bytes.extracting(prefixed.route))
            // The tilde of an application's own value.
            guard found != nil || prefixed.isName(in: bytes) else { return }
            replace(prefixed.prefix, Span())
            if found != nil { claim.tellApart(prefixed.prefix.upperBound..<value.upperBound, bytes, balancer) }
            let member = found.flatMap { balancer.ties[$0.member] ? $0.member : nil }
            claim.prefer(member, .written(prefixed.route), from: .cookie)
        }
    }

    /// Puts the route of the member that has answered in front of the cookie that it sets.
    func write(
        _ head: borrowing ResponseHead, _ source: Span<UInt8>, from member: AnsweringMember, _ edits: HeadEdits,
        _ action: inout AffinityAction
    ) {
        guard member.ties else { return }
        let (name, text) = (cookie, prefixes[member.index])
        head.eachSetCookie(in: source) { cookie, field in
            guard source.extracting(field).extracting(cookie.name).equals(name.span),
                !cookie.isRemoval(in: source.extracting(field), now: Clock.wallSeconds())
            else { return }
            let start = field.lowerBound + cookie.value.lowerBound
            edits.replace(start..<start, with: text.span)
            action = .prefixed
        }
    }
}
