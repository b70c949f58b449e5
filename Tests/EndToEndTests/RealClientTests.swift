import Foundation
import Testing

extension EndToEnd {
    /// Whom a request is from behind proxies that are trusted, and what the access log says of answers that are not a
    /// member's own bytes.
    @Suite("Real clients")
    struct RealClientTests {
        /// The lines of the access log after the end.
        private func lines(_ martlet: MartletProcess) throws -> [[String: Any]] {
            #expect(try martlet.terminate() == .exited(0))
            return try JSONLines.objects(martlet.folder.read("access.log"))
        }

        private func start(
            _ members: RecordingMember..., affinity: String? = nil, settings: [String] = [], format: String = "json"
        ) throws -> MartletProcess {
            var text = EdgeText(
                affinity: affinity, settings: ["log: { access: { format: \(format), path: access.log } }"] + settings)
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        private static let trusted = "trusted-proxies: [127.0.0.0/8, 10.0.0.0/8]"
        /// Fields of a request from 127.0.0.1, and whom it is from.
        private static let requests: [(fields: String, client: String)] = [
            ("", "127.0.0.1"), ("X-Forwarded-For: 9.9.9.9\r\n", "9.9.9.9"),
            // What a client has written is before what proxies write.
            ("X-Forwarded-For: 1.1.1.1, 9.9.9.9 ,10.0.0.7\r\n", "9.9.9.9"),
            ("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 8.8.8.8:1234\r\n", "8.8.8.8"),
            ("X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n", "10.0.0.1"),
            ("X-Forwarded-For: [2001:DB8:0::1]:443\r\n", "2001:db8::1"),
            ("X-Forwarded-For: \"2001:db8::2\"\r\n", "2001:db8::2"), ("X-Forwarded-For: ::ffff:9.8.7.6\r\n", "9.8.7.6"),
            // Nobody's word counts before what is not an address.
            ("X-Forwarded-For: 1.1.1.1, unknown, 10.0.0.7\r\n", "10.0.0.7"),
            ("X-Forwarded-For: 1.1.1.1, unknown\r\n", "127.0.0.1"), ("X-Forwarded-For: 1.1.1.1,\r\n", "127.0.0.1"),
            ("X-Forwarded-For: 0.0.0.0\r\n", "127.0.0.1"),
        ]

        @Test("client is the last address that no trusted proxy has, peer the connection's", .timeLimit(.minutes(1)))
        func client() throws {
            let martlet = try start(RecordingMember(answering: "x"), settings: [Self.trusted])
            let client = try RawClient(martlet.cleartext)
            for (fields, _) in Self.requests { #expect(try client.get(fields: fields).status == 200) }
            let lines = try lines(martlet)
            #expect(lines.count == Self.requests.count)
            for (line, request) in zip(lines, Self.requests) {
                #expect(line["client"] as? String == request.client, "\(request.fields)")
                #expect(line["peer"] as? String == (request.client == "127.0.0.1" ? "" : "127.0.0.1"))
            }
        }

        /// The same by `Forwarded`.
        private static let forwarded: [(fields: String, client: String)] = [
            ("", "127.0.0.1"), ("Forwarded: for=9.9.9.9\r\n", "9.9.9.9"),
            ("X-Forwarded-For: 9.9.9.9\r\n", "127.0.0.1"),
            ("Forwarded: for=1.1.1.1, for=9.9.9.9;proto=https ,For=10.0.0.7;by=_me\r\n", "9.9.9.9"),
            ("Forwarded: for=1.1.1.1\r\nForwarded: for=\"8.8.8.8:1234\"\r\n", "8.8.8.8"),
            ("Forwarded: for=10.0.0.1, for=10.0.0.2\r\n", "10.0.0.1"),
            ("Forwarded: host=a;for=\"[2001:DB8:0::1]:443\"\r\n", "2001:db8::1"),
            ("Forwarded: for=\"[::ffff:9.8.7.6]\"\r\n", "9.8.7.6"),
            ("Forwarded: for=1.1.1.1, for=unknown, for=10.0.0.7\r\n", "10.0.0.7"),
            ("Forwarded: for=1.1.1.1, for=_hidden\r\n", "127.0.0.1"),
            ("Forwarded: for=1.1.1.1, proto=https\r\n", "127.0.0.1"),
            ("Forwarded: for=\"1.1.1.1, for=9.9.9.9\r\n", "9.9.9.9"),
            ("Forwarded: for=9.9.9.9;for=1.1.1.1\r\n", "127.0.0.1"), ("Forwarded: for=0.0.0.0\r\n", "127.0.0.1"),
        ]

        @Test("forwarded: { read: forwarded }: client and peer by RFC 7239", .timeLimit(.minutes(1)))
        func forwarded() throws {
            let martlet = try start(
                RecordingMember(answering: "x"), settings: [Self.trusted, "forwarded: { read: forwarded }"])
            let client = try RawClient(martlet.cleartext)
            for (fields, _) in Self.forwarded { #expect(try client.get(fields: fields).status == 200) }
            let lines = try lines(martlet)
            #expect(lines.count == Self.forwarded.count)
            for (line, request) in zip(lines, Self.forwarded) {
                #expect(line["client"] as? String == request.client, "\(request.fields)")
            }
        }

        @Test("combined begins with the client; where nobody is trusted it is the peer", .timeLimit(.minutes(1)))
        func combined() throws {
            for (settings, start, peer) in [
                ([Self.trusted], "9.9.9.9 - - [", " peer=127.0.0.1 "), ([], "127.0.0.1 - - [", " peer= "),
            ] {
                let martlet = try self.start(
                    RecordingMember(answering: "x"), settings: settings, format: "combined")
                let fields = "X-Forwarded-For: 9.9.9.9\r\n"
                #expect(try RawClient(martlet.cleartext).get(fields: fields).status == 200)
                #expect(try martlet.terminate() == .exited(0))
                let line = try martlet.folder.read("access.log")
                #expect(line.hasPrefix(start) && line.contains(peer), "\(line)")
            }
        }

        @Test("who is taken out of the trusted ones is not trusted on open connections either", .timeLimit(.minutes(1)))
        func reload() throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try start(
                member, settings: [Self.trusted, "explain-from: [9.9.9.9]"])
            let client = try RawClient(martlet.cleartext)
            let fields = "X-Forwarded-For: 9.9.9.9\r\nX-Martlet-Explain: 1\r\n"
            #expect(try client.get(fields: fields)["X-Martlet-Route"] != nil)
            let text = try martlet.folder.read("martlet.yaml").replacingOccurrences(of: Self.trusted, with: "")
            try martlet.writeConfiguration(text)
            #expect(try martlet.reload() == 2)
            #expect(try client.get(fields: fields)["X-Martlet-Route"] == nil)
            #expect(member.requests.map { $0["X-Forwarded-For"] } == ["9.9.9.9, 127.0.0.1", "127.0.0.1"])
            #expect(try lines(martlet).map { $0["client"] as? String } == ["9.9.9.9", "127.0.0.1"])
        }

        @Test("explain-from is about the client behind the proxy, not about the proxy", .timeLimit(.minutes(1)))
        func explainFrom() throws {
            let martlet = try start(
                RecordingMember(answering: "x"), settings: [Self.trusted, "explain-from: [9.9.9.0/24, 127.0.0.1]"])
            let client = try RawClient(martlet.cleartext)
            for (address, isTold) in [("9.9.9.1", true), ("9.9.8.1", false), ("", true)] {
                let field = address.isEmpty ? "" : "X-Forwarded-For: \(address)\r\n"
                let answer = try client.get(fields: field + "X-Martlet-Explain: 1\r\n")
                #expect((answer["X-Martlet-Route"] != nil) == isTold, "\(address)")
            }
        }

        @Test(
            "of: address hashes the client's, in whatever form proxies write it, and explain says the same",
            .timeLimit(.minutes(1)))
        func hashed() throws {
            let folder = try TemporaryFolder()
            let members = try (1...4).map { try RecordingMember(answering: "node\($0)") }
            let text = EdgeText(
                before: members.map(\.endpoint), affinity: "{ mode: hash, of: address }", settings: [Self.trusted])
            let control = try ControlledMartlet(text, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            var owners: Set<String> = []
            for number in 0..<40 {
                let owner = try client.get(fields: "X-Forwarded-For: 2001:db8::\(number)\r\n").text
                owners.insert(owner)
                let long = "X-Forwarded-For: 1.1.1.1, [2001:0DB8:0:0::0\(number)]:80\r\n"
                #expect(try client.get(fields: long).text == owner)
                guard number < 4 else { continue }
                let field = "X-Forwarded-For: 2001:db8::\(number)"
                #expect(try control.json("explain", "--field", field)["member"] as? String == owner)
                #expect(try control.json("explain", "--address", "2001:db8::\(number)")["member"] as? String == owner)
            }
            #expect(owners.count == 4)
        }

        @Test(
            "bytes that were sent: coded, of Martlet's own answers, none to HEAD; no site and no path",
            .timeLimit(.minutes(1)))
        func sentBytes() throws {
            let text = String(repeating: "hello ", count: 1_000)
            let member = try RecordingMember {
                try $0.answerEach { request in
                    let content = request.startLine.hasPrefix("HEAD") ? "" : text
                    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6000\r\n\r\n\(content)"
                }
            }
            var yaml = EdgeText(member.endpoint, settings: ["log: { access: { format: json, path: access.log } }"])
            yaml.host = "shop.example.com"
            yaml.paths = "/a: shop"
            yaml.workers = 1
            let martlet = try MartletProcess.run(yaml.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let plain = try client.get("/a")
            let coded = try client.get("/a", fields: "Accept-Encoding: gzip\r\n")
            _ = try client.exchange("HEAD /a HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
            let noPath = try client.get("/b")
            let noSite = try client.get("/a", host: "other.example.com")
            _ = try client.exchange("HEAD /b HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
            let expected: [(sent: Int, received: Int, by: String, reason: String)] = [
                (plain.content.count, 6_000, "member", ""), (coded.content.count, 6_000, "member", ""),
                (0, 0, "member", ""), (noPath.content.count, 0, "martlet", "no-path"),
                (noSite.content.count, 0, "martlet", "no-site"), (0, 0, "martlet", "no-path"),
            ]
            #expect(coded.content.count < 1_000 && noPath.text == "404 Not Found: no-path\n")
            let lines = try lines(martlet)
            #expect(lines.count == expected.count)
            for (line, expected) in zip(lines, expected) {
                #expect(line["sent_bytes"] as? Int == expected.sent, "\(line)")
                #expect(line["answer_bytes"] as? Int == expected.received, "\(line)")
                #expect(line["answered_by"] as? String == expected.by, "\(line)")
                #expect(line["reason"] as? String == expected.reason, "\(line)")
            }
        }

        @Test("a client that leaves was answered by the member, or by nobody yet", .timeLimit(.minutes(1)))
        func left() throws {
            let member = try RecordingMember { connection in
                guard let request = try connection.readRequest() else { return }
                if request.target == "/begun" {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
                }
                connection.waitForEnd()
            }
            let martlet = try start(member)
            for (number, target) in ["/begun", "/not"].enumerated() {
                let client = try RawClient(martlet.cleartext)
                try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(member.waitForRequests(number + 1))
                if target == "/begun" { #expect(try client.reader.readHead() != nil) }
                client.socket.reset()
                #expect(member.wait { $0.count { $0.hasEnded } == number + 1 })
            }
            let said = try lines(martlet).map { line in
                ["answered_by", "status", "reason"].map { line[$0].map { "\($0)" } ?? "missing" }
            }
            #expect(said == [["member", "200", "client-gone"], ["", "0", "client-gone"]])
        }
    }
}
