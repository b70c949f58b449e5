import Balancing
import Bytes
import HTTP
import Model
import Reactor
import Session

/// `mode: sealed`, ready to be used: a token in place of the route says whose a session is.
final class SealedAffinity: Sendable {
    /// What is declared.
    let configuration: SealedConfiguration
    /// The names of the session's cookie and parameter; empty: not read.
    let cookie: [UInt8]
    let parameter: [UInt8]
    /// Takes values apart.
    let reader: SealedValueReader
    /// The members' routes, with the separator in front.
    let routes: [[UInt8]]
    /// Seconds for which a token holds.
    let life: UInt64
    /// The members' identifiers.
    let identifiers: [UInt64]
    /// The identifiers in ascending order, with their members.
    private let order: [(identifier: UInt64, member: Int)]

    init(_ configuration: SealedConfiguration, of balancer: BalancerConfiguration) {
        self.configuration = configuration
        cookie = Array((configuration.cookie ?? "").utf8)
        parameter = Array((configuration.parameter ?? "").utf8)
        reader = SealedValueReader(separator: configuration.separator, routes: balancer.leadingRoutes)
        routes = balancer.members.map { [configuration.separator] + Array($0.route.utf8) }
        life = UInt64(configuration.life / 1_000)
        identifiers = balancer.members.map { Self.identifier(of: $0.name) }
        // Also by what they were called before a reload.
        let known = balancer.members.enumerated().flatMap { index, member in
            [member.name, member.formerName].compactMap { $0.map { (Self.identifier(of: $0), index) } }
        }
        order = known.sorted { $0 < $1 }
    }

    /// The member with an identifier; `nil`: nobody, or nobody any more.
    func member(_ identifier: UInt64) -> Int? {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle].identifier < identifier { low = middle + 1 } else { high = middle }
        }
        return low < order.count && order[low].identifier == identifier ? order[low].member : nil
    }

    /// A hash of the declared name, and so the same on every node and after every reload; never 0.
    private static func identifier(of name: String) -> UInt64 {
        var hash = StableHash()
        for byte in name.utf8 { hash.add(byte) }
        return max(1, hash.value)
    }

    // MARK: - The request

    /// What was found in a value of the session, and whether it has to be set anew.
    private struct Found {
        let session: Range<Int>
        let pending: AffinityState.Pending
        var named: UInt64 = 0
    }

    /// Reads the tokens, and puts in their place what the application wrote.
    func read(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, of balancer: Balancer, _ memory: AffinityMemory?,
        into claim: inout SessionClaim, _ state: inout AffinityState, replace: SessionClaim.Replacement
    ) {
        state.isUsed = true
        state.memory = memory
        let now = UInt64(max(0, Clock.wallSeconds()))
        if !parameter.isEmpty {
            let target = bytes.extracting(head.targetRange)
            var reader = TargetParameterReader(
                target, isSemicolonDelimiter: configuration.semicolonPathDelimiter)
            var left = Session.Limits.rewrittenMax
            let name = parameter
            while left > 0, let parameter = reader.next(named: name.span, in: target) {
                let value = parameter.value.shifted(by: head.targetRange.lowerBound)
                _ = read(
                    value, parameter.source, in: bytes, of: balancer, memory, now: now, into: &claim, replace: replace)
                left -= 1
            }
        }
        var hasToken = false
        head.eachCookie(named: cookie, in: bytes) { value, _ in
            state.hasCookie = true
            guard
                let found = read(
                    value, .cookie, in: bytes, of: balancer, memory, now: now, into: &claim, replace: replace),
                !hasToken, !found.session.isEmpty
            else { return }
            switch found.pending {
            case .replacement where state.session.isEmpty: state.pend(found.pending, found.session, found.named, bytes)
            case .replacement: break
            case .none, .renewal:
                hasToken = true
                state.pend(found.pending, found.session, found.named, bytes)
            }
        }
        if case .none = state.pending { return }
        state.attributes = memory?.templates.text(for: bytes.extracting(head.pathRange))
    }

    /// Reads a value of the session and puts the application's form in its place: what a token stands for, or the
    /// identifier alone where there is none that counts.
    ///
    /// - Returns: `nil` where it is none of ours.
    private func read(
        _ value: Range<Int>, _ place: RouteSource, in bytes: Span<UInt8>, of balancer: Balancer,
        _ memory: AffinityMemory?, now: UInt64, into claim: inout SessionClaim, replace: SessionClaim.Replacement
    ) -> Found? {
        switch reader.read(value, in: bytes, isClients: true) {
        case .bare, .huge:
            return nil
        case .route(let session, let route, _):
            // A client may say what it likes: a route counts when it is sealed.
            replace(session.upperBound..<route.upperBound, Span())
            claim.preferences.fault = .tokenInvalid
            return Found(session: session, pending: .replacement)
        case .token(let session, let token):
            let tokenPlace = session.upperBound..<token.upperBound
            guard let route = memory?.open(bytes.extracting(token), for: bytes.extracting(session)) else {
                replace(tokenPlace, Span())
                claim.preferences.fault = .tokenInvalid
                return Found(session: session, pending: .replacement)
            }
            if route.named != 0, let named = member(route.named) {
                let tail = routes[named]
                replace(tokenPlace, tail.span)
            } else {
                replace(tokenPlace, Span())
            }
            let found = judge(route, session, place, of: balancer, now: now, into: &claim)
            if claim.preferences.count > 0 { claim.tellApart(session, bytes, balancer) }
            return found
        }
    }

    /// Decides whether an opened token counts.
    private func judge(
        _ route: SealedRoute, _ session: Range<Int>, _ place: RouteSource, of balancer: Balancer, now: UInt64,
        into claim: inout SessionClaim
    ) -> Found {
        let named = member(route.named) == nil ? 0 : route.named
        guard now < route.expiry else {
            claim.preferences.fault = .tokenExpired
            return Found(session: session, pending: .replacement, named: named)
        }
        guard let member = member(route.member), balancer.ties[member] else {
            if claim.preferences.count == 0 { claim.source = place.name }
            claim.preferences.hasUnknownRoute = true
            return Found(session: session, pending: .replacement, named: named)
        }
        if claim.preferences.count == 0 {
            claim.asked = .opened(member: member)
            claim.source = place.name
        }
        claim.preferences.append(member)
        let left = route.expiry - now
        let isDue = left < life / 2 || left > life
        return Found(session: session, pending: isDue ? .renewal(member: route.member) : .none, named: named)
    }
}

extension AffinityState {
    /// Takes what is to be set, and of which session.
    fileprivate mutating func pend(_ pending: Pending, _ session: Range<Int>, _ named: UInt64, _ bytes: Span<UInt8>) {
        self.pending = pending
        self.named = named
        self.session = []
        if case .none = pending { return }
        for offset in session { self.session.append(bytes[offset]) }
    }
}
