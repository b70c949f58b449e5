import Forwarding
import Foundation
import Reactor
import Testing

/// Connections to members of FastCGI, over sockets: what is sent, what comes back, and what becomes of the connection.
@Suite("FastCGI connections", .timeLimit(.minutes(10)))
struct FastCGIConnectionTests {
    private typealias Says = FastCGISays

    @Test("A request leaves as one begin, its params and no content, and the answer's head is HTTP/1.1's")
    func get() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /shop/cart.php/7?a=b", fields: "Cookie: x=1", "X_Bad: 1", "Proxy: evil")
        let member = try stage.accept()
        let request = FastCGIRequest(member.received())
        #expect(request.types == [1, 4, 4, 5])
        #expect(request.keeps)
        #expect(request.params["SCRIPT_FILENAME"] == "/srv/shop/cart.php")
        #expect(request.params["SCRIPT_NAME"] == "/shop/cart.php")
        #expect(request.params["PATH_INFO"] == "/7")
        #expect(request.params["REQUEST_URI"] == "/shop/cart.php/7?a=b")
        #expect(request.params["QUERY_STRING"] == "a=b")
        #expect(request.params["REMOTE_ADDR"] == "198.51.100.7")
        #expect(request.params["HTTP_COOKIE"] == "x=1")
        #expect(request.params["HTTP_X_BAD"] == nil && request.params["HTTP_PROXY"] == nil)
        stage.say(Says.output("Status: 201 Created\r\nX-Own: 1\r\n\r\nhello", padding: 3) + Says.end(), by: member)
        #expect(client.outcome == .whole && client.status == 201 && client.text == "hello")
        #expect(client.field("X-Own") == "1")
        #expect(stage.stage.isAtRest)
    }

    @Test("A script is told the user who was proven, and how")
    func user() throws {
        let stage = try RecordStage(
            "fcgi", keys: "ttl: 1s", settings: ["fastcgi: { root: /srv, front: /index.php }"],
            edge: ["users: htpasswd"])
        let client = try stage.ask("GET /", fields: Stage.asAda)
        stage.stage.decide()
        stage.turn()
        let member = try stage.accept()
        let params = FastCGIRequest(member.received()).params
        #expect(params["REMOTE_USER"] == "ada" && params["AUTH_TYPE"] == "Basic")
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("preserve-host: a script is told the name that the path declares, and the client's beside it")
    func namedHost() throws {
        let stage = try RecordStage(
            "fcgi", keys: "ttl: 1s", settings: ["fastcgi: { root: /srv, front: /index.php }"],
            path: "{ balancer: shop, preserve-host: \"app.internal:8080\" }")
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        let params = FastCGIRequest(member.received()).params
        #expect(params["HTTP_HOST"] == "app.internal:8080" && params["HTTP_X_FORWARDED_HOST"] == "shop.test")
        #expect(params["SERVER_NAME"] == "app.internal" && params["SERVER_PORT"] == "8080")
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("A script is told what was agreed on over TLS, and the name that the client has asked for")
    func tls() throws {
        let stage = try RecordStage.fastCGI()
        let peer = ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: true, edge: stage.stage.edge)
        peer.complete(
            ClientPeer.LocalEnd(nil, askedName: Array("a.test".utf8)),
            terms: TLSTerms(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", keyBits: 128))
        let client = try ScriptedClient(
            "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", speaks: .http1, peer: peer, on: stage.stage.bench)
        stage.turn()
        let member = try stage.accept()
        let params = FastCGIRequest(member.received()).params
        #expect(params["HTTPS"] == "on" && params["SSL_TLS_SNI"] == "a.test")
        #expect(params["SSL_PROTOCOL"] == "TLSv1.3" && params["SSL_CIPHER"] == "TLS_AES_128_GCM_SHA256")
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("Within this machine a request is with its member in the turn in which it comes")
    func sameTurn() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.stage.send("GET /a.php HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        let member = try stage.accept()
        #expect(FastCGIRequest(member.received()).types == [1, 4, 4, 5])
        stage.say(Says.output("A: b\n\nok") + Says.end(), by: member)
        #expect(client.outcome == .whole && client.text == "ok" && stage.stage.isAtRest)
    }

    @Test("An answer may come byte by byte, and in records of any size")
    func pieces() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        let says =
            Says.output("Content-") + Says.output("Type: text/plain\n", padding: 255) + Says.output("\n")
            + Says.output("he") + Says.errors("oh") + Says.output("llo") + Says.output("") + Says.end()
        for byte in says { stage.say([byte], by: member) }
        #expect(client.outcome == .whole && client.status == 200 && client.text == "hello")
    }

    @Test("Content leaves in records as it comes, and the connection serves the next request")
    func post() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.stage.send("POST /a.php HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 6\r\n\r\n")
        stage.turn()
        let member = try stage.accept()
        _ = client.send("abc")
        stage.turn()
        _ = client.send("def")
        client.end()
        stage.turn()
        let request = FastCGIRequest(member.received())
        #expect(request.params["CONTENT_LENGTH"] == "6" && request.content == Array("abcdef".utf8))
        #expect(request.types.last == 5)
        stage.say(Says.output("\n") + Says.end(), by: member)
        #expect(client.outcome == .refused(502, "answer-broken"))
        let second = try stage.ask("GET /")
        let next = try stage.accept()
        stage.say(Says.output("A: b\n\n") + Says.end(), by: next)
        #expect(second.outcome == .whole)
        let third = try stage.ask("GET /")
        #expect(FastCGIRequest(next.received()).types == [1, 4, 4, 5, 1, 4, 4, 5])
        stage.say(Says.output("A: b\n\n") + Says.end(), by: next)
        #expect(third.outcome == .whole && stage.connectionCount == 2)
    }

    @Test("A request that may not be sent twice gets no connection that has not rested")
    func rest() throws {
        let stage = try RecordStage.fastCGI()
        for _ in 0..<2 {
            let client = try stage.ask("POST /a.php", content: "a")
            let member = try stage.accept()
            member.send(Says.output("A: b\n\n") + Says.end())
            // The next one comes in the turn in which the connection does.
            for _ in 0..<100 where client.outcome == .open { stage.turn(1) }
            #expect(client.outcome == .whole)
        }
        #expect(stage.connectionCount == 2)
    }

    @Test("Unless somebody says how long, no connection is kept", arguments: ["disable-reuse: true, ttl: 1s", ""])
    func noReuse(_ keys: String) throws {
        let stage = try RecordStage.fastCGI(keys: keys)
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        #expect(!FastCGIRequest(member.received()).keeps)
        stage.say(Says.output("A: b\n\nx") + Says.end(), by: member)
        _ = member.received()
        #expect(client.outcome == .whole && member.hasEnded)
    }

    @Test(
        "What is refused before anybody is asked",
        arguments: [("GET /a/..%2fb.php", 400), ("GET /img/a.png", 404)])
    func refused(_ line: String, _ status: Int) throws {
        let stage = try RecordStage.fastCGI(front: "off")
        let lines = [line + " HTTP/1.1", "Host: shop.test"]
        let client = try stage.stage.send(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        guard case .refused(let refused, _) = client.outcome else {
            Issue.record("\(client.outcome)")
            return
        }
        #expect(refused == status && stage.connectionCount == 0)
    }

    @Test("Content without a length is gathered, and the member is told the length", arguments: [10, 200_000])
    func lengthless(count: Int) throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.stage.send(
            "POST /a.php HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        #expect(client.interim == [100])
        let content = Octets.pattern(count)
        var sent = 0
        while sent < count {
            sent += client.send(Array(content[sent...]))
            stage.stage.runFiles()
        }
        stage.turn()
        #expect(stage.connectionCount == 0)
        client.end()
        let member = try stage.accept()
        var (received, silence): ([UInt8], Int) = ([], 0)
        while silence < 5 {
            stage.turn()
            stage.stage.runFiles()
            let bytes = member.received()
            silence = bytes.isEmpty ? silence + 1 : 0
            received += bytes
        }
        let request = FastCGIRequest(received)
        #expect(request.params["CONTENT_LENGTH"] == "\(count)" && request.params["HTTP_EXPECT"] == nil)
        #expect(request.content == content)
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(client.outcome == .whole)
        stage.stage.runFiles()
        #expect(stage.stage.isAtRest)
    }

    @Test("Content without a length that is more than may wait is 411, and nobody is asked")
    func tooLong() throws {
        let stage = try RecordStage(
            "fcgi", settings: ["fastcgi: { root: /srv }", "buffering: { requests: 64KiB, file: off }"])
        let client = try stage.stage.send(
            "POST /a.php HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(Octets.pattern(200_000))
        #expect(client.outcome == .refused(411, "length-required") && stage.connectionCount == 0)
        #expect(stage.stage.isAtRest)
    }

    // MARK: - Members that fail

    @Test("Behind an answer without content bytes are dropped, and the connection is kept")
    func bodiless() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("HEAD /")
        let member = try stage.accept()
        stage.say(Says.output("A: b\n\nhello"), by: member)
        #expect(client.status == 200 && client.outcome == .open)
        stage.say(Says.end(), by: member)
        #expect(client.outcome == .whole && client.text.isEmpty)
        _ = try stage.ask("GET /")
        #expect(stage.connectionCount == 1)
    }

    @Test("Content beyond its length is cut, and the connection closed")
    func beyond() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        stage.say(Says.output("Content-Length: 3\n\nabcdef") + Says.end(), by: member)
        _ = member.received()
        #expect(client.outcome == .whole && client.text == "abc" && member.hasEnded)
    }

    @Test("Content below its length is broken off")
    func below() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        stage.say(Says.output("Content-Length: 9\n\nabc") + Says.end(), by: try stage.accept())
        #expect(client.outcome == .broken)
    }

    @Test("A connection that ends is an answer's end only behind all of its length", arguments: [true, false])
    func connectionEnds(_ hasLength: Bool) throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        stage.say(Says.output((hasLength ? "Content-Length: 3" : "A: b") + "\n\nabc"), by: member)
        member.close()
        stage.turn()
        #expect(client.outcome == (hasLength ? .whole : .broken) && client.text == "abc")
    }

    @Test(
        "What is no answer is 502",
        arguments: [
            Says.end(), Says.output("no colon\n\n"), Says.output("Transfer-Encoding: chunked\n\n"),
            Says.record(6, Array("A: b\n\n".utf8)).map { $0 == 1 ? 0 : $0 }, Says.record(9, []),
            Says.output("Status: 100\n\n"), [UInt8](repeating: 1, count: 64),
        ])
    func noAnswer(_ bytes: [UInt8]) throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("POST /a.php", content: "a")
        let member = try stage.accept()
        stage.say(bytes, by: member)
        #expect(client.outcome == .refused(502, "answer-broken"), "\(client.outcome)")
        _ = member.received()
        #expect(member.hasEnded && stage.stage.isAtRest)
    }

    @Test("A member that says it is overloaded has not looked at the request, which is sent again")
    func overloaded() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("POST /a.php", content: "abc")
        stage.say(Says.end(2), by: try stage.accept())
        let member = try stage.accept()
        #expect(FastCGIRequest(member.received()).content == Array("abc".utf8))
        stage.say(Says.output("A: b\n\nok") + Says.end(), by: member)
        #expect(client.outcome == .whole && client.text == "ok")
    }

    @Test("A kept connection that has ended is not lent, and one that ends under a harmless request is replaced")
    func kept() throws {
        let stage = try RecordStage.fastCGI()
        let first = try stage.ask("GET /")
        let member = try stage.accept()
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(first.outcome == .whole)
        let second = try stage.ask("GET /")
        #expect(stage.connectionCount == 1)
        member.close()
        stage.turn()
        let other = try stage.accept()
        stage.say(Says.output("A: b\n\nok") + Says.end(), by: other)
        #expect(second.outcome == .whole && second.text == "ok")
        other.close()
        let third = try stage.ask("GET /")
        stage.say(Says.output("A: b\n\nok") + Says.end(), by: try stage.accept())
        #expect(third.outcome == .whole)
    }

    @Test("A client that takes little holds up its member, and gets everything")
    func backPressure() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        client.window = 5
        stage.say(Says.output("A: b\n\n" + String(repeating: "x", count: 60_000)) + Says.end(), by: member)
        #expect(client.content.count == 5 && client.outcome == .open)
        client.read(50_000)
        stage.turn()
        #expect(client.content.count == 50_005)
        client.read()
        stage.turn(8)
        #expect(client.content.count == 60_000 && client.outcome == .whole && stage.stage.isAtRest)
    }

    @Test("A client that waits for 100 Continue gets it from Martlet")
    func expectation() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.stage.send(
            "POST /a.php HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        stage.turn()
        #expect(client.interim == [100])
        _ = client.send("abc")
        client.end()
        stage.turn()
        let member = try stage.accept()
        #expect(FastCGIRequest(member.received()).content == Array("abc".utf8))
        stage.say(Says.output("A: b\n\n") + Says.end(), by: member)
        #expect(client.outcome == .whole)
    }

    @Test("A client that leaves takes its member's connection with it")
    func leaving() throws {
        let stage = try RecordStage.fastCGI()
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        stage.say(Says.output("A: b\n\nabc"), by: member)
        client.leave()
        stage.turn()
        _ = member.received()
        #expect(member.hasEnded && stage.stage.isAtRest)
    }

    @Test("What a script has written for the log is told though its client leaves first, up to a bound")
    func errorsOfTheLeft() throws {
        let path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try EventLog(file: AppendOnlyFile(path: path))
        let stage = try RecordStage.fastCGI(events: log)
        let client = try stage.ask("GET /")
        let member = try stage.accept()
        client.window = 1
        let more = Says.errors(" second") + Says.errors(String(repeating: "x", count: 1_000))
        stage.say(Says.errors("first") + Says.output("A: b\n\nabc") + more, by: member)
        #expect(client.content.count == 1)
        client.leave()
        stage.turn()
        #expect(stage.stage.isAtRest)
        try log.start()
        log.finish()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let told = "first second" + String(repeating: "x", count: 500)
        #expect(lines.count == 1 && lines.allSatisfy { $0.hasSuffix(" warning member shop/node1 says: \(told)") })
    }
}
