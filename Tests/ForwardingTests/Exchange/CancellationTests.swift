import Forwarding
import Testing

/// Clients that leave: what they had is let go of, what others have is not touched, and nothing of them is met again.
@Suite("Cancellation, in process")
struct CancellationTests {
    /// Members of HTTP/2 are not asked for 100 Continue.
    private static let places = CancellationStep.allCases.flatMap { step in
        Way.all.filter { step != .probed || $0.member == .http1 }.map { (step, $0) }
    }

    @Test("who leaves takes nothing from others, and leaves nothing to the next one", arguments: places)
    func leaving(step: CancellationStep, way: Way) throws {
        let isBounded = step == .waiting
        // Content comes before the member where that has a `max`.
        for probe in ExchangeProbe.allCases where !isBounded || !probe.hasContent {
            let shared = try SharedStage(
                pings: step == .probed, guards: step == .held, isBounded: isBounded, way: way)
            let stage = shared.stage
            // Somebody else has the last room.
            let filler = try step == .waiting ? stage.get("/filler") : nil
            let fillers = shared.others
            let client = try step.arrange(stage)
            #expect(client.outcome == .open)
            client.leave()
            stage.turn()

            let used = shared.others.filter { one in !fillers.contains { $0 === one } }
            #expect(used.isEmpty == step.isBeforeMembers)
            #expect(used.allSatisfy { !$0.isLent && $0.isClosed != step.isAnswered })
            #expect(stage.inFlightCount == 1 + fillers.count && stage.tunnelCount == 0)
            #expect(shared.isUntouched && fillers.allSatisfy { $0.isLent && !$0.isClosed })
            let lines = stage.takeLines()
            #expect(lines.count == 1 && lines.allSatisfy { $0.contains("\"reason\":\"\(step.reason)\"") })
            #expect(stage.bench.idleExchangeCount == 1)

            if let filler {
                fillers[0].answer(Answer.empty)
                try #require(filler.outcome == .whole)
                fillers[0].close()
                // The next one is to have what was left.
                _ = stage.bench.takeExchange()
            }
            stage.opensAtOnce = true
            let trace = try probe.run(on: stage)
            let fresh = try SharedStage(
                pings: step == .probed, guards: step == .held, isBounded: isBounded, way: way)
            let expected = try probe.run(on: fresh.stage)
            #expect(trace == expected, "\(probe)")
            #expect(shared.isUntouched && fresh.isUntouched)
            #expect(shared.finish() && fresh.finish())
        }
    }

    @Test("who has left while he waited is not told that his time is over, and takes no room")
    func waiting() throws {
        let stage = try Stage(["node1": "max: 1, acquire: 2s"])
        let first = try stage.get("/first")
        let left = try stage.get("/left")
        stage.turn()
        left.leave()
        stage.pass(milliseconds: 10_000)
        #expect(left.outcome == .gone && stage.connections.count == 1)
        stage.last.answer(Answer.empty)
        stage.turn()
        #expect(first.outcome == .whole && stage.isAtRest)
        try stage.exchange()
        #expect(stage.connections.count == 1)
    }

    /// What a client is told while it leaves.
    enum Telling: CaseIterable {
        case interim, content, flush, resume
        case codedPause, codedEnd, codedBreak
        case tunnel, silentTunnel

        var moment: LeavingClient.Moment {
            switch self {
            case .interim: .interim
            case .flush: .flush
            case .resume: .resume
            case .content, .codedPause, .codedEnd, .codedBreak, .tunnel, .silentTunnel: .content
            }
        }

        /// The request's head.
        var request: String {
            let start = "\(self == .resume ? "POST" : "GET") /left HTTP/1.1\r\nHost: shop.test\r\n"
            return switch self {
            case .interim, .content, .flush: start + "\r\n"
            case .resume: start + "Content-Length: 40000\r\n\r\n"
            case .codedPause, .codedEnd, .codedBreak: start + "Accept-Encoding: gzip\r\n\r\n"
            case .tunnel, .silentTunnel: start + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
            }
        }

        /// What the member does, so that the client is told.
        func tell(_ client: LeavingClient, by member: ScriptedConnection) {
            let coded = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
            switch self {
            case .interim: member.answer("HTTP/1.1 103 Early Hints\r\n\r\n")
            case .content: member.answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")
            case .flush:
                member.answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                member.pause()
            case .resume:
                member.window = 0
                client.send(Octets.pattern(40_000))
                member.take()
            case .codedPause:
                member.answer(coded)
                member.pause()
            case .codedEnd: member.answer(coded + "0\r\n\r\n")
            case .codedBreak:
                member.answer(coded)
                member.end()
            case .tunnel: member.answer(Answer.switching + "to the client")
            case .silentTunnel:
                member.answer(Answer.switching)
                member.isSilent()
            }
        }
    }

    @Test(
        "who turns out to be gone while he is told something is gone", arguments: Telling.allCases, Wire.allCases)
    func told(telling: Telling, by wire: Wire) throws {
        for probe in ExchangeProbe.allCases {
            let shared = try SharedStage(way: Way(member: wire))
            let stage = shared.stage
            let client = try LeavingClient(telling.request, leavingAt: telling.moment, on: stage)
            let member = stage.last
            telling.tell(client, by: member)
            stage.turn()
            #expect(client.hasLeft && !member.isLent)
            // The end of a coded answer is told when the member has done its part.
            #expect(member.isClosed != (telling == .codedEnd))
            #expect(stage.inFlightCount == 1 && stage.tunnelCount == 0 && shared.isUntouched)
            #expect(stage.bench.idleExchangeCount == 1 && stage.takeLines().count == 1)
            let trace = try probe.run(on: stage)
            let fresh = try SharedStage(way: Way(member: wire))
            let expected = try probe.run(on: fresh.stage)
            #expect(trace == expected, "\(probe)")
            #expect(shared.finish() && fresh.finish())
        }
    }
}
