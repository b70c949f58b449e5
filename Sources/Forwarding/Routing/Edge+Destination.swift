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
    ///   - failure: what the last failed try would be answered with.
    func refusal(of preferences: MemberPreferences, after failure: Refusal?) -> Refusal {
        configuration.noFailover && preferences.count > 0 ? .sessionMemberLost : failure ?? .noMember
    }
}
