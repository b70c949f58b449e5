import Forwarding
import Testing

/// A request gets the connection that is there first, whichever was begun for it.
@Suite("Pool, in process")
struct PoolTests {
    /// A stage on which a request has the only connection, and so many others wait for theirs.
    private func crowded(
        _ members: [String: String] = ["node1": ""], waiting count: Int
    ) throws -> (stage: Stage, clients: [ScriptedClient]) {
        let stage = try Stage(members)
        var clients = [try stage.get("/0")]
        stage.opensAtOnce = false
        for number in 1...count { clients.append(try stage.get("/\(number)")) }
        return (stage, clients)
    }

    /// What a connection was asked for last.
    private func target(_ connection: ScriptedConnection) -> String {
        String(connection.request.dropFirst(4).prefix { $0 != " " })
    }

    @Test("one that comes back serves who waits, and the fresh one is idle for the next one")
    func comesBack() throws {
        let (stage, clients) = try crowded(waiting: 1)
        let (first, second) = (stage.connections[0], stage.connections[1])
        first.answer(Answer.empty)
        #expect(clients[0].outcome == .whole && target(first) == "/1")
        second.accept()
        #expect(!second.isLent && !second.isClosed && second.written.isEmpty)
        let third = try stage.get("/2")
        #expect(stage.connections.count == 2 && target(second) == "/2")
        for connection in [first, second] { connection.answer(Answer.empty) }
        #expect(clients[1].outcome == .whole && third.outcome == .whole && stage.isAtRest)
    }

    @Test("one on which something has happened behind the answer serves nobody")
    func news() throws {
        let (stage, clients) = try crowded(waiting: 1)
        let (first, second) = (stage.connections[0], stage.connections[1])
        first.hasNews = true
        first.answer(Answer.empty)
        #expect(clients[0].outcome == .whole && first.isClosed && target(first) == "/0")
        #expect(clients[1].outcome == .open && !second.isClosed)
        second.accept()
        #expect(target(second) == "/1")
        second.answer(Answer.empty)
        #expect(clients[1].outcome == .whole && stage.isAtRest)
    }

    @Test("one that must rest serves only requests that may be sent twice, also of those that wait")
    func rest() throws {
        let stage = try Stage(["node1": ""])
        _ = try stage.get("/0")
        let first = stage.last
        first.wantsRest = true
        first.answer(Answer.empty)
        _ = try stage.get("/1")
        #expect(stage.connections.count == 1 && target(first) == "/1")
        stage.opensAtOnce = false
        let client = try stage.post("/2", length: 0)
        let second = stage.last
        #expect(second !== first)
        first.answer(Answer.empty)
        #expect(first.isClosed && client.outcome == .open)
        second.accept()
        second.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
        _ = try stage.post("/3", length: 0)
        #expect(stage.last === second)
    }

    /// A connection whose streams are lent, without a socket.
    private final class Shared: SharedUpstream {
        let slot = PoolSlot(addressIndex: 0, places: 1)
        let isOpen = false
        var isUsable = true

        func lend(to exchange: Exchange) -> any UpstreamStream { preconditionFailure("nobody asks for a stream") }
        func retire() {}
        func closeIfIdle() -> Bool { false }
    }

    @Test("one that is shared, and on which something has happened while nobody had it, serves nobody")
    func sharedNews() throws {
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        let pool = stage.last.pool
        let connection = Shared()
        pool.machine.begin(connection)
        pool.onOpened(connection)
        pool.machine.wait(PoolWaiter(nil, for: pool, addressIndex: 0))
        connection.isUsable = false
        pool.onRoom(connection)
        #expect(pool.machine.waitingCount == 1)
        connection.isUsable = true
        pool.onRoom(connection)
        #expect(pool.machine.waitingCount == 0)
    }

    @Test("whichever is open first serves who came first")
    func order() throws {
        let (stage, clients) = try crowded(waiting: 2)
        stage.connections[2].accept()
        #expect(target(stage.connections[2]) == "/1" && !stage.connections[1].isLent)
        stage.connections[1].accept()
        #expect(target(stage.connections[1]) == "/2")
        for connection in stage.connections { connection.answer(Answer.empty) }
        #expect(clients.allSatisfy { $0.outcome == .whole } && stage.isAtRest)
    }

