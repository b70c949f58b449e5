import Reactor
import Testing

/// What a site's path changes on the way: `to`, `preserve-host`, `reverse-mapping`, `cookie-domains`.
@Suite("Mapped paths, in process")
struct PathMappingTests {
    private func stage(
        _ paths: String, members: [String: String] = ["node1": ""], edge: String = "", way: Way = Way()
    ) throws -> Stage {
        try Stage(members, edge: "sites: [{ paths: { \(paths) } }]\n" + edge, way: way)
    }

    private func ask(
        _ stage: Stage, _ target: String, host: String = "a.example", fields: [String] = [],
        answer: String = Answer.empty
    ) throws -> Reply {
        try stage.ask(target, host: host, fields: fields, answer: answer)
    }

    // MARK: - to

    private static let targets =
        "/shop: { balancer: shop, to: /app/v2 }, /top: { balancer: shop, to: / }, /: { balancer: shop, to: /all }"

    @Test("to: members get another path, and parameters and queries as they came")
    func target() throws {
        let stage = try stage(Self.targets)
        for (asked, got) in [
            ("/shop", "/app/v2"), ("/shop/", "/app/v2/"), ("/shop/a/b?c=/shop", "/app/v2/a/b?c=/shop"),
            ("/sh%6Fp/x", "/app/v2/x"), ("/shop//x", "/app/v2//x"),
            ("/shop;jsessionid=1.a/x", "/app/v2;jsessionid=1.a/x"), ("/shop/a%2Fb;c", "/app/v2/a%2Fb;c"),
            ("/shop/x/../y", "/app/v2/x/../y"), ("/a/../b", "/all/a/../b"), ("/top", "/"), ("/top?q", "/?q"),
            ("/top/x", "/x"),
            ("/top;jsessionid=1", "/;jsessionid=1"), ("/top//evil.example", "/evil.example"), ("/", "/all/"),
            ("/other", "/all/other"), ("/@scope%2Fname", "/all/@scope%2Fname"), ("/shopping", "/all/shopping"),
            ("http://a.example", "/all"), ("http://a.example/shop/y", "/app/v2/y"),
        ] {
            #expect(try ask(stage, asked).target == got, "\(asked)")
        }
    }

    @Test(
        "to: nothing leads out of it",
        arguments: ["/shop/../top", "/shop/../shop/x", "/shop;%2f../top", "/shop;a=b/x", "//shop/x", "/shop%2Fx"])
    func outOfIt(target: String) throws {
        let stage = try stage(Self.targets)
        #expect(try ask(stage, target).client.outcome == .refused(400, "path-ambiguous"))
        #expect(stage.connections.isEmpty)
    }

