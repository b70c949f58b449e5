import Foundation
import Testing

extension EndToEnd {
    /// What a line of the access log says is what client and member have seen.
    @Suite("Facts of the access log")
    struct LogFactsTests {
        /// What the client saw of an exchange.
        private struct Seen: Decodable {
            let kind: String
            let target: String
            let port: Int
            let sent: Int
            let length: Int
            let status: Int
            let received: Int
            let content: Int
        }

        /// Statuses, whose answers they are, and why, by the kind of exchange.
        private static let outcomes: [String: (status: Int, answeredBy: String, reason: String)] = [
            "plain": (200, "member", ""), "chunked": (200, "member", ""), "head": (200, "member", ""),
            "none": (204, "member", ""), "post": (200, "member", ""), "postchunked": (200, "member", ""),
            "gzip": (200, "member", ""), "fixed": (403, "martlet", "fixed-answer"),
            "old": (308, "martlet", "redirected"), "denied": (403, "martlet", "denied-address"),
            "limit": (413, "martlet", "request-body"), "broken": (502, "martlet", "answer-broken"),
            "dies": (200, "member", "answer-broken"), "continue": (200, "member", ""),
            "elsewhere": (404, "martlet", "no-site"), "malformed": (400, "martlet", "space-before-colon"),
            "gone": (0, "", "client-gone"),
        ]

        /// What the member sends after the head, by the kind of exchange.
        private static let contents = ["plain": 11, "chunked": 600, "gzip": 20_000, "post": 2, "postchunked": 2]

        private static func member() throws -> RecordingMember {
            try RecordingMember { connection in
                while let request = try connection.readRequest() {
                    switch request.target.prefix(while: { $0 != "?" }).dropFirst() {
                    case "plain": try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello, you.")
                    case "chunked":
                        let chunk = "c8\r\n" + String(repeating: "k", count: 200) + "\r\n"
                        try connection.send(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)\(chunk)0\r\n\r\n")
                    case "head": try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
                    case "none": try connection.send("HTTP/1.1 204 No Content\r\n\r\n")
                    case "gzip":
                        let text = String(repeating: "0123456789", count: 2_000)
                        try connection.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20000\r\n\r\n\(text)")
                    case "broken": return try connection.send("nonsense\r\n\r\n")
                    case "dies":
                        return try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
                    case "gone": return connection.waitForEnd()
                    default: try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    }
                }
            }
        }

        @Test("204 exchanges of every kind: bytes, addresses, statuses and times", .timeLimit(.minutes(2)))
        func facts() throws {
            let member = try Self.member()
            let folder = try TemporaryFolder()
            var text = EdgeText(
                member.endpoint, settings: ["log: { access: { format: json, path: access.log } }"])
            text.workers = 1
            text.host = "shop.example.com"
            text.paths =
                "/: shop, /fixed: { answer: 403 }, /old: { redirect: /new }, "
                + "/denied: { balancer: shop, deny: 127.0.0.0/8 }, "
                + "/limit: { balancer: shop, limits: { request-body: 10 } }"
            let martlet = try MartletProcess.run(text.text, in: folder)
            let client = try PythonScript.start(
                "log_facts.py", ["--connect", "\(martlet.cleartext)", "--rounds", "12"])
            try client.output.wait(for: "done", seconds: 60)
            #expect(try martlet.terminate() == .exited(0))
            let seen = try client.output.lines.filter { $0.hasPrefix("{") }.map {
                try JSONDecoder().decode(Seen.self, from: Data($0.utf8))
            }
            let lines = try JSONLines.objects(folder.read("access.log"))
            #expect(seen.count == 204 && lines.count == seen.count)
            for exchange in seen {
                let found = lines.filter {
                    $0["client_port"] as? Int == exchange.port
                        && ($0["target"] as? String == exchange.target || exchange.kind == "malformed")
                }
                #expect(found.count == 1, "\(exchange.target)")
                guard let line = found.first else { continue }
                check(line, exchange, member: "\(member.endpoint)")
            }
            let times = lines.compactMap { $0["time"] as? String }
            #expect(times == times.sorted())
        }

