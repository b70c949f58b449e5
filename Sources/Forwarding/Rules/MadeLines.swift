import Bytes
import Model

/// The lines of fields that rules have made for a connection: its next request with the same facts, and that one's
/// answer, get them as they are.
///
/// Belongs to the connection's worker. Exchanges that use them hold them; they are made anew only when none does.
final class MadeLines {
    /// What they say beside what a connection never changes. What no line speaks of is left out, so that it makes no
    /// difference.
    struct Grounds: Equatable {
        private let rules: ObjectIdentifier
        private let balancer: ObjectIdentifier?
        private let origin: UInt128
        fileprivate let isSecure: Bool

        /// - Parameters:
        ///   - rules: those of the place. They, and the balancer, must live as long as the lines are asked for.
        ///   - balancer: who answers there; `nil`: Martlet.
        ///   - origin: whom the request is from, where the peer is a trusted proxy; 0: the peer.
        ///   - isSecure: whether the client speaks TLS, to Martlet or to a trusted proxy.
        init(_ rules: Rules, balancer: Balancer?, origin: UInt128, isSecure: Bool) {
            self.rules = ObjectIdentifier(rules)
            self.balancer = rules.facts.contains(.balancer) ? balancer.map { ObjectIdentifier($0) } : nil
            self.origin = rules.facts.contains(.clientAddress) || rules.facts.contains(.clientPort) ? origin : 0
            self.isSecure = isSecure
        }
    }

    /// `nil`: there are none.
    private var grounds: Grounds?
    /// The host that the request has named; empty where no line speaks of it.
    private var host: [UInt8] = []
    /// What rules add to the request while its head is written.
    let request = OpenLines()
    /// Those of them that speak of its user, for requests that wait for him to be known.
    let requestUser = OpenLines()
    /// What they add when there is a member.
    let requestMember = OpenLines()
    /// What they add to the answer.
    let answer = OpenLines()

    /// Whether they are those of a request.
    ///
    /// - Parameter host: what it names; empty where no line speaks of it.
    func are(for grounds: Grounds, host: Span<UInt8>) -> Bool {
        guard self.grounds == grounds else { return false }
        let own = self.host
        return own.span.equals(host)
    }

    /// Makes them anew.
    ///
    /// - Parameters:
    ///   - scratch: for lines that are put together; nothing of it is kept.
    ///   - put: appends a fact, or its ``FieldFact/rawValue`` where it is open; whether it has a value.
    func make(
        by rules: Rules, for grounds: Grounds, host: Span<UInt8>, with scratch: inout [UInt8],
        _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool
    ) {
        self.grounds = grounds
        self.host.removeAll(keepingCapacity: true)
        self.host.append(host)
        scratch.removeAll(keepingCapacity: true)
        if let fields = rules.requestFields {
            fields.template.append(to: &scratch, put)
            scratch += fields.lines
        }
        request.make(&scratch, rules.requestFields?.openTemplate, put)
        scratch.removeAll(keepingCapacity: true)
        requestUser.make(&scratch, rules.requestFields?.userTemplate, put)
        scratch.removeAll(keepingCapacity: true)
        requestMember.make(&scratch, rules.requestFields?.memberTemplate, put)
        scratch.removeAll(keepingCapacity: true)
        scratch += rules.answerLines(isSecure: grounds.isSecure)
        rules.answerFields?.template.append(to: &scratch, put)
        answer.make(&scratch, rules.answerFields?.openTemplate, put)
    }
}
