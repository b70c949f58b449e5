import Foundation
import Testing

extension EndToEnd {
    /// What a site's path and `facts` change in the messages that pass.
    @Suite("Paths of a site")
    struct SitePathTests {
        private func start(
            _ endpoints: [Endpoint], path: String = "/: shop", balancer: [String] = [], host: String? = nil,
            affinity: String? = "{ cookie: SID }", scheme: String = "http", memberKeys: String = ""
        ) throws -> MartletProcess {
            var text = EdgeText(affinity: affinity)
            text.members = endpoints.enumerated().map { ("node\($0.offset + 1)", $0.element) }
            text.paths = path
            text.host = host
            text.balancer = balancer
            text.scheme = scheme
            text.memberKeys = memberKeys
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        @Test("preserve-host: members get the client's host, or each its own", .timeLimit(.minutes(1)))
        func preserveHost() throws {
            let member = try RecordingMember(answering: "x")
            let refusing = try RefusingAddress().endpoint
            let preserving = try start([member.endpoint])
            #expect(try RawClient(preserving.cleartext).get().text == "x")
            let replacing = try start(
                [refusing, member.endpoint], path: "/: { balancer: shop, preserve-host: false }")
            let client = try RawClient(replacing.cleartext)
            // The first member is tried first, and the head is written anew for the second.
            try client.send("POST /a HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try client.response(to: "POST").text == "x")
            let hosts = member.requests.map { $0.all("Host") }
            #expect(hosts == [["shop.example.com"], ["127.0.0.1:\(member.endpoint.port)"]])
            #expect(member.requests.last?.text == "hello")
            #expect(member.requests.last?["X-Forwarded-Host"] == "shop.example.com")
        }

        @Test("preserve-host: false before members of HTTP/2", .timeLimit(.minutes(1)))
        func preserveHostOverHTTP2() throws {
            let member = try HTTP2Member()
            let martlet = try start(
                [member.endpoint], path: "/: { balancer: shop, preserve-host: false }", scheme: "h2c")
            let answer = try RawClient(martlet.cleartext).get("/echo")
            #expect(answer.text.contains("127.0.0.1:\(member.endpoint.port)"))
        }

        @Test("facts: members are told what was decided, and clients cannot say it", .timeLimit(.minutes(1)))
        func facts() throws {
            let member = try RecordingMember(answering: "x")
            let refusing = try RefusingAddress().endpoint
            let martlet = try start([refusing, member.endpoint], balancer: ["facts: true"])
            let client = try RawClient(martlet.cleartext)
            let forged = "X-Balancer-Name: forged\r\nx_balancer_worker_route: forged\r\n"
            for route in ["node1", "node2"] {
                #expect(try client.get(fields: "Cookie: SID=s.\(route)\r\n" + forged).text == "x")
            }
            #expect(try client.get().text == "x")
            let told = member.requests.map { request in
                request.fields.filter { $0.name.lowercased().hasPrefix("x") && $0.name.contains("alancer") }
                    .map { "\($0.name.dropFirst(11)): \($0.value)" }
            }
            let always = ["Name: shop", "Worker-Name: node2", "Worker-Route: node2", "Session-Sticky: SID"]
            #expect(
                told == [
                    always + ["Session-Route: node1", "Route-Changed: 1"], always + ["Session-Route: node2"],
                    always + ["Route-Changed: 1"],
                ])
        }

        @Test(
            "facts: content that fills the slab leaves room for what the next member is told", .timeLimit(.minutes(1)),
            arguments: [false, true])
        func factsOfTheNext(isChunked: Bool) throws {
            let trailers = "X-Checksum: \(String(repeating: "7", count: 100))\r\n"
            // Reads whole requests, and answers none.
            let failing = try RecordingMember { connection in _ = try connection.readRequest() }
            let member = try RecordingMember(answering: "x")
            let martlet = try start(
                [failing.endpoint, member.endpoint], balancer: ["facts: true"], memberKeys: "status: [ignore-errors]")
            var statuses: Set<Int> = []
            for count in stride(from: 15_600, to: 16_400, by: 10) {
                let content = String(repeating: "c", count: count)
                let framed =
                    isChunked
                    ? "Transfer-Encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n\(content)\r\n0\r\n"
                        + "\(trailers)\r\n"
                    : "Content-Length: \(count)\r\n\r\n\(content)"
                let client = try RawClient(martlet.cleartext)
                try client.send("PUT / HTTP/1.1\r\nHost: a\r\nCookie: SID=s.node1\r\n" + framed)
                let answer = try client.response(to: "PUT")
                statuses.insert(answer.status)
                guard answer.status == 200 else { continue }
                let request = try #require(member.requests.last)
                #expect(request["X-Balancer-Route-Changed"] == "1" && request.text == content)
            }
            // What was too long to be kept cannot be given to another member.
            #expect(statuses == [200, 502])
        }

        @Test("to: members get another path, and parameters and queries as they came", .timeLimit(.minutes(1)))
        func target() throws {
            let member = try RecordingMember { connection in try connection.answerEach { Answer.ok($0.target) } }
            let paths = "/shop: { balancer: shop, to: /app/v2 }, /top: { balancer: shop, to: / }"
            let martlet = try start([member.endpoint], path: paths + ", /: { balancer: shop, to: /all }")
            let client = try RawClient(martlet.cleartext)
            for (asked, got) in [
                ("/shop", "/app/v2"), ("/shop/", "/app/v2/"), ("/shop/a/b?c=/shop", "/app/v2/a/b?c=/shop"),
                ("/sh%6Fp/x", "/app/v2/x"), ("/shop//x", "/app/v2//x"),
                ("/shop;jsessionid=1.a/x", "/app/v2;jsessionid=1.a/x"), ("/shop/a%2Fb;c", "/app/v2/a%2Fb;c"),
                ("/shop/x/../y", "/app/v2/x/../y"),
                ("/top", "/"), ("/top?q", "/?q"), ("/top/x", "/x"), ("/top;jsessionid=1", "/;jsessionid=1"),
                ("/top//evil.example", "/evil.example"),
                ("/", "/all/"), ("/other", "/all/other"), ("/@scope%2Fname", "/all/@scope%2Fname"),
                ("/a/../b", "/all/a/../b"),
                ("/shopping", "/all/shopping"),
                ("http://a.example", "/all"), ("http://a.example/shop/y", "/app/v2/y"),
            ] {
                #expect(try client.get(asked, host: "a.example").text == got, "\(asked)")
            }
            for path in ["/shop/../top", "/shop/../shop/x", "/shop;%2f../top", "/shop;a=b/x", "//shop/x", "/shop%2Fx"] {
                #expect(try RawClient(martlet.cleartext).get(path).status == 400, "\(path)")
            }
            #expect(try RawClient(martlet.cleartext).exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").text == "*")
        }

        /// What a member says of itself, and what the client gets, over TLS.
        private static let mapped = [
            ("Location: http://MEMBER/app/x?y=/app", "Location: https://shop.example.com:8443/shop/x?y=/app"),
            ("Location: /app/x", "Location: /shop/x"),
            ("Location: /app", "Location: /shop"),
            ("Location: //MEMBER/app", "Location: //shop.example.com:8443/shop"),
            ("Location: http://shop.example.com:8443/app/x", "Location: https://shop.example.com:8443/shop/x"),
            ("Location: http://SHOP.example.com:8443/other", "Location: https://shop.example.com:8443/other"),
            ("Location: https://shop.example.com:8443/other", "Location: https://shop.example.com:8443/other"),
            ("Location: http://MEMBER/other", "Location: http://MEMBER/other"),
            ("Location: http://elsewhere.example/app", "Location: http://elsewhere.example/app"),
            ("Location: http://elsewhere.example\\@MEMBER/app", "Location: http://elsewhere.example\\@MEMBER/app"),
            ("Location: x/app", "Location: x/app"), ("Location: /apple", "Location: /apple"),
            ("Location: mailto:a@MEMBER", "Location: mailto:a@MEMBER"),
            ("Content-Location: http://MEMBER/app/", "Content-Location: https://shop.example.com:8443/shop/"),
            ("URI: /app/a", "URI: /shop/a"),
            (
                "Link: </app/a>; rel=next, <http://MEMBER/app/b>; title=\"</app>\"",
                "Link: </shop/a>; rel=next, <https://shop.example.com:8443/shop/b>; title=\"</shop>\""
            ),
            ("Set-Cookie: a=/app; Path=/app; HttpOnly", "Set-Cookie: a=/app; Path=/shop; HttpOnly"),
            ("Set-Cookie: a=b; domain=.127.0.0.1; PATH=/app/x", "Set-Cookie: a=b; PATH=/shop/x"),
            ("Set-Cookie: a=b; Path=/; Domain=example.com", "Set-Cookie: a=b; Path=/; Domain=example.com"),
            ("Set-Cookie: nameless; Domain=127.0.0.1; Path=/app", "Set-Cookie: nameless; Path=/shop"),
            ("Set-Cookie: a=b; Domain=.Backend.internal", "Set-Cookie: a=b; Domain=shop.example.com"),
            ("Set-Cookie: a=b; Domain=x.backend.internal", "Set-Cookie: a=b; Domain=x.backend.internal"),
            ("X-Other: /app http://MEMBER/app", "X-Other: /app http://MEMBER/app"),
        ]

        @Test("reverse-mapping: what speaks of the member speaks of the site", .timeLimit(.minutes(1)))
        func reverseMapping() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { request in Answer.ok("x", fields: (request["X-Say"] ?? "") + "\r\n") }
            }
            // Where the client has come over TLS, as the proxy before Martlet says.
            var text = EdgeText(member.endpoint)
            text.paths =
                "/shop: { balancer: shop, to: /app, reverse-mapping: true, "
                + "cookie-domains: { backend.INTERNAL: shop.example.com } }"
            text.settings = ["trusted-proxies: [127.0.0.0/8]"]
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try RawClient(martlet.cleartext)
            let own = "127.0.0.1:\(member.endpoint.port)"
            for (said, expected) in Self.mapped {
                let answer = try client.get(
                    "/shop", host: "inside",
                    fields: "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example.com:8443\r\n"
                        + "X-Say: \(said.replacingOccurrences(of: "MEMBER", with: own))\r\n")
                let line = expected.replacingOccurrences(of: "MEMBER", with: own)
                #expect(answer.headText.contains("\r\n\(line)\r\n"), "\(said) gave \(answer.headText)")
            }
            let plain = try client.get("/shop", host: "a.example", fields: "X-Say: Location: https://\(own)/app/x\r\n")
            #expect(plain["Location"] == "http://a.example/shop/x")
            for (said, got) in [("http://\(own)/app/x", "/shop/x"), ("/app", "/shop"), ("http://a.test/app", nil)] {
                let old = try RawClient(martlet.cleartext).exchange(
                    "GET /shop HTTP/1.0\r\nX-Say: Location: \(said)\r\n\r\n")
                #expect(old["Location"] == got ?? said, "to a client that has named no host")
            }
            for (said, asked, isSecure, got) in [
                ("http://a.test:80/app", "a.test", false, "http://a.test:80/shop"),
                ("http://a.test:80/app", "a.test", true, "https://a.test/shop"),
                ("https://a.test:443/app", "a.test", false, "http://a.test/shop"),
                ("http://a.test/app", "a.test:443", true, "https://a.test:443/shop"),
                ("https://a.test:80/app", "a.test", true, "https://a.test:80/app"),
                ("http://a.test:443/app", "a.test", false, "http://a.test:443/app"),
                ("//a.test:443/app", "a.test", true, "//a.test:443/shop"),
            ] {
                let fields = (isSecure ? "X-Forwarded-Proto: https\r\n" : "") + "X-Say: Location: \(said)\r\n"
                #expect(try client.get("/shop", host: asked, fields: fields)["Location"] == got, "\(said) at \(asked)")
            }
        }
    }
}
