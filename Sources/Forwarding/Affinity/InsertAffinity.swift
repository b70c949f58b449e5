import Balancing
import Bytes
import HTTP
import Model
import Reactor
import Session

/// `mode: insert`, ready to be used: a cookie of Martlet's own says whose a session is.
final class InsertAffinity: Sendable {
    /// What is declared.
    let configuration: InsertedConfiguration
    /// The cookie.
    let cookie: InsertedCookie
    /// The name of the application's cookie that is followed; empty: none.
    let followed: [UInt8]
    /// Seconds of its limits.
    let idle: Int?
    let life: Int?
    /// The field lines of each member that need not be made each time: in cleartext, then over TLS.
    private let lines: [[UInt8]]
    private static let noCaching = Array("Cache-Control: private\r\n".utf8)

    init(_ configuration: InsertedConfiguration, of balancer: BalancerConfiguration) {
        self.configuration = configuration
        let names = balancer.members.map(\.name)
        let cookie = InsertedCookie(
            name: configuration.cookie ?? InsertedCookie.name(balancer: balancer.name), members: names,
            formerNames: balancer.members.map(\.formerName), routes: balancer.leadingRoutes)
        self.cookie = cookie
        followed = Array((configuration.followed ?? "").utf8)
        idle = configuration.idle.map { $0 / 1_000 }
        life = configuration.life.map { $0 / 1_000 }
        lines = names.indices.flatMap { member in
            [false, true].map { isSecure in
                cookie.line(member: member, attributes: configuration.attributes.text(isSecure: isSecure))
                    + (configuration.forbidsCaching ? Self.noCaching : [])
            }
        }
    }

    /// Whether the cookie has limits.
    var isLimited: Bool { idle != nil || life != nil }

    /// The field lines that tie a client to a member.
    ///
    /// - Parameters:
    ///   - marks: where the cookie has limits.
    ///   - followedField: a field whose attributes are taken over; empty: none.
    func lines(member: Int, marks: InsertedMarks?, isSecure: Bool, following followedField: [UInt8]) -> [UInt8] {
        guard marks != nil || !followedField.isEmpty else { return lines[member * 2 + (isSecure ? 1 : 0)] }
        return cookie.line(
            member: member, marks: marks, attributes: attributes(isSecure: isSecure, following: followedField))
            + (configuration.forbidsCaching ? Self.noCaching : [])
    }

    /// The field line that takes the cookie away.
    func removal(isSecure: Bool, following followedField: [UInt8]) -> [UInt8] {
        cookie.line(member: nil, attributes: attributes(isSecure: isSecure, following: followedField))
    }

    private func attributes(isSecure: Bool, following field: [UInt8]) -> [UInt8] {
        configuration.attributes.text(isSecure: isSecure, following: field.isEmpty ? nil : field.span)
    }

    // MARK: - The request

    /// Reads the cookie, and takes it out where members do not get it.
    func read(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, of balancer: Balancer, _ memory: AffinityMemory?,
        into claim: inout SessionClaim, _ state: inout AffinityState, replace: SessionClaim.Replacement
    ) {
        state.isUsed = true
        state.memory = memory
        let now = isLimited ? Clock.wallSeconds() : 0
        let isForwarded = configuration.isForwarded
        head.eachCookie(named: cookie.name, in: bytes, isCut: !isForwarded) { value, removal in
            if !isForwarded { replace(removal, Span()) }
            state.hasCookie = true
            read(value, in: bytes, of: balancer, now: now, into: &claim, &state)
        }
        guard !followed.isEmpty else { return }
        head.eachCookie(named: followed, in: bytes) { value, _ in
            if !value.isEmpty { claim.tellApart(value, bytes, balancer) }
        }
        // Whoever is not tied yet is elected a member, not ranked one.
        if claim.preferences.count == 0 { claim.key = nil }
    }

    private func read(
        _ value: Range<Int>, in bytes: Span<UInt8>, of balancer: Balancer, now: Int, into claim: inout SessionClaim,
        _ state: inout AffinityState
    ) {
        let (named, isFormer, tail) = cookie.read(value, in: bytes)
        // Who was tied before the member became a standby is tied no more.
        let member = named.flatMap { balancer.ties[$0] ? $0 : nil }
        let isFirst = claim.preferences.count == 0
        if isFormer, isFirst, member != nil { claim.hasFormerRoute = true }
        guard let member, isLimited else { return claim.prefer(member, .written(value), from: .cookie) }
        // A cookie from before there were limits counts from now on.
        let marks = tail.isEmpty ? InsertedMarks(issued: now, seen: now) : InsertedMarks(bytes.extracting(tail))
        guard let marks else { return claim.prefer(nil, .written(value), from: .cookie) }
        switch marks.verdict(now: now, idle: idle, life: life) {
        case .over:
            claim.preferences.fault = .cookieExpired
            return
        case .holds:
            if isFirst {
                state.marks = marks
                state.isDue = tail.isEmpty
            }
        case .due(let renewed):
            if isFirst {
                state.marks = renewed
                state.isDue = true
            }
        }
        claim.prefer(member, .written(value), from: .cookie)
    }

    // MARK: - The answer

    /// Ties the client to the member that has answered, if it is not yet, or takes the cookie away with the one that it
    /// follows.
    ///
    /// - Returns: field lines to add, each with its CR LF.
    func write(
        _ head: borrowing ResponseHead, _ source: Span<UInt8>, from member: AnsweringMember, _ tie: Tie,
        _ action: inout AffinityAction
    ) -> [UInt8] {
        var isNeeded = !member.isHome || tie.affinity.isDue || tie.hasFormerRoute
        var isApplications = false
        var isRemoved = false
        if isNeeded || !followed.isEmpty {
            let (own, followed) = (cookie.name, followed)
            head.eachSetCookie(in: source) { cookie, field in
                let value = source.extracting(field)
                let name = value.extracting(cookie.name)
                if name.equals(own.span) { isApplications = true }
                guard !followed.isEmpty, name.equals(followed.span) else { return }
                isRemoved = cookie.isRemoval(in: value, now: Clock.wallSeconds())
                isNeeded = true
                if !isRemoved { Self.follow(value.extracting(cookie.attributes), tie.affinity.memory) }
            }
        }
        guard isNeeded, !isApplications else { return [] }
        let field = tie.affinity.memory?.followed ?? []
        if isRemoved {
            guard tie.affinity.hasCookie else { return [] }
            action = .removed
            return removal(isSecure: member.isSecure, following: field)
        }
        guard member.ties else { return [] }
        var marks: InsertedMarks?
        if isLimited {
            let now = Clock.wallSeconds()
            marks = member.isHome ? tie.affinity.marks : InsertedMarks(issued: now, seen: now)
        }
        action = member.isHome ? .renewed : .inserted
        return lines(member: member.index, marks: marks, isSecure: member.isSecure, following: field)
    }

    /// Remembers the attributes of the cookie that is followed.
    private static func follow(_ attributes: Span<UInt8>, _ memory: AffinityMemory?) {
        guard let memory, attributes.count <= Session.Limits.templateBytesMax else { return }
        var field = Array("x=x".utf8)
        for offset in attributes.indices { field.append(attributes[offset]) }
        memory.followed = field
    }
}
