import Forwarding
import Testing

/// What ends an exchange from the other side, or must not, at each step at which it can stand still; clients that leave
/// there are in ``CancellationTests``. The steps before `rebuilt`, and `answered`, are passed in one call.
@Suite("Ends at every step, in process")
struct StepEndTests {
    /// What happens to an exchange.
    enum Event: Sendable {
        /// The member's connection, or its stream, breaks.
        case memberGoes
        /// Whoever's turn it is takes too long.
        case timeIsOver
        /// A reload takes the balancer away.
        case balancerGoes
    }

    /// Where an exchange stands, what happens there, and what becomes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let step: Step
        let event: Event
        let outcome: ScriptedClient.Outcome
        /// What the access log says of it; nothing where it was answered.
        let reason: String

        init(_ step: Step, _ event: Event, _ outcome: ScriptedClient.Outcome, _ reason: String = "") {
            self.step = step
            self.event = event
            self.outcome = outcome
            self.reason = reason
        }

        static func refused(_ step: Step, _ event: Event, _ status: Int, _ reason: String) -> Row {
            Row(step, event, .refused(status, reason), reason)
        }

        var testDescription: String { "\(step), \(event)" }
    }

    /// The steps of the same names, and a tunnel.
    enum Step: Sendable {
        case held, rebuilt, chosen, connected, sent, filtered, ended, tunnel

        /// Which of the places of ``CancellationStep`` is one of the step.
        var place: CancellationStep {
            switch self {
            case .held: .held
            case .rebuilt: .waiting
            case .chosen: .connecting
            case .connected: .halfContent
            case .sent: .requestSent
            case .filtered: .halfAnswer
            case .ended: .restOfCodedAnswer
            case .tunnel: .tunnel
            }
        }
    }

    static let rows: [Row] = [
        .refused(.held, .timeIsOver, 503, "users-busy"),
        Row(.held, .balancerGoes, .whole),
        .refused(.rebuilt, .timeIsOver, 503, "members-busy"),
        Row(.rebuilt, .balancerGoes, .whole),
        .refused(.chosen, .memberGoes, 503, "no-member"),
        .refused(.chosen, .timeIsOver, 504, "connect-timeout"),
        Row(.chosen, .balancerGoes, .whole),
        .refused(.connected, .memberGoes, 502, "answer-broken"),
        .refused(.connected, .timeIsOver, 408, "body-timeout"),
        Row(.connected, .balancerGoes, .whole),
        .refused(.sent, .memberGoes, 502, "answer-broken"),
        .refused(.sent, .timeIsOver, 504, "answer-timeout"),
        Row(.sent, .balancerGoes, .whole),
        Row(.filtered, .memberGoes, .broken, "answer-broken"),
        Row(.filtered, .timeIsOver, .broken, "answer-broken"),
        Row(.filtered, .balancerGoes, .whole),
        // The member has done its part: what is left is between Martlet and the client.
        Row(.ended, .memberGoes, .whole),
        Row(.ended, .balancerGoes, .whole),
        Row(.tunnel, .memberGoes, .broken, "answer-broken"),
        Row(.tunnel, .timeIsOver, .broken, "tunnel-timeout"),
        Row(.tunnel, .balancerGoes, .whole),
    ]

    @Test("what ends an exchange ends it as the step has it, and nobody else's", arguments: rows, Way.all)
    func ending(row: Row, way: Way) throws {
        let shared = try SharedStage(
            hasStandby: false, guards: row.step == .held, isBounded: row.step == .rebuilt, way: way)
        let stage = shared.stage
        // Somebody else has the last room.
        let filler = try row.step == .rebuilt ? stage.get("/filler") : nil
        let client = try row.step.place.arrange(stage)
        #expect(client.outcome == .open)
        switch row.event {
        case .memberGoes: breakConnection(of: client, at: row.step, on: stage)
        case .timeIsOver: endTime(of: client, at: row.step, on: stage)
        case .balancerGoes:
            try stage.serve(Self.other)
            #expect(client.outcome == .open)
            if row.step == .rebuilt { stage.last.answer(Answer.empty) }
            stage.turn()
            goOn(client, from: row.step, on: stage)
        }
        #expect(client.outcome == row.outcome && client.endCount == 1)
        let line = stage.takeLines().first { $0.contains("\"/left\"") }
        #expect(line?.contains("\"reason\":\"\(row.reason)\"") == true)
        #expect(shared.isUntouched)

        if let filler, filler.outcome == .open { shared.others[0].answer(Answer.empty) }
        #expect(filler == nil || filler?.outcome == .whole)
        #expect(shared.finish())
    }

    /// What is served when the balancer is not any more.
    private static let other = """
        listeners: [{ address: "127.0.0.1:8080" }]
        sites: [{ paths: { /: other } }]
        balancers: { other: { members: { new: "http://192.0.2.9" } } }
        \(Stage.logging)

        """

    private func breakConnection(of client: ScriptedClient, at step: Step, on stage: Stage) {
        switch step {
        case .chosen: stage.last.fail(.connect("refused"))
        case .ended:
            stage.last.close()
            client.read()
        default: stage.last.fail(.broken("reset"))
        }
    }

    private func endTime(of client: ScriptedClient, at step: Step, on stage: Stage) {
        switch step {
        case .held: stage.pass(milliseconds: PasswordDesk.waitMillis)
        case .rebuilt: stage.pass(milliseconds: 2_000)
        case .chosen: stage.last.fail(.connectTimeout)
        case .connected: client.isTooSlow()
        case .sent: stage.last.fail(.answerTimeout)
        case .tunnel: stage.last.isSilent()
        case .filtered, .ended: stage.last.fail(.broken("no byte of the answer for too long"))
        }
    }

    /// Has everybody do what is left for a whole answer.
    private func goOn(_ client: ScriptedClient, from step: Step, on stage: Stage) {
        switch step {
        case .held:
            stage.decide(.accepted)
            client.send("helloworld")
            client.end()
        case .rebuilt, .sent: break
        case .chosen: stage.last.accept()
        case .connected:
            client.send("world")
            client.end()
        case .filtered: return stage.last.answer("rest")
        case .ended: return client.read()
        case .tunnel:
            client.end()
            return stage.last.end()
        }
        stage.last.answer(Answer.empty)
    }
}