    @Test("to: an asterisk is not a path")
    func asterisk() throws {
        let stage = try stage("/: { balancer: shop, to: /all }")
        let reply = try stage.settle { try stage.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(reply.request.hasPrefix("OPTIONS * HTTP/1.1\r\n"))
    }

    // MARK: - preserve-host

    @Test("preserve-host: members get the client's host, or each its own, with the next one's as well")
    func preserveHost() throws {
        let members = ["node1": "", "node2": ""]
        let preserving = try stage("/: shop", members: members)
        #expect(try ask(preserving, "/", host: "shop.example.com:81").told("Host") == ["shop.example.com:81"])

        let replacing = try stage("/: { balancer: shop, preserve-host: false }", members: members)
        replacing.refusals["node1"] = SystemError("connect", code: 111)
        let client = try replacing.send(
            "POST /a HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\n")
        client.send("hello")
        client.end()
        let request = replacing.last.request
        #expect(request.values(of: "Host") == ["192.0.2.2"] && replacing.last.received.text == "hello")
        #expect(request.values(of: "X-Forwarded-Host") == ["shop.example.com"])
        #expect(request.hasPrefix("POST /a HTTP/1.1\r\nHost: 192.0.2.2\r\n"))
    }

    @Test("preserve-host: false: a port is named where it is not the scheme's own")
    func ownPort() throws {
        let stage = try Stage(
            yaml: """
                listeners: [{ address: "127.0.0.1:8080" }]
                sites: [{ paths: { /: { balancer: shop, preserve-host: false } } }]
                balancers: { shop: { members: { node1: "http://backend.example:8081" } } }

                """)
        #expect(try ask(stage, "/").told("Host") == ["backend.example:8081"])
    }

    @Test("preserve-host: a name is every member's host, and the client's stands beside it", arguments: Way.all)
    func namedHost(way: Way) throws {
        let stage = try stage(
            "/: { balancer: shop, preserve-host: \"App.internal:8080\" }, /plain: shop",
            members: ["node1": "", "node2": ""], way: way)
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let client = try stage.post("/a", length: 5, fields: "X-Forwarded-Host: evil.test")
        client.send("hello")
        client.end()
        let request = stage.last.request
        #expect(stage.last.member == "node2" && stage.last.received.text == "hello")
        #expect(request.values(of: "Host") == ["app.internal:8080"])
        #expect(request.values(of: "X-Forwarded-Host") == ["shop.test"])
        stage.last.answer(Answer.empty)
        stage.refusals = [:]
        #expect(try ask(stage, "/plain").told("Host") == ["a.example"])
        #expect(try ask(stage, "/b").told("Host") == ["app.internal:8080"])
        #expect(try ask(stage, "/plain").told("Host") == ["a.example"])
    }

    @Test(
        "preserve-host: a name, whatever the client has named and in whichever form",
        arguments: [
            ("GET /x HTTP/1.0\r\n\r\n", []), ("GET http://b.example/x HTTP/1.1\r\nHost: a\r\n\r\n", ["b.example"]),
            ("GET /x HTTP/1.1\r\nHost: \(String(repeating: "a", count: 60)).test\r\n\r\n", nil),
        ] as [(String, [String]?)])
    func namedHostInEachForm(head: String, forwarded: [String]?) throws {
        let name = Array(repeating: String(repeating: "b", count: 62), count: 4).joined(separator: ".")
        for host in [name, "[2001:db8::1]:81"] {
            let stage = try stage("/: { balancer: shop, preserve-host: \"\(host)\" }")
            let reply = try stage.settle { try stage.send(head) }
            #expect(reply.request.hasPrefix("GET /x HTTP/1.1\r\nHost: \(host)\r\n"))
            #expect(reply.told("Host") == [host])
            if let forwarded { #expect(reply.told("X-Forwarded-Host") == forwarded) }
        }
    }

    @Test("preserve-host: a name, in heads of any length")
    func namedHostInLongHeads() throws {
        let stage = try stage("/: { balancer: shop, preserve-host: app.internal }")
        for count in stride(from: 3_500, through: 16_000, by: 97) {
            let reply = try ask(stage, "/", fields: ["X-Long: " + String(repeating: "x", count: count)])
            #expect(reply.told("Host") == ["app.internal"] && reply.told("X-Long").first?.count == count)
        }
    }

    // MARK: - reverse-mapping

    @Test(
        "reverse-mapping: the name that members get is theirs", arguments: Way.all)
    func reverseMappingOfNamedHost(way: Way) throws {
        let mapping = "balancer: shop, to: /app, reverse-mapping: true, preserve-host: "
        let stage = try stage(
            "/shop: { \(mapping)App.internal }, /port: { \(mapping)\"app.internal:8080\" }", way: way)
        for (target, said, expected) in [
            ("/shop", "Location: http://app.internal/app/x", "Location: http://a.test/shop/x"),
            ("/shop", "Location: https://APP.internal:443/app/x", "Location: http://a.test/shop/x"),
            ("/shop", "Location: http://app.internal:80/app", "Location: http://a.test/shop"),
            ("/shop", "Location: //app.internal/app", "Location: //a.test/shop"),
            ("/shop", "Location: http://app.internal:8080/app", "Location: http://app.internal:8080/app"),
            ("/shop", "Location: http://192.0.2.1/app", "Location: http://a.test/shop"),
            ("/shop", "Set-Cookie: a=b; Domain=.app.Internal; Path=/app", "Set-Cookie: a=b; Path=/shop"),
            ("/port", "Location: http://app.internal:8080/app", "Location: http://a.test/port"),
            ("/port", "Location: http://app.internal/app", "Location: http://app.internal/app"),
            ("/port", "Set-Cookie: a=b; Domain=app.internal", "Set-Cookie: a=b"),
            ("/port", "Set-Cookie: a=b; Domain=internal", "Set-Cookie: a=b; Domain=internal"),
        ] {
            let reply = try ask(stage, target, host: "a.test", answer: Answer.whole(302, said))
            let lines = reply.client.head.split(separator: "\r\n").map(String.init)
            #expect(lines.contains(expected), "\(said) gave \(reply.client.head)")
        }
    }

    private static let mapping =
        "/shop: { balancer: shop, to: /app, reverse-mapping: true, "
        + "cookie-domains: { backend.INTERNAL: shop.example.com } }"
    private static let trusting = "trusted-proxies: [198.51.100.0/24]"

    /// What a member says of itself, and what a client gets that has come over TLS.
    static let answers: [(String, String)] = [
        ("Location: http://192.0.2.1/app/x?y=/app", "Location: https://shop.example.com:8443/shop/x?y=/app"),
        ("Location: http://192.0.2.1:80/app", "Location: https://shop.example.com:8443/shop"),
        ("Location: /app/x", "Location: /shop/x"), ("Location: /app", "Location: /shop"),
        ("Location: //192.0.2.1/app", "Location: //shop.example.com:8443/shop"),
        ("Location: http://shop.example.com:8443/app/x", "Location: https://shop.example.com:8443/shop/x"),
        ("Location: http://SHOP.example.com:8443/other", "Location: https://shop.example.com:8443/other"),
        ("Location: https://shop.example.com:8443/other", "Location: https://shop.example.com:8443/other"),
        ("Location: http://192.0.2.1/other", "Location: http://192.0.2.1/other"),
        ("Location: http://elsewhere.example/app", "Location: http://elsewhere.example/app"),
        ("Location: http://elsewhere.example\\@192.0.2.1/app", "Location: http://elsewhere.example\\@192.0.2.1/app"),
        ("Location: x/app", "Location: x/app"), ("Location: /apple", "Location: /apple"),
        ("Location: mailto:a@192.0.2.1", "Location: mailto:a@192.0.2.1"),
        ("Content-Location: http://192.0.2.1/app/", "Content-Location: https://shop.example.com:8443/shop/"),
        ("URI: /app/a", "URI: /shop/a"),
        (
            "Link: </app/a>; rel=next, <http://192.0.2.1/app/b>; title=\"</app>\"",
            "Link: </shop/a>; rel=next, <https://shop.example.com:8443/shop/b>; title=\"</shop>\""
        ),
        ("Set-Cookie: a=/app; Path=/app; HttpOnly", "Set-Cookie: a=/app; Path=/shop; HttpOnly"),
        ("Set-Cookie: a=b; domain=.192.0.2.1; PATH=/app/x", "Set-Cookie: a=b; PATH=/shop/x"),
        ("Set-Cookie: a=b; Path=/; Domain=example.com", "Set-Cookie: a=b; Path=/; Domain=example.com"),
        ("Set-Cookie: nameless; Domain=192.0.2.1; Path=/app", "Set-Cookie: nameless; Path=/shop"),
        ("Set-Cookie: a=b; Domain=.Backend.internal", "Set-Cookie: a=b; Domain=shop.example.com"),
        ("Set-Cookie: a=b; Domain=x.backend.internal", "Set-Cookie: a=b; Domain=x.backend.internal"),
        ("X-Other: /app http://192.0.2.1/app", "X-Other: /app http://192.0.2.1/app"),
    ]

    @Test("reverse-mapping: what speaks of the member speaks of the site")
    func reverseMapping() throws {
        let stage = try stage(Self.mapping, edge: Self.trusting)
        let fields = ["X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example.com:8443"]
        for (said, expected) in Self.answers {
            let reply = try ask(stage, "/shop", host: "inside", fields: fields, answer: Answer.whole(200, said))
            let lines = reply.client.head.split(separator: "\r\n").map(String.init)
            #expect(lines.contains(expected), "\(said) gave \(reply.client.head)")
        }
    }

    @Test(
        "reverse-mapping: the port of a scheme may be said or not, and the client's scheme is kept",
        arguments: [
            ("http://a.test:80/app", "a.test", false, "http://a.test:80/shop"),
            ("http://a.test:80/app", "a.test", true, "https://a.test/shop"),
            ("https://a.test:443/app", "a.test", false, "http://a.test/shop"),
            ("http://a.test/app", "a.test:443", true, "https://a.test:443/shop"),
            ("https://a.test:80/app", "a.test", true, "https://a.test:80/app"),
            ("http://a.test:443/app", "a.test", false, "http://a.test:443/app"),
            ("//a.test:443/app", "a.test", true, "//a.test:443/shop"),
            ("https://192.0.2.1/app/x", "a.test", false, "http://a.test/shop/x"),
        ])
    func ports(said: String, host: String, isSecure: Bool, expected: String) throws {
        let stage = try stage(Self.mapping)
        let head = "GET /shop HTTP/1.1\r\nHost: \(host)\r\n\r\n"
        let reply = try stage.settle(Answer.whole(302, "Location: \(said)")) {
            try isSecure ? stage.sendSecurely(head) : stage.send(head)
        }
        #expect(reply.client.field("Location") == expected)
    }

    @Test(
        "reverse-mapping: a client that has named no host gets paths",
        arguments: [
            ("http://192.0.2.1/app/x", "/shop/x"), ("/app", "/shop"), ("http://a.test/app", "http://a.test/app"),
        ])
    func withoutHost(said: String, expected: String) throws {
        let stage = try stage(Self.mapping)
        let reply = try stage.settle(Answer.whole(302, "Location: \(said)")) {
            try stage.send("GET /shop HTTP/1.0\r\n\r\n")
        }
        #expect(reply.client.field("Location") == expected)
    }

    @Test("without reverse-mapping nothing is changed in answers, and one request's mapping leaves nothing to the next")
    func unmapped() throws {
        let stage = try stage("/shop: { balancer: shop, to: /app, reverse-mapping: true }, /app: shop")
        let answer = Answer.whole(302, "Location: /app/x")
        for _ in 0..<2 {
            #expect(try ask(stage, "/shop", answer: answer).client.field("Location") == "/shop/x")
            let plain = try ask(stage, "/app/y", answer: answer)
            #expect(plain.client.field("Location") == "/app/x" && plain.target == "/app/y")
        }
    }

    // MARK: - WebDAV

    /// A request to copy something, and what its `Destination` is to the member; `nil`: refused.
    private static let copies: [(String, String, String?)] = [
        ("/files/a", "http://shop.example.com/files/b", "http://shop.example.com/dav/b"),
        ("/files/a", "https://SHOP.example.com:443/files/b?c", "https://SHOP.example.com:443/dav/b?c"),
        ("/files/a", "http://shop.example.com:80/files", "http://shop.example.com:80/dav"),
        ("/files/a", "/files/b/c", "/dav/b/c"), ("/files/a", "/files/x/../b", "/dav/x/../b"),
        ("/whole/a", "http://shop.example.com/whole/", "http://shop.example.com/dav/"),
        ("/whole/a", "https://shop.example.com/whole/b", "http://shop.example.com/dav/b"),
        ("/whole/a", "https://shop.example.com:8443/whole/b", nil), ("/whole/a", "/whole/b", "/dav/b"),
        ("/own/a", "http://shop.example.com/own/b", "/dav/b"), ("/own/a", "/own/b", "/dav/b"),
        ("/named/a", "https://shop.example.com/named/b", "http://dav.internal:81/dav/b"),
        ("/files/a", "/f%69les/b", "/dav/b"),
        ("/files/a", "/files/../b", nil), ("/files/a", "/files;%2f../admin/b", nil),
        ("/files/a", "http://shop.example.com/admin/b", nil), ("/files/a", "http://shop.example.com", nil),
        ("/files/a", "http://elsewhere.example/files/b", nil), ("/files/a", "files/b", nil),
        ("/files/a", "//files/b", nil), ("/files/a", "http:/files/b", nil), ("/files/a", "", nil),
        ("/files/a", "http://shop.example.com/files/b#/../../c", nil),
        ("/files/a", "http://u@shop.example.com/files/b", nil), ("/files/a", "ftp://shop.example.com/files/b", nil),
        ("/a", "http://elsewhere.example/b", "http://elsewhere.example/b"), ("/a", "/admin/b", nil),
        ("/a", "http://shop.example.com/b", "http://shop.example.com/b"), ("/a", "/b;c/../d", "/b;c/../d"),
        ("/a", "http://shop.example.com/admin/b", nil), ("/a", "http://shop.example.com?/admin/c", nil),
        ("/a", "http://shop.example.com#/admin/c", nil), ("/a", "http://shop.example.com", nil),
        ("/a", "http:///x/admin", nil), ("/a", "http://elsewhere.example/admin", nil),
        ("/a", "/x/\t../admin", nil), ("/a", "/x/..;/admin", nil), ("/a", "/b#/../admin", nil),
        ("/a", "/adm\tin/x", nil), ("/a", "/b c", nil), ("/a", "/files/b", nil),
    ]

    @Test("RFC 4918 10.3: a Destination leads to where the target does, or is refused", arguments: ["COPY", "MOVE"])
    func destinations(method: String) throws {
        let stage = try stage(
            "/: shop, /files: { balancer: shop, to: /dav }, /admin: { balancer: shop, to: /a }, "
                + "/whole: { balancer: shop, to: /dav, reverse-mapping: true }, "
                + "/own: { balancer: shop, to: /dav, reverse-mapping: true, preserve-host: false }, "
                + "/named: { balancer: shop, to: /dav, reverse-mapping: true, preserve-host: \"dav.internal:81\" }")
        for (path, destination, expected) in Self.copies {
            let head = "\(method) \(path) HTTP/1.1\r\nHost: shop.example.com\r\nDestination: \(destination)\r\n\r\n"
            let reply = try stage.settle { try stage.send(head) }
            let words = Comment(rawValue: "\(path) to \(destination)")
            if let expected {
                #expect(reply.told("Destination") == [expected], words)
            } else {
                #expect(reply.client.outcome == .refused(502, "destination-elsewhere"), words)
                #expect(reply.client.toldReason == "destination-elsewhere")
            }
            // A request that was refused leaves nothing to the next one.
            let next = try ask(stage, "/files/y", fields: ["Destination: /admin"])
            #expect(next.target == "/dav/y" && next.told("Destination") == ["/admin"], words)
            let absolute = try ask(stage, "http://shop.example.com/files/y")
            #expect(absolute.target == "/dav/y" && absolute.told("Destination").isEmpty, words)
        }
        let twice = "\(method) /a HTTP/1.1\r\nHost: a\r\nDestination: /b\r\ndestination: /admin\r\n\r\n"
        #expect(try stage.send(twice).outcome == .refused(502, "destination-elsewhere"))
    }
}
