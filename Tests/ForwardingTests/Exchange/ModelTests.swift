import Balancing
import Forwarding
import Testing

/// Random events against what must hold whatever happens.
@Suite("Exchanges, by a model")
struct ModelTests {
    @Test("a million random events break no invariant", .timeLimit(.minutes(2)))
    func invariants() throws {
        var model = try Model(seed: 20_261_130)
        for step in 0..<1_000_000 {
            try model.step()
            if step % 64 == 0 { model.check() }
            guard model.faults.isEmpty else { break }
        }
        model.end()
        #expect(model.faults.isEmpty, "\(model.faults)")
        // The events did lead somewhere.
        #expect(model.tally["whole", default: 0] > 10_000)
        for outcome in ["gone", "broken", "refused 502", "refused 503", "refused 504", "refused 408", "refused 413"] {
            #expect(model.tally[outcome, default: 0] > 100, "\(model.tally)")
        }
    }

    @Test("so with answers and requests that wait for slow clients", .timeLimit(.minutes(10)))
    func buffered() throws {
        var model = try Model(
            seed: 20_261_131, settings: "\nbuffering: { answers: 64KiB, requests: 64KiB, file: off }")
        for step in 0..<300_000 {
            try model.step()
            if step % 64 == 0 { model.check() }
            guard model.faults.isEmpty else { break }
        }
        model.end()
        #expect(model.faults.isEmpty, "\(model.faults)")
        #expect(model.tally["whole", default: 0] > 1_000, "\(model.tally)")
    }
}

/// Clients and members that do what chance tells them, and the rules that they are watched by.
private struct Model {
    private let stage: Stage
    private var dice: UInt64
    private var clients: [ScriptedClient] = []
    private var number = 0
    private(set) var faults: [String] = []
    private(set) var tally: [String: Int] = [:]

    private static let clientsMax = 8
    private static let contentMax = 1_000

    init(seed: UInt64, settings: String = "") throws {
        dice = seed
        stage = try Stage(
            ["node1": "max: 2, acquire: 50ms, retry: 1s", "node2": "retry: 1s, ping: 100ms", "node3": "retry: 1s"],
            settings: "retry-on: [503, timeout]\ntimeout: 200ms" + settings,
            edge: "limits: { request-body: \(Self.contentMax) }")
        stage.opensAtOnce = false
    }

    private mutating func roll(_ count: Int) -> Int {
        dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((dice >> 33) % UInt64(count))
    }

    // MARK: - Events

    mutating func step() throws {
        switch roll(20) {
        case 0...3: try arrive()
        case 4...8: act(onClient: clients.isEmpty ? nil : clients[roll(clients.count)])
        case 9...17: act(onConnection: pick())
        case 18: stage.pass(milliseconds: roll(40))
        default: stage.turn()
        }
        leave()
    }

    private mutating func arrive() throws {
        guard clients.count < Self.clientsMax else { return }
        number += 1
        let isPost = roll(3) == 0
        let client =
            if isPost {
                try stage.post(
                    "/\(number)", length: roll(2) == 0 ? roll(Self.contentMax) : nil, fields: "X-Number: \(number)")
            } else {
                try stage.get("/\(number)", fields: "X-Number: \(number)", method: roll(8) == 0 ? "PATCH" : "GET")
            }
        client.number = number
        client.hasContent = isPost
        clients.append(client)
    }

    private mutating func act(onClient client: ScriptedClient?) {
        guard let client, client.outcome == .open else { return }
        switch roll(10) {
        case 0: client.leave()
        case 1: client.read(roll(500))
        case 2, 3: client.read()
        case 4 where client.hasContent: client.isTooSlow()
        case 5...7 where client.hasContent: client.send([UInt8](repeating: 0x61, count: roll(800)))
        case 8...9 where client.hasContent:
            client.hasContent = false
            client.end()
        default: client.window = roll(2_000)
        }
    }

    private mutating func pick() -> ScriptedConnection? {
        stage.forgetClosed()
        return stage.connections.isEmpty ? nil : stage.connections[roll(stage.connections.count)]
    }

