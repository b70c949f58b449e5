import Balancing
import Bytes
import HTTP
import Session

/// What Martlet has written into a request's cookies and parameters, and what members get in its place.
extension SessionClaim {
    /// Puts other bytes in the place of a range of the head; by none, the range is taken out.
    typealias Replacement = (Range<Int>, Span<UInt8>) -> Void

    /// Reads a request to a balancer whose affinity is written.
    ///
    /// - Parameters:
    ///   - written: the balancer's.
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    ///   - state: empty; of the session from then on.
    ///   - memory: opens what is sealed; `nil` where nothing is.
    ///   - replace: is told what members get.
    init(
        _ written: WrittenAffinity, _ head: borrowing RequestHead, in bytes: Span<UInt8>, balancer: Balancer,
        memory: AffinityMemory?, into state: inout AffinityState, replace: Replacement
    ) {
        self.init()
        written.read(head, in: bytes, of: balancer, memory, into: &self, &state, replace: replace)
    }

    /// Notes the session's identifier where sessions are counted or ranked; that of the first one that counts.
    mutating func tellApart(_ identifier: Range<Int>, _ bytes: Span<UInt8>, _ balancer: Balancer) {
        guard balancer.watch != nil, session == nil else { return }
        session = SessionWatch.hash(bytes.extracting(identifier))
        if balancer.ranksSessions { key = Hashing.hash(bytes.extracting(identifier)) }
    }

    /// Takes a member into the preferences, or that there is none with this route.
    mutating func prefer(_ member: Int?, _ route: Asked, from place: RouteSource) {
        if preferences.count == 0, !preferences.hasUnknownRoute {
            asked = route
            source = place.name
        }
        if let member { preferences.append(member) } else { preferences.hasUnknownRoute = true }
    }
}