        private func check(_ line: [String: Any], _ seen: Seen, member: String) {
            func number(_ name: String) -> Int { line[name] as? Int ?? -1 }
            guard let outcome = Self.outcomes[seen.kind] else { return }
            let place = "\(seen.target) \(line)"
            #expect(number("status") == outcome.status && seen.status == outcome.status, "\(place)")
            #expect(line["answered_by"] as? String == outcome.answeredBy, "\(place)")
            #expect(line["reason"] as? String == outcome.reason, "\(place)")
            #expect(line["client"] as? String == "127.0.0.1" && line["peer"] as? String == "")
            // What is refused by its head is not read to its end.
            if seen.kind == "limit" {
                #expect(number("request_size") < seen.sent && number("request_bytes") == 0, "\(place)")
            } else {
                #expect(number("request_size") == seen.sent && number("request_bytes") == seen.length, "\(place)")
            }
            #expect(number("answer_size") == seen.received && number("sent_bytes") == seen.content, "\(place)")
            if let content = Self.contents[seen.kind] { #expect(number("answer_bytes") == content, "\(place)") }
            let reachesMember = outcome.answeredBy == "member" || ["broken", "gone"].contains(seen.kind)
            #expect(line["member_address"] as? String == (reachesMember ? member : ""), "\(place)")
            #expect(number("attempts") == (reachesMember ? 1 : 0), "\(place)")
            if reachesMember {
                let end = outcome.reason.isEmpty ? "answered" : outcome.reason
                #expect((line["tries"] as? String)?.hasPrefix("node1:\(end):") == true, "\(place)")
            }
            let (first, total) = (number("first_byte_us"), number("total_us"))
            #expect(number("connect_us") <= (first > 0 ? first : total) && first <= total, "\(place)")
        }

        @Test("of a handshake: version, cipher, name, resumption and protocol", .timeLimit(.minutes(1)))
        func handshakes() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let text = EdgeText(
                member.endpoint, listeners: .tls,
                settings: ["log: { access: { format: json, path: access.log } }"])
            let martlet = try MartletProcess.run(text.text, in: folder)
            for alpn in ["--http1.1", "--http2"] {
                _ = try ChildProcess.run(
                    Tool.curl.path(),
                    [
                        "--silent", alpn, "--cacert", certificates.authority, "--connect-to",
                        "shop.example.com:443:127.0.0.1:\(martlet.tls.port)", "https://shop.example.com/",
                    ]
                ).succeeded()
            }
            #expect(try martlet.terminate() == .exited(0))
            let lines = try JSONLines.objects(folder.read("access.log"))
            #expect(lines.map { $0["alpn"] as? String } == ["http/1.1", "h2"])
            #expect(lines.map { $0["protocol"] as? String } == ["HTTP/1.1", "HTTP/2.0"])
            for line in lines {
                #expect(line["server_name"] as? String == "shop.example.com" && line["resumed"] as? Bool == false)
                #expect(line["tls"] as? String == "TLSv1.3")
            }
        }

        @Test("a connection that is older than the fields of its handshake has them too", .timeLimit(.minutes(1)))
        func olderConnections() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            withExtendedLifetime(certificates) {}
            let member = try RecordingMember(answering: "x")
            func text(_ format: String) -> String {
                let access = "format: \"\(format)\", path: access.log"
                return EdgeText(member.endpoint, listeners: .tls, settings: ["log: { access: { \(access) } }"]).text
            }
            let martlet = try MartletProcess.run(text("{target} {status}"), in: folder)
            let client = try ChildProcess(
                Tool.openssl.path(),
                ["s_client", "-connect", "\(martlet.tls)", "-servername", "shop.example.com", "-quiet"])
            defer { client.terminate() }
            func get(_ target: String) throws {
                let before = client.output.bytes.count
                try client.write("GET \(target) HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
                try client.output.wait(for: "HTTP/1.1 200", after: before)
            }
            try get("/before")
            try martlet.writeConfiguration(text("{target} {tls} {cipher} {server_name} {resumed} {alpn}"))
            try martlet.reload()
            try get("/after")
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n").map(String.init)
            #expect(lines.count == 2 && lines.first == "/before 200", "\(lines)")
            let form = #/\/after TLSv1\.3 TLS_[A-Z0-9_]+ shop\.example\.com false -/#
            #expect(lines.last?.wholeMatch(of: form) != nil, "\(lines)")
        }
    }
}
