import Balancing
import Bytes
import HTTP

extension Edge {
    /// Who answers for a request.
    enum Destination {
        /// One of the balancer's members, if one can.
        case farm(Farm)
        /// Martlet itself.
        case refused(Refusal)
    }

    /// Finds the balancer that answers for a request.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    func destination(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> Destination {
        if head.method == .connect { return .refused(.connectMethod) }
        // What comes back would be the fields that the edge has added, and the client's cookies to its scripts.
        if head.method == .trace { return .refused(.traceMethod) }
        switch sites.match(host: bytes.extracting(head.hostRange), path: bytes.extracting(head.pathRange)) {
        case .balancer(let index): return .farm(farms[index])
        case .none: return .refused(.noSite)
        case .ambiguous: return .refused(.pathAmbiguous)
        }
    }
}

extension Farm {
    /// What a request is answered for which no member is left.
    ///
    /// - Parameters:
    ///   - preferences: the members that its session asks for.
    ///   - key: of what ties it to a member, or by which its session is ranked.
    ///   - failure: what the last failed try would be answered with.
    ///   - isExhausted: whether as many members were tried as may be.
    ///   - now: milliseconds of the event loops' clock.
    func refusal(
        of preferences: MemberPreferences, key: UInt64?, after failure: Refusal?, isExhausted: Bool, now: Int64
    ) -> Refusal {
        if configuration.noFailover, preferences.count > 0 { return .sessionMemberLost }
        guard !isExhausted, let rate = configuration.failoverRate,
            let wait = balancer.millisecondsToWait(preferences, key: key, now: now)
        else { return failure ?? .noMember }
        return .paced(rate: rate, waitMilliseconds: wait)
    }
}
