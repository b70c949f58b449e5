import Foundation
import Testing

extension EndToEnd {
    /// Hostile framing in which it matters who sends what before whom.
    @Suite("Hostile framing: scenarios")
    struct HostileFramingScenarioTests {
        private static let upgrade =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        private static let switching =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

        @Test("RFC 9112 7.1.2: trailers that arrive in two pieces", .timeLimit(.minutes(1)))
        func trailersInPieces() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.text) } }
            let client = try Scene(member).client()
            let trailers = "0\r\nX-Sum: 7\r\n\r\n"
            for cut in 1..<trailers.utf8.count {
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                try client.send(String(trailers.prefix(bytes: cut)))
                // The content has passed, so the piece was read too, or will be by itself.
                #expect(member.wait { $0.last?.bytes.ends(with: Array("hello\r\n".utf8)) == true }, "cut at \(cut)")
                try client.send(String(trailers.dropFirst(bytes: cut)))
                #expect(try client.response().text == "hello", "cut at \(cut)")
            }
            #expect(member.requests.allSatisfy { $0.trailers.map(\.value) == ["7"] })
        }

        @Test("RFC 9112 9.2: an answer that comes before its request is not the next one's", .timeLimit(.minutes(1)))
        func answerBeforeRequest() throws {
            let member = try RecordingMember { connection in
                try connection.send(Answer.ok("early"))
                guard try connection.readRequest() != nil else { return }
                try connection.send(Answer.ok("evil"))
                connection.waitForEnd()
            }
            let client = try Scene(member).client()
            for _ in 1...5 {
                // What comes before the connection has been seen to stand is refused; what comes later is an answer.
                let answer = try client.get()
                #expect(answer.status == 502 || answer.text == "early")
                #expect(member.wait { $0.allSatisfy(\.hasEnded) })
            }
            #expect(member.connections.allSatisfy { $0.requests.count <= 1 })
        }

        @Test("class 25: bytes behind an answer reach no request on any connection", .timeLimit(.minutes(1)))
        func strayBytes() throws {
            let gate = Monitor(0)
            let member = try RecordingMember { connection in
                while let request = try connection.readRequest() {
                    try connection.send(Answer.ok(request.target))
                    if request.target == "/late" {
                        // Behind an answer that has been taken for whole already.
                        _ = gate.wait(seconds: 10) { $0 > 0 ? true : nil }
                        try connection.send(Answer.ok("evil"))
                        connection.waitForEnd()
                        return
                    }
                }
            }
            let client = try Scene(member).client()
            #expect(try client.get("/late").text == "/late")
            gate.withLock { $0 = 1 }
            #expect(member.wait { $0.first?.hasEnded == true })
            #expect(try client.get("/next").text == "/next")
            #expect(member.connections.count == 2)
        }

        @Test("RFC 9112 9.3: an answer that comes while content is still awaited", .timeLimit(.minutes(1)))
        func earlyAnswer() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge")
                connection.waitForEnd()
            }
            let scene = try Scene(member)
            for fields in ["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
                let client = try scene.client()
                try client.send("POST / HTTP/1.1\r\nHost: a\r\n\(fields)")
                let answer = try client.response()
                #expect(answer.status == 413)
                #expect(answer.text == "large")
                #expect(answer["Connection"] == "close")
                // The rest of the content, or what pretends to be it, is no request.
                try? client.send("worldGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(client.ends())
            }
            #expect(member.wait { $0.count == 2 && $0.allSatisfy(\.hasEnded) })
            #expect(!member.connections.contains { String(decoding: $0.bytes, as: UTF8.self).contains("smuggled") })
            #expect(member.connections.allSatisfy { !$0.bytes.ends(with: Array("0\r\n\r\n".utf8)) })
        }

        @Test(
            "class 7 (CVE-2026-2833): what follows an upgrade waits for the 101, then passes as it is",
            .timeLimit(.minutes(1)))
        func bytesBefore101() throws {
            let frames = "\u{81}\u{5}hello GET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n"
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                _ = gate.wait(seconds: 10) { $0 ? true : nil }
                try connection.send(Self.switching)
                connection.waitForEnd()
            }
            let client = try Scene(member).client()
            try client.send(Array(Self.upgrade.utf8) + hostileBytes(frames))
            #expect(try client.reader.readHead()?.status == 100)
            let head = member.connections[0].bytes
            #expect(head.ends(with: Array("Connection: upgrade\r\nUpgrade: websocket\r\n\r\n".utf8)))
            gate.withLock { $0 = true }
            #expect(try client.reader.readHead()?.status == 101)
            client.socket.finishWriting()
            #expect(member.wait { $0.first?.hasEnded == true })
            #expect(hostileText(member.connections[0].bytes) == hostileText(head + hostileBytes(frames)))
        }

        @Test(
            "class 7 (CVE-2026-73548): an upgrade refused by an ordinary answer opens nothing",
            .timeLimit(.minutes(1)), arguments: ["200 OK", "403 Forbidden", "426 Upgrade Required"])
        func refusedUpgrade(status: String) throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in
                    "HTTP/1.1 \(status)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nno"
                }
            }
            let client = try Scene(member).client()
            try client.send(Array(Self.upgrade.utf8) + hostileBytes("\u{81}\u{5}hello\r\n\r\n"))
            let answer = try client.response()
            #expect("\(answer.status)" == status.prefix(3))
            #expect(answer["Upgrade"] == nil)
            #expect(answer["Connection"] == nil)
            #expect(try client.response().status == 400)
            #expect(client.ends())
            #expect(member.requests.count == 1)
            #expect(!member.connections[0].bytes.contains(0x81))
        }

        @Test(
            "class 7: a 101 that switches to something else is no answer", .timeLimit(.minutes(1)),
            arguments: [
                "Connection: Upgrade\r\nUpgrade: h2c\r\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "",
            ])
        func otherSwitch(fields: String) throws {
            let member = try RecordingMember { try $0.answerEach { _ in "HTTP/1.1 101 X\r\n\(fields)\r\n" } }
            let client = try Scene(member).client()
            try client.send(Self.upgrade)
            #expect(try client.response().status == 502)
            #expect(member.wait { $0.allSatisfy(\.hasEnded) })
        }

        @Test("RFC 9110 15.2: interim answers to a client that does not read stay whole", .timeLimit(.minutes(1)))
        func unreadInterims() throws {
            let hints = "HTTP/1.1 103 Early Hints\r\nLink: " + String(repeating: "a", count: 7000) + "\r\n\r\n"
            let isSent = Monitor(false)
            let member = try RecordingMember { connection in
                while try connection.readRequest() != nil {
                    try connection.send(String(repeating: hints, count: 90) + Answer.ok("page"))
                    isSent.withLock { $0 = true }
                }
            }
            // The kernel keeps little for a UNIX-domain socket.
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/edge.sock"
            let text = EdgeText(member.endpoint).text.replacingOccurrences(of: "127.0.0.1:0", with: "unix:\(path)")
            let martlet = try MartletProcess.run(text, in: folder)
            let client = try RawClient(martlet.cleartext)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(isSent.wait(seconds: 10) { $0 ? true : nil } == true)
            var answer = try client.response()
            while answer.status == 103 {
                #expect(hostileText(answer.head) == hostileText(Array(hints.utf8)))
                answer = try client.response()
            }
            #expect(answer.status == 200)
            #expect(answer.text == "page")
            #expect(try client.get().status == 103)
        }

        @Test("CVE-2026-73553: no spelling of a path reaches the balancer of another one", .timeLimit(.minutes(1)))
        func pathSpellings() throws {
            let members = try (1...2).map { try RecordingMember(answering: "node\($0)") }
            let text = EdgeText(members[0].endpoint).text
                .replacingOccurrences(of: "paths: { /: shop }", with: "paths: { /: shop, /app/%61dmin: admin }")
                .replacingOccurrences(
                    of: "balancers:",
                    with: "balancers:\n  admin: { members: { a: \"\(members[1].endpoint.memberURL)\" } }")
            let martlet = try MartletProcess.run(text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            for path in ["/app/admin", "/app/%61dmin/x", "/app/admin;jsessionid=1.a"] {
                #expect(try client.get(path).text == "node2", "\(path)")
                #expect(members[1].requests.last?.target == path, "forwarded as it was sent")
            }
            for path in ["/", "/app", "/app/administrator", "/app/ADMIN"] {
                #expect(try client.get(path).text == "node1", "\(path)")
            }
            let ambiguous = [
                "/x/../app/admin", "/app/%2e/admin", "/app%2Fadmin", "/app%5cadmin", "/x/..;/app/admin", "/app;x/admin",
                "//app//admin", "/x;%2f../app/admin", "/x;/../app/admin",
            ]
            for path in ambiguous {
                let other = try RawClient(martlet.cleartext)
                #expect(try other.get(path).status == 400, "\(path)")
            }
        }

        @Test(
            "RFC 9110 9.3.8: TRACE would show cookies to scripts, and what the edge has added", .timeLimit(.minutes(1)))
        func trace() throws {
            let member = try RecordingMember(answering: "x")
            let client = try Scene(member).client()
            let answer = try client.exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 405 && answer["Allow"]?.contains("TRACE") == false)
            #expect(member.requests.isEmpty)
        }

        @Test("5,000 sites are served, each at its host", .timeLimit(.minutes(1)))
        func manySites() throws {
            let member = try RecordingMember(answering: "x")
            let sites = (0..<5_000).map { "  - { host: h\($0).example, paths: { /: shop } }\n" }.joined()
            let text = EdgeText(member.endpoint).text
                .replacingOccurrences(of: "  - paths: { /: shop }\n", with: sites)
            let client = try RawClient(MartletProcess.run(text, in: TemporaryFolder()).cleartext)
            for host in ["h0.example", "H4999.example:80", "h2500.example."] {
                #expect(try client.get(host: host).text == "x", "\(host)")
            }
            #expect(try client.get(host: "h5000.example").status == 404)
        }

        @Test("an absolute form without a path goes where / goes", .timeLimit(.minutes(1)))
        func emptyPath() throws {
            let member = try RecordingMember { try $0.answerEach { Answer.ok($0.startLine) } }
            let folder = try TemporaryFolder()
            let text = EdgeText(member.endpoint).text
                .replacingOccurrences(of: "paths: { /: shop }", with: "paths: { /a: shop }")
            let client = try RawClient(MartletProcess.run(text, in: folder).cleartext)
            #expect(try client.exchange("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
            #expect(try client.exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
            #expect(try client.exchange("GET http://a/a HTTP/1.1\r\nHost: a\r\n\r\n").text == "GET /a HTTP/1.1")
        }
    }
}

extension String {
    fileprivate func prefix(bytes count: Int) -> String { String(decoding: utf8.prefix(count), as: UTF8.self) }
    fileprivate func dropFirst(bytes count: Int) -> String { String(decoding: utf8.dropFirst(count), as: UTF8.self) }
}
