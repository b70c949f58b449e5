import Forwarding
import Testing

/// WebSockets: asked for, opened or refused, and their ends (RFC 9110, section 7.8; RFC 6455).
@Suite("Tunnels, in process")
struct TunnelTests {
    /// A tunnel that is open.
    private struct Tunnel {
        let stage: Stage
        let client: ScriptedClient
        let member: ScriptedConnection
        /// Bytes that the member had been sent before.
        let headBytes: Int

        init(edge: String = "") throws {
            stage = try Stage(["node1": ""], edge: edge)
            client = try stage.askForWebSocket()
            member = stage.last
            member.answer(Answer.switching)
            headBytes = member.written.count
            let isOpen = client.status == 101 && member.isTunnel && stage.tunnelCount == 1
            try #require(isOpen)
        }

        /// What the client has sent as the member has it.
        var received: [UInt8] { Array(member.written[headBytes...]) }
    }

    @Test("the member is asked, and its 101 opens the tunnel: what stands behind it passes")
    func opening() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.askForWebSocket()
        #expect(stage.last.request.hasPrefix("GET /chat HTTP/1.1\r\nHost: shop.test\r\nSec-WebSocket-Version: 13\r\n"))
        #expect(stage.last.request.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"))
        #expect(stage.last.request.hasSuffix("\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"))
        stage.last.answer(Answer.switching + "first")
        #expect(
            client.head == "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(client.text == "first" && client.isResumed && client.outcome == .open)
        #expect(stage.last.isTunnel && stage.tunnelCount == 1 && stage.inFlightCount == 1)
    }

    @Test("bytes pass both ways as they are, and a silent tunnel holds no slab", arguments: [1, 4_096, 100_000])
    func both(count: Int) throws {
        let tunnel = try Tunnel()
        let content = Octets.pattern(count)
        for _ in 0..<3 {
            #expect(tunnel.client.send(content) == count)
            tunnel.member.answer(content)
        }
        #expect(tunnel.received == content + content + content)
        #expect(tunnel.client.content == content + content + content)
        #expect(tunnel.stage.bench.lentSlabCount == 0)
        #expect(tunnel.member.patience == 3_600_000)
    }

    @Test("either side may take them slowly, and holds the other one up", arguments: [1, 100, 5_000])
    func slowly(window: Int) throws {
        let tunnel = try Tunnel()
        let (client, member) = (tunnel.client, tunnel.member)
        let content = Octets.pattern(20_000 + 2 * window)
        member.window = window
        client.window = window
        var sent = client.send(content)
        member.answer(content)
        #expect(sent < content.count && client.content.count == window)
        for _ in 0..<100_000 where sent < content.count || member.isWriteBlocked {
            member.take(window)
            if client.isResumed, sent < content.count { sent += client.send(Array(content[sent...])) }
        }
        for _ in 0..<100_000 where client.content.count < content.count { client.read(window) }
        #expect(tunnel.received == content && client.content == content)
        client.leave()
        #expect(tunnel.stage.isAtRest)
    }

    @Test("what passes is no content: its limit is not the tunnel's")
    func limit() throws {
        let tunnel = try Tunnel(edge: "limits: { request-body: 10 }")
        #expect(tunnel.client.send(Octets.pattern(1_000)) == 1_000)
        #expect(tunnel.client.outcome == .open && tunnel.received.count == 1_000)
    }

    // MARK: - None

    @Test(
        "another answer than 101 is the answer, and its connection goes on",
        arguments: ["403 Forbidden", "200 OK"])
    func refused(status: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.askForWebSocket()
        let fields = "Upgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 2\r\n"
        stage.last.answer("HTTP/1.1 \(status)\r\n\(fields)\r\nno")
        #expect(client.outcome == .whole && client.text == "no" && client.field("Upgrade") == nil)
        #expect(!stage.last.isClosed && !stage.last.isTunnel && stage.isAtRest)
    }

    /// A 101 that nobody has asked for.
    struct Unasked: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        /// Fields of the request.
        var fields = ["Connection: Upgrade", "Upgrade: websocket"]
        /// Fields of the answer.
        var answer = ["Connection: Upgrade", "Upgrade: websocket"]
    }

    static let strayAnswers: [Unasked] = [
        Unasked(testDescription: "an ordinary request", fields: ["Accept: */*"]),
        Unasked(testDescription: "RFC 6455 4.1: another method than GET", method: "POST"),
        Unasked(testDescription: "another protocol", fields: ["Connection: Upgrade", "Upgrade: h2c"]),
        Unasked(testDescription: "RFC 9110 7.8: Upgrade that Connection does not name", fields: ["Upgrade: websocket"]),
        Unasked(testDescription: "a 101 to no protocol", answer: ["Connection: Upgrade"]),
        Unasked(testDescription: "a 101 to another one", answer: ["Connection: Upgrade", "Upgrade: h2c"]),
        Unasked(testDescription: "a 101 whose Connection does not say so", answer: ["Upgrade: websocket"]),
    ]

    @Test("a 101 that was not asked for: 502, and nothing of it passes", arguments: strayAnswers)
    func unasked(sample: Unasked) throws {
        let stage = try Stage(["node1": ""])
        let lines = (["Host: shop.test"] + sample.fields).joined(separator: "\r\n")
        let client = try stage.send("\(sample.method) /chat HTTP/1.1\r\n\(lines)\r\n\r\n")
        let isAsked = sample.method == "GET" && sample.fields == ["Connection: Upgrade", "Upgrade: websocket"]
        #expect(stage.last.request.contains("\r\nUpgrade: ") == isAsked)
        let answer = sample.answer.joined(separator: "\r\n")
        stage.last.answer("HTTP/1.1 101 Switching Protocols\r\n\(answer)\r\n\r\nsecret")
        #expect(client.outcome == .refused(502, "switch-unasked"))
        #expect(client.head.isEmpty && client.content.isEmpty)
        #expect(stage.last.isClosed && !stage.last.isTunnel && stage.isAtRest)
    }

    @Test("a connection that takes none: the next member is asked, or 502")
    func unsupported() throws {
        for members in [["node1"], ["node1", "node2"]] {
            let stage = try Stage(Dictionary(uniqueKeysWithValues: members.map { ($0, "") }))
            stage.opensAtOnce = false
            let client = try stage.askForWebSocket()
            let first = stage.last
            first.takesWebSocket = false
            first.accept()
            #expect(first.isClosed && first.written.isEmpty)
            guard members.count > 1 else {
                #expect(client.outcome == .refused(502, "switch-unsupported") && stage.isAtRest)
                continue
            }
            #expect(stage.last.member != first.member && !stage.isInError(first.member))
            stage.last.accept()
            stage.last.answer(Answer.switching)
            #expect(client.status == 101 && stage.tunnelCount == 1 && stage.inFlightCount == 1)
        }
    }

    // MARK: - The end

    @Test("the client ends its direction: the member is told behind its last byte, and still may speak")
    func endedByClient() throws {
        let tunnel = try Tunnel()
        let (client, member) = (tunnel.client, tunnel.member)
        member.window = 0
        client.send("bye")
        client.end()
        #expect(!member.isWritingEnded && tunnel.received.isEmpty)
        member.take()
        #expect(member.isWritingEnded && tunnel.received == Array("bye".utf8))
        member.answer("and you")
        #expect(client.text == "and you" && client.outcome == .open)
        member.end()
        #expect(client.outcome == .whole && member.isClosed && tunnel.stage.isAtRest)
    }

    @Test("the member ends: the client has all that it said, and the connection is nobody's any more")
    func endedByMember() throws {
        let tunnel = try Tunnel()
        tunnel.client.send("hello")
        tunnel.member.answer("bye")
        tunnel.member.end()
        #expect(tunnel.client.outcome == .whole && tunnel.client.text == "bye")
        #expect(tunnel.member.isClosed && tunnel.stage.isAtRest)
        try tunnel.stage.exchange()
        #expect(tunnel.stage.connections.count == 2)
    }

    @Test("a member that dies: the tunnel is broken off, or the 101 taken back that was not sent yet")
    func broken() throws {
        let tunnel = try Tunnel()
        tunnel.member.answer("hello")
        tunnel.member.fail(.broken("reset"))
        #expect(tunnel.client.outcome == .broken && tunnel.client.text == "hello" && tunnel.stage.isAtRest)

        let silent = try Tunnel()
        silent.member.pause()
        silent.member.fail(.broken("reset"))
        #expect(silent.client.outcome == .broken && silent.client.status == 101 && silent.stage.isAtRest)

        let short = try Tunnel()
        short.member.fail(.broken("reset"))
        #expect(short.client.outcome == .refused(502, "answer-broken") && short.stage.isAtRest)
    }

    /// What has passed when nothing does any more, and who can be told that the edge goes away.
    struct Silence: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var client: [UInt8] = []
        var member: [UInt8] = []
        /// Whether the client has ended its direction.
        var isEnded = false
        let tellsMember: Bool
        let tellsClient: Bool
    }

    // Frames of one letter, the client's masked with 1, 2, 3, 4 (RFC 6455, section 5.2).
    static let silences: [Silence] = [
        Silence(testDescription: "nothing at all", tellsMember: true, tellsClient: true),
        Silence(
            testDescription: "whole frames", client: [0x81, 0x81, 1, 2, 3, 4, 0x60], member: [0x81, 1, 0x61],
            tellsMember: true, tellsClient: true),
        Silence(
            testDescription: "the client in a frame", client: [0x81, 0x82, 1, 2, 3, 4, 0x60], tellsMember: false,
            tellsClient: true),
        Silence(
            testDescription: "the member in a frame", member: [0x81, 2, 0x61], tellsMember: true, tellsClient: false),
        Silence(
            testDescription: "RFC 6455 5.5.1: the client has closed", client: [0x88, 0x80, 1, 2, 3, 4],
            tellsMember: false, tellsClient: true),
        Silence(testDescription: "the member has closed", member: [0x88, 0], tellsMember: true, tellsClient: false),
        Silence(
            testDescription: "a member's bytes that are no frames", member: Array("xyz".utf8), tellsMember: true,
            tellsClient: false),
        Silence(testDescription: "the client has ended", isEnded: true, tellsMember: false, tellsClient: true),
    ]

    @Test(
        "a silent tunnel ends, and each side is told with 1001 whose frames allow it", arguments: silences)
    func silence(sample: Silence) throws {
        let tunnel = try Tunnel(edge: "log: { access: { format: json } }")
        let (client, member) = (tunnel.client, tunnel.member)
        client.send(sample.client)
        if sample.isEnded { client.end() }
        member.answer(sample.member)
        member.isSilent()

        let told = Array(tunnel.received.dropFirst(sample.client.count))
        #expect(told.count == (sample.tellsMember ? 8 : 0))
        if told.count == 8 {
            #expect(Array(told[..<2]) == [0x88, 0x82])
            #expect([told[6] ^ told[2], told[7] ^ told[3]] == [3, 0xE9])
        }
        #expect(client.content == sample.member + (sample.tellsClient ? [0x88, 2, 3, 0xE9] : []))
        #expect(client.outcome == (sample.tellsClient ? .whole : .broken))
        #expect(member.isClosed && tunnel.stage.isAtRest)
        let lines = tunnel.stage.takeLines()
        #expect(lines.count == 1 && lines[0].contains("\"status\":101,\"answered_by\":\"member\""))
        #expect(lines.allSatisfy { $0.contains("\"reason\":\"tunnel-timeout\"") })
    }

    @Test("a client that takes nothing cannot be told, and a member that takes nothing has its end without")
    func blocked() throws {
        let tunnel = try Tunnel()
        tunnel.client.window = 0
        tunnel.member.window = 0
        tunnel.member.isSilent()
        #expect(tunnel.client.outcome == .broken && tunnel.client.content.isEmpty)
        #expect(tunnel.received.isEmpty && tunnel.member.isClosed && tunnel.stage.isAtRest)
    }

    @Test("when the time to drain is over, both sides are told")
    func drained() throws {
        let tunnel = try Tunnel(edge: "log: { access: { format: json } }")
        #expect(tunnel.client.isCut())
        #expect(tunnel.client.outcome == .whole && tunnel.client.content == [0x88, 2, 3, 0xE9])
        #expect(tunnel.received.count == 8 && tunnel.member.isClosed && tunnel.stage.isAtRest)
        let lines = tunnel.stage.takeLines()
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("\"reason\":\"drain-timeout\"") })
    }
}
