import Forwarding
import Testing

/// Connections to members of AJP, over sockets: content as it is asked for, pings, and what becomes of the connection.
@Suite("AJP connections", .timeLimit(.minutes(10)))
struct AJPConnectionTests {
    /// What a member says.
    private enum Says {
        static func packet(_ body: [UInt8]) -> [UInt8] {
            [0x41, 0x42, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
        }

        static func string(_ text: String) -> [UInt8] {
            [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)] + Array(text.utf8) + [0]
        }

        static func head(_ status: Int = 200, _ fields: (String, String)...) -> [UInt8] {
            packet(
                [4, UInt8(status >> 8), UInt8(status & 255)] + string("OK") + [0, UInt8(fields.count)]
                    + fields.flatMap { string($0.0) + string($0.1) })
        }

        static func chunk(_ text: String) -> [UInt8] {
            packet([3, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)] + Array(text.utf8) + [0])
        }

        static func wants(_ count: Int) -> [UInt8] { packet([6, UInt8(count >> 8), UInt8(count & 255)]) }

        static func end(keeping: Bool = true) -> [UInt8] { packet([5, keeping ? 1 : 0]) }

        static let pong = packet([9])
    }

    /// The packets that have come to a member.
    private func packets(_ bytes: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var offset = 0
        while offset + 4 <= bytes.count {
            let count = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            packets.append(Array(bytes[(offset + 4)..<(offset + 4 + count)]))
            offset += 4 + count
        }
        return packets
    }

    private func data(_ text: String) -> [UInt8] {
        text.isEmpty ? [0, 0] : [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)] + Array(text.utf8)
    }

    @Test("A member is told the user who was proven, and how")
    func user() throws {
        let stage = try RecordStage("ajp", edge: ["users: htpasswd"])
        let client = try stage.ask("GET /", fields: Stage.asAda)
        stage.stage.decide()
        stage.turn()
        let member = try stage.accept()
        let sent = packets(member.received())
        let told = [3] + Says.string("ada") + [4] + Says.string("Basic")
        #expect(sent.count == 1 && sent[0].firstRange(of: told) != nil)
        stage.say(Says.head() + Says.end(), by: member)
        #expect(client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("preserve-host: a member is told the name that the path declares")
    func namedHost() throws {
        let stage = try RecordStage("ajp", path: "{ balancer: shop, preserve-host: \"app.internal:8080\" }")
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        let sent = packets(member.received())
        #expect(sent.count == 1)
        for told in ["app.internal", "app.internal:8080", "shop.test"] {
            #expect(sent[0].firstRange(of: Says.string(told)) != nil, "\(told)")
        }
        stage.say(Says.head() + Says.end(), by: member)
        #expect(client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("A request leaves as one packet, and the answer's head is HTTP/1.1's")
    func get() throws {
        let stage = try RecordStage("ajp")
        let client = try stage.ask("GET /a?b=c")
        let member = try stage.accept()
        let sent = packets(member.received())
        #expect(sent.count == 1 && sent[0].prefix(2) == [2, 2])
        stage.say(Says.head(200, ("X-Own", "1")) + Says.chunk("hel") + Says.chunk("lo") + Says.end(), by: member)
        #expect(client.outcome == .whole && client.text == "hello" && client.field("X-Own") == "1")
        let next = try stage.ask("GET /")
        #expect(packets(member.received()).count == 1 && stage.connectionCount == 1)
        for byte in Says.head(204) + Says.end(keeping: false) { stage.say([byte], by: member) }
        #expect(next.outcome == .whole && next.status == 204)
        _ = member.received()
        #expect(member.hasEnded && stage.stage.isAtRest)
    }

    @Test("Content of a length is sent once without being asked for, then as it is")
    func upload() throws {
        let stage = try RecordStage("ajp")
        let content = String(repeating: "x", count: 10_000)
        let client = try stage.ask("POST /", content: content)
        let member = try stage.accept()
        var sent = packets(member.received())
        #expect(sent.count == 2 && sent[1].count == 8_188)
        stage.say(Says.wants(1_000), by: member)
        sent = packets(member.received())
        #expect(sent == [data(String(repeating: "x", count: 1_000))])
        stage.say(Says.wants(8_186), by: member)
        #expect(packets(member.received()) == [data(String(repeating: "x", count: 814))])
        stage.say(Says.wants(8_186), by: member)
        #expect(packets(member.received()) == [data("")])
        stage.say(Says.head() + Says.end(), by: member)
        #expect(client.outcome == .whole)
        _ = try stage.ask("GET /")
        #expect(stage.connectionCount == 1)
    }

    @Test("Content without a length waits until it is asked for, its end too")
    func chunked() throws {
        let stage = try RecordStage("ajp")
        let client = try stage.stage.send("POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        _ = client.send("abc")
        stage.turn()
        let member = try stage.accept()
        #expect(packets(member.received()).count == 1)
        stage.say(Says.wants(8_186), by: member)
        #expect(packets(member.received()) == [data("abc")])
        stage.say(Says.wants(8_186), by: member)
        #expect(member.received().isEmpty)
        _ = client.send("de")
        client.end()
        stage.turn()
        #expect(packets(member.received()) == [data("de")])
        stage.say(Says.wants(8_186), by: member)
        #expect(packets(member.received()) == [data("")])
        stage.say(Says.head() + Says.chunk("ok") + Says.end(), by: member)
        #expect(client.outcome == .whole && client.text == "ok")
    }

    @Test("A connection that was idle is pinged, and the request follows the answer to that")
    func ping() throws {
        let stage = try RecordStage("ajp", keys: "ping: 1s")
        let first = try stage.ask("GET /")
        let member = try stage.accept()
        #expect(packets(member.received()).count == 1)
        stage.say(Says.head() + Says.end(), by: member)
        #expect(first.outcome == .whole)
        let second = try stage.ask("GET /")
        #expect(packets(member.received()) == [[10]])
        stage.say(Says.pong, by: member)
        #expect(packets(member.received()).count == 1)
        stage.say(Says.head() + Says.chunk("ok") + Says.end(), by: member)
        #expect(second.text == "ok" && stage.connectionCount == 1)
    }

    @Test("One that ends under a ping is replaced, whatever the request's method", arguments: [true, false])
    func pingFails(_ saysSomething: Bool) throws {
        let stage = try RecordStage("ajp", keys: "ping: 1s")
        _ = try stage.ask("GET /")
        let member = try stage.accept()
        stage.say(Says.head() + Says.end(), by: member)
        let client = try stage.ask("POST /", content: "abc")
        if saysSomething { stage.say(Says.end(), by: member) } else { member.close() }
        stage.turn()
        let other = try stage.accept()
        #expect(packets(other.received()).map(\.count).last == 5)
        stage.say(Says.head() + Says.end(), by: other)
        #expect(client.outcome == .whole && stage.connectionCount == 2)
    }

    @Test(
        "What is no answer is 502",
        arguments: [
            Says.end(), Says.chunk("a"), Says.pong, Says.wants(0), Says.head(100), [0x12, 0x34, 0, 1, 9],
            Says.head(200, ("Transfer-Encoding", "chunked")), Says.packet([4, 0, 200, 0xFF, 0xFE]), Says.packet([7]),
            [0x41, 0x42, 0xFF, 0xFF, 4],
        ])
    func noAnswer(_ bytes: [UInt8]) throws {
        let stage = try RecordStage("ajp")
        let client = try stage.ask("POST /", content: "a")
        let member = try stage.accept()
        stage.say(bytes, by: member)
        #expect(client.outcome == .refused(502, "answer-broken"), "\(client.outcome)")
        _ = member.received()
        #expect(member.hasEnded && stage.stage.isAtRest)
    }

    @Test("A head larger than a packet is 431, and nobody is in error")
    func tooLarge() throws {
        let stage = try RecordStage("ajp")
        let client = try stage.ask("GET /", fields: "X-Long: " + String(repeating: "v", count: 9_000))
        #expect(client.outcome == .refused(431, "member-head-too-large"))
        #expect(!stage.stage.isInError("node1") && stage.stage.isAtRest)
        let large = try RecordStage("ajp", keys: "packet-size: 64KiB")
        _ = try large.ask("GET /", fields: "X-Long: " + String(repeating: "v", count: 9_000))
        #expect(packets(try large.accept().received()).first?.count ?? 0 > 9_000)
    }

    @Test("A member that answers before it has read the request gets no further one on the connection")
    func earlyAnswer() throws {
        let stage = try RecordStage("ajp")
        let client = try stage.stage.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 20000\r\n\r\n")
        _ = client.send(String(repeating: "x", count: 9_000))
        stage.turn()
        let member = try stage.accept()
        stage.say(Says.head(403) + Says.end(), by: member)
        #expect(client.outcome == .whole && client.status == 403)
        _ = member.received()
        #expect(member.hasEnded)
    }

    @Test("A WebSocket is refused")
    func webSocket() throws {
        let stage = try RecordStage("ajp")
        let client = try stage.stage.askForWebSocket()
        stage.turn()
        #expect(client.outcome == .refused(502, "switch-unsupported"))
    }
}