    @Test("content that has come meanwhile goes with its head")
    func content() throws {
        let stage = try Stage(["node1": ""])
        _ = try stage.get()
        stage.opensAtOnce = false
        let client = try stage.post("/upload", length: 4)
        client.send("ab")
        stage.connections[0].answer(Answer.empty)
        client.send("cd")
        client.end()
        #expect(stage.connections[0].request.hasPrefix("POST /upload "))
        #expect(stage.connections[0].received.text == "abcd")
    }

    @Test("one that fails and is not needed any more is told to nobody")
    func needless() throws {
        let (stage, clients) = try crowded(waiting: 1)
        stage.connections[0].answer(Answer.empty)
        stage.connections[1].fail(.connect("refused"))
        #expect(clients[1].outcome == .open && !stage.isInError("node1"))
        stage.connections[0].answer(Answer.empty)
        #expect(clients[1].outcome == .whole && stage.connections.count == 2 && stage.isAtRest)
    }

    @Test("one that fails: who came first goes elsewhere, and the other one has what is left")
    func fails() throws {
        let (stage, clients) = try crowded(["node1": "", "node2": "status: [hot-standby]"], waiting: 2)
        stage.connections[2].fail(.connect("refused"))
        #expect(stage.isInError("node1") && stage.last.member == "node2")
        stage.last.accept()
        #expect(target(stage.last) == "/1")
        stage.connections[1].accept()
        #expect(target(stage.connections[1]) == "/2")
        for connection in stage.connections where connection.isLent { connection.answer(Answer.empty) }
        #expect(clients.allSatisfy { $0.outcome == .whole } && stage.isAtRest)
    }

    @Test("who leaves takes a connection with him that is being made, and nobody's place")
    func leaves() throws {
        let (stage, clients) = try crowded(waiting: 2)
        clients[1].leave()
        #expect(stage.connections.map(\.isClosed) == [false, false, true])
        stage.connections[1].accept()
        #expect(target(stage.connections[1]) == "/2")
    }

    @Test("who leaves takes none with him that leads to a later address than his, where somebody waits for that")
    func leavesEarlierAddress() throws {
        let stage = try Stage(["node1": ""])
        try stage.serve(Stage.text(["node1": ""]), addressCounts: ["node1": 2])
        stage.opensAtOnce = false
        let first = try stage.get("/1")
        let second = try stage.get("/2")
        stage.connections[0].fail(.connectTimeout)
        #expect(stage.connections.map(\.addressIndex) == [0, 0, 1] && stage.connections[0].isClosed)
        second.leave()
        #expect(stage.connections.map(\.isClosed) == [true, true, false])
        stage.last.accept()
        stage.last.answer(Answer.empty)
        #expect(first.outcome == .whole && stage.isAtRest)
    }

    @Test("a request that is sent again waits for another connection than an idle one")
    func again() throws {
        let stage = try Stage(["node1": ""])
        let clients = try (0..<2).map { try stage.get("/\($0)") }
        for connection in stage.connections { connection.answer(Answer.empty) }
        #expect(clients.allSatisfy { $0.outcome == .whole })
        stage.opensAtOnce = false
        stage.connections[1].isBroken = true
        let client = try stage.get("/again")
        #expect(stage.connections[1].isClosed && stage.connections.count == 3 && !stage.connections[0].isLent)
        // Somebody else has the idle one, which is proved by that.
        let other = try stage.get("/other")
        #expect(target(stage.connections[0]) == "/other")
        stage.connections[0].answer(Answer.empty)
        #expect(other.outcome == .whole && target(stage.connections[0]) == "/again")
        stage.connections[0].answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isAtRest)
    }

    @Test("a request whose time is over while it waits leaves the line")
    func tooSlow() throws {
        let stage = try Stage(["node1": ""])
        stage.opensAtOnce = false
        let client = try stage.post(length: 10)
        let connection = stage.last
        client.isTooSlow()
        #expect(client.outcome == .refused(408, "body-timeout"))
        #expect(connection.isClosed && stage.isAtRest && connection.pool.machine.waitingCount == 0)
    }
}
