import Balancing
import Forwarding
import Model
import Reactor
import Testing

/// What a worker lets go of where the process's memory is short, and in which order.
@Suite("Shedding, in process", .timeLimit(.minutes(10)))
struct SheddingTests {
    /// More than there is to let go of.
    private static let everything = ShedOrder(bytes: 1 << 30, isFull: false)

    private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" }

    private func shedding(_ stage: ClientStage, idleFor millis: Int = 0) -> Shedding {
        Shedding(loop: stage.loop, bench: stage.stage.bench, clients: stage.clients, idleMillisLeast: millis)
    }

    private func ended(_ clients: [FarEnd]) -> [Bool] {
        clients.map { client in
            _ = client.received()
            return client.hasEnded
        }
    }

    /// A client to which an answer is on its way that it does not read.
    private func slow(_ target: String, bytes: Int = 4 << 20, on stage: ClientStage) throws -> FarEnd {
        let client = try stage.connect()
        client.send(Self.get(target))
        stage.turn()
        stage.answer(target, Answer.whole(content: String(repeating: "x", count: bytes)))
        return client
    }

    @Test("idle clients go, the longest first, as many as are needed; who has a request stays")
    func idle() throws {
        let stage = try ClientStage()
        let clients = try (0..<4).map { _ in try stage.connect() }
        clients[0].send(Self.get("/"))
        stage.turn()
        let shedding = shedding(stage)
        shedding.begin(ShedOrder(bytes: MemoryLimits.idleClientBytes, isFull: false))
        #expect(ended(clients) == [false, true, false, false])
        shedding.begin(ShedOrder(bytes: MemoryLimits.idleClientBytes + 1, isFull: false))
        #expect(ended(clients) == [false, true, true, true])
        shedding.begin(Self.everything)
        stage.turn(8)
        stage.answer("/")
        #expect(clients[0].receivedText().hasPrefix("HTTP/1.1 200 ") && !clients[0].hasEnded)
    }

    @Test("who has been idle for less than a second is let be")
    func recent() throws {
        let stage = try ClientStage()
        let clients = try (0..<3).map { _ in try stage.connect() }
        shedding(stage, idleFor: 1 << 40).begin(Self.everything)
        stage.turn(8)
        #expect(ended(clients) == [false, false, false])
        shedding(stage).begin(Self.everything)
        #expect(ended(clients) == [true, true, true])
    }

    @Test("a turn ends a bounded number, and the next ones go on")
    func bounded() throws {
        let stage = try ClientStage()
        let most = MemoryLimits.endsPerTurnMax
        let clients = try (0..<2 * most + 1).map { _ in try stage.connect() }
        let shedding = shedding(stage)
        shedding.begin(Self.everything)
        #expect(ended(clients).count { $0 } == most)
        stage.turn(1)
        #expect(ended(clients).count { $0 } == 2 * most)
        stage.turn(1)
        #expect(ended(clients).count { $0 } == 2 * most + 1)
        #expect(stage.clients.isEmpty)
        withExtendedLifetime(shedding) {}
    }

    @Test("then idle connections to members go, but for two to each")
    func members() throws {
        let stage = try ClientStage()
        let clients = try (0..<7).map { _ in try stage.connect() }
        for (index, client) in clients.enumerated() { client.send(Self.get("/\(index)")) }
        stage.turn()
        for index in clients.indices { stage.answer("/\(index)") }
        func open() -> Int { stage.stage.connections.count { !$0.isClosed } }
        #expect(open() == 7)
        // Idle clients come first.
        let shedding = shedding(stage)
        shedding.begin(ShedOrder(bytes: 6 * MemoryLimits.idleClientBytes, isFull: false))
        #expect(open() == 7 && ended(clients).count { $0 } == 6)
        shedding.begin(
            ShedOrder(bytes: MemoryLimits.idleClientBytes + 3 * MemoryLimits.idleMemberBytes, isFull: false))
        #expect(open() == 4 && stage.clients.isEmpty)
        shedding.begin(Self.everything)
        #expect(open() == MemoryLimits.idleMembersKept)
        withExtendedLifetime(clients) {}
    }

    @Test("then those go that took nothing from one order to the next, and nobody else")
    func slow() throws {
        let stage = try ClientStage(edge: Stage.logging)
        let (stuck, reading) = (try slow("/stuck", on: stage), try slow("/reading", on: stage))
        let asking = try stage.connect()
        asking.send(Self.get("/asking"))
        stage.turn()
        let shedding = shedding(stage)
        shedding.begin(Self.everything)
        stage.turn(8)
        #expect(stage.stage.inFlightCount == 3, "at the first order nobody is known to be slow")
        #expect(!reading.received().isEmpty)
        stage.turn()
        shedding.begin(Self.everything)
        stage.turn(8)
        _ = stuck.received()
        #expect(stuck.hasEnded)
        _ = reading.received()
        #expect(!reading.hasEnded)
        #expect(stage.stage.inFlightCount == 2)
        stage.answer("/asking")
        #expect(asking.receivedText().hasPrefix("HTTP/1.1 200 "))
        #expect(stage.stage.takeLines().contains { $0.contains("\"reason\":\"memory-short\"") })
    }

    @Test("of the slow no more go than are needed, and calm forgets who was")
    func enough() throws {
        let stage = try ClientStage()
        let clients = try (0..<3).map { try slow("/\($0)", on: stage) }
        func left() -> Int { stage.stage.inFlightCount }
        let shedding = shedding(stage)
        shedding.begin(ShedOrder(bytes: 1, isFull: false))
        stage.turn(8)
        #expect(left() == 3)
        shedding.begin(ShedOrder(bytes: 0, isFull: false))
        shedding.begin(ShedOrder(bytes: 1, isFull: false))
        stage.turn(8)
        #expect(left() == 3)
        shedding.begin(ShedOrder(bytes: 1, isFull: false))
        stage.turn(8)
        #expect(left() == 2)
        withExtendedLifetime(clients) {}
    }

    @Test(
        "of two that take nothing the one goes that holds more",
        arguments: [["/small", "/large"], ["/large", "/small"]])
    func greatest(order: [String]) throws {
        let registrations = try registrations(2)
        var slow = SlowClients(countMax: 8)
        let bytes = ["/small": 10, "/large": 20]
        func look() -> [Int] {
            for (registration, name) in zip(registrations, order) {
                slow.note(registration, StuckOutput(movedBytes: 7, heldBytes: bytes[name] ?? 0))
            }
            return slow.endLook().map(\.heldBytes)
        }
        let (first, second) = (look(), look())
        #expect(first == [] && second == [20, 10])
    }

    @Test("of more than are remembered those are that hold most")
    func remembered() throws {
        let registrations = try registrations(100)
        var slow = SlowClients(countMax: 8)
        func look() -> [Int] {
            for (index, registration) in registrations.enumerated() {
                slow.note(registration, StuckOutput(movedBytes: index, heldBytes: (index * 37) % 100))
            }
            return slow.endLook().map(\.heldBytes)
        }
        let (first, second) = (look(), look())
        #expect(first == [] && second == Array((92...99).reversed()))
    }

    private func registrations(_ count: Int) throws -> [Registration] {
        let loop = try EventLoop()
        return (0..<count).map { _ in loop.registerTimer(handler: Nobody()) }
    }

    private final class Nobody: EventHandler {
        func onReady(_ readiness: Readiness) {}
        func onDeadline() {}
    }
}