    private mutating func act(onConnection connection: ScriptedConnection?) {
        guard let connection else { return }
        guard connection.isLent || !connection.isConnected else {
            if roll(20) == 0 { connection.isBroken = true }
            return
        }
        guard connection.isConnected else {
            switch roll(8) {
            case 0: connection.fail(.connect("refused"))
            case 1: connection.fail(.connectTimeout)
            default: connection.accept()
            }
            return
        }
        switch roll(30) {
        case 0: connection.fail(.answerTimeout)
        case 1: connection.fail(.broken("reset"))
        case 2: connection.fail(.dropped("ended"))
        case 3: connection.fail(.unprocessed("GOAWAY"))
        case 4: connection.end()
        case 5: connection.pause()
        case 6, 7: connection.take(roll(400))
        case 8: connection.take()
        case 9: connection.window = roll(300)
        default: answer(on: connection)
        }
    }

    /// Sends the next piece of an answer whose content tells the request that it is for.
    private mutating func answer(on connection: ScriptedConnection) {
        guard let number = connection.number else { return }
        guard connection.answerLeft == 0 else {
            let piece = min(connection.answerLeft, 1 + roll(1_500))
            connection.answerLeft -= piece
            connection.answer(String(repeating: Self.letter(of: number), count: piece))
            return
        }
        let length = roll(4) == 0 ? 0 : roll(4_000)
        switch roll(12) {
        case 0: connection.answer("HTTP/1.1 103 Early Hints\r\n\r\n")
        case 1: connection.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        case 2: connection.answer("HTTP/1.1 100 Continue\r\n\r\n")
        case 3: connection.answer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
        default:
            connection.answerLeft = length
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        }
    }

    private static func letter(of number: Int) -> String {
        String(UnicodeScalar(UInt8(0x41 + number % 26)))
    }

    // MARK: - Rules

    /// Looks at those who are done, and lets them go.
    private mutating func leave() {
        guard clients.contains(where: { $0.outcome != .open }) else { return }
        for client in clients where client.outcome != .open {
            let name: String
            switch client.outcome {
            case .whole: name = "whole"
            case .refused(let status, _): name = "refused \(status)"
            case .broken: name = "broken"
            case .gone: name = "gone"
            case .open: continue
            }
            tally[name, default: 0] += 1
            if client.endCount > 1 { faults.append("\(client.number) has ended \(client.endCount) times") }
            let letter = UInt8(0x41 + client.number % 26)
            if client.content.contains(where: { $0 != letter }) {
                faults.append("\(client.number) got another's content")
            }
            if client.outcome == .whole, let length = client.field("Content-Length"),
                Int(length) != client.content.count
            {
                faults.append("\(client.number): \(client.content.count) of \(length) bytes")
            }
        }
        clients.removeAll { $0.outcome != .open }
    }

    mutating func check() {
        let members = stage.edge.balancers[0].chooser.members
        for member in members {
            let lent = stage.connections.count { $0.isLent && !$0.isClosed && $0.member == member.name }
            let inFlight = member.state.inFlightCount
            if let limit = member.specification.exchangesMax, inFlight > limit {
                faults.append("\(member.name) has \(inFlight) of \(limit)")
            }
            // Who has its whole answer, and has not read it, is with its member still.
            if inFlight < lent { faults.append("\(member.name) counts \(inFlight) of \(lent)") }
        }
        for pool in pools {
            let machine = pool.machine
            if machine.waitingCount > machine.expectedCount { faults.append("somebody waits for nothing") }
            let lent = stage.connections.count { $0.pool === pool && !$0.isClosed }
            if machine.lentCount + machine.idleCount != lent { faults.append("\(lent) connections are counted wrong") }
        }
        let counted = members.reduce(0) { $0 + $1.state.inFlightCount }
        if counted > clients.count { faults.append("\(counted) exchanges of \(clients.count) clients") }
    }

    private var pools: [UpstreamPool] {
        var pools: [UpstreamPool] = []
        for connection in stage.connections where !pools.contains(where: { $0 === connection.pool }) {
            pools.append(connection.pool)
        }
        return pools
    }

    /// Everybody leaves: nothing may be left of them.
    mutating func end() {
        for client in clients where client.outcome == .open { client.leave() }
        stage.turn()
        for member in stage.edge.balancers[0].chooser.members where member.state.inFlightCount != 0 {
            faults.append("\(member.name) counts \(member.state.inFlightCount) of nobody")
        }
        if pools.contains(where: { $0.machine.waitingCount > 0 }) { faults.append("nobody waits") }
        if stage.connections.contains(where: \.isLent) { faults.append("a connection is lent to nobody") }
        if stage.bench.lentSlabCount != 0 { faults.append("\(stage.bench.lentSlabCount) slabs are lost") }
    }
}
