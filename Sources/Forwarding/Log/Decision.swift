import Balancing
import Bytes
import Model

/// To whom a request was given and why, in the words that the access log, the field `X-Martlet-Route` and
/// `martlet explain` have in common.
struct Decision {
    /// The balancer; empty where no site has the request.
    let balancer: String
    /// The member that was chosen last; empty for none.
    let member: String
    /// Where the route came from: `path`, `query` or `cookie`; `key` where the request was hashed; empty for nothing.
    let source: StaticString
    /// The route that was asked for, as the client wrote it.
    let asked: ArraySlice<UInt8>
    /// Whether another member was given than the one asked for.
    let isRouteChanged: Bool
    /// Why it was this member; empty for none.
    let reason: StaticString

    /// No decision: Martlet answers before there is one.
    static let none = Decision(balancer: nil, choice: nil, isStandIn: false, source: "", asked: [])

    /// - Parameters:
    ///   - balancer: whose decision it is; `nil` where no site has the request.
    ///   - choice: the last choice of a member.
    ///   - isStandIn: whether the balancer answers in another one's place.
    ///   - source: where the route or the key was found.
    ///   - asked: the route.
    init(
        balancer: Balancer?, choice: Choice?, isStandIn: Bool, source: StaticString, asked: ArraySlice<UInt8>
    ) {
        self.balancer = balancer?.configuration.name ?? ""
        member = choice.flatMap { balancer?.chooser.members[$0.member].name } ?? ""
        self.source = source
        self.asked = asked
        isRouteChanged = choice?.isRouteChanged ?? false
        // Whoever it is was not asked for there.
        let why = choice.map { isStandIn ? .balancerDown : $0.reason }
        reason = why?.name ?? ""
    }

    /// Writes the value of a field of ``LogForm/decision``.
    private func put(_ field: LogField, _ output: inout LineWriter) {
        switch field {
        case .balancer: output.put(plain: balancer)
        case .member: output.put(plain: member)
        case .routeSource: output.put(source)
        case .routeAsked: output.put(escaping: asked, as: .quoted)
        case .routeReason: output.put(reason)
        default: preconditionFailure("\(field) is no part of a decision")
        }
    }

    private func writePairs(_ output: inout LineWriter) {
        LogForm.decision.write(without: [], to: &output) { piece, output in put(piece.field, &output) }
    }

    /// The value of `X-Martlet-Route`: the pairs, a long route cut.
    ///
    /// Allocates; for those who ask.
    var fieldValue: [UInt8] {
        let short = cut()
        return Array(capacity: short.pairsBytesMax) { (output: inout OutputSpan<UInt8>) in
            LineWriter.append(to: &output) { line in short.writePairs(&line) }
        }
    }

    private func cut() -> Decision {
        Decision(self, asked: asked.prefix(LogLimits.fieldRouteBytesMax))
    }

    private init(_ other: Decision, asked: ArraySlice<UInt8>) {
        balancer = other.balancer
        member = other.member
        source = other.source
        self.asked = asked
        isRouteChanged = other.isRouteChanged
        reason = other.reason
    }

    /// Names, six bytes for each of the route's, and 128 for the keys and the constant words.
    private var pairsBytesMax: Int { balancer.utf8.count + member.utf8.count + 6 * asked.count + 128 }
}
