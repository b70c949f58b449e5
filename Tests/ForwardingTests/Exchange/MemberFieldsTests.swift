import Forwarding
import Reactor
import Testing

/// What a member is told of the client and the connection, and what stays with the connection that it came on.
@Suite("What members and clients are told, in process")
struct MemberFieldsTests {
    private static let trusting = "trusted-proxies: [198.51.100.0/24]"

    private func request(_ stage: Stage, _ head: String, from address: String = "198.51.100.7") throws -> String {
        try stage.settle { try stage.send(head, from: address) }.request
    }

    // MARK: - The client

    @Test("fields that tell of the client are Martlet's own, whatever the client says")
    func untrusted() throws {
        let said = try request(
            try Stage(["node1": ""]),
            """
            GET / HTTP/1.1\r
            Host: shop.test:80\r
            X-Forwarded-For: 1.2.3.4\r
            X-Forwarded-Proto: https\r
            X-Forwarded-Host: evil.test\r
            X-Forwarded-Port: 443\r
            X-Real-IP: 1.2.3.4\r
            x_forwarded_for: 1.2.3.4\r
            X_Real-IP: 1.2.3.4\r
            Forwarded: for=1.2.3.4\r
            Via: 1.0 before\r
            \r

            """)
        #expect(said.values(of: "X-Forwarded-For") == ["198.51.100.7"])
        #expect(said.values(of: "X-Real-IP") == ["198.51.100.7"])
        #expect(said.values(of: "X-Forwarded-Proto") == ["http"] && said.values(of: "X-Forwarded-Port") == ["80"])
        #expect(said.values(of: "X-Forwarded-Host") == ["shop.test:80"])
        #expect(said.values(of: "Host") == ["shop.test:80"])
        #expect(said.values(of: "Via") == ["1.0 before, 1.1 martlet"], "RFC 9110 7.6.3: a gateway appends")
        for name in ["x_forwarded_for", "X_Real-IP", "Forwarded"] { #expect(said.values(of: name).isEmpty) }
    }

    @Test(
        "a client without such fields: over TLS, by IPv6, over HTTP/1.0",
        arguments: [
            ("198.51.100.7", false, "HTTP/1.1", "http", "1.1 martlet"),
            ("2001:db8::7", true, "HTTP/1.1", "https", "1.1 martlet"),
            ("198.51.100.7", false, "HTTP/1.0", "http", "1.0 martlet"),
        ])
    func plain(address: String, isSecure: Bool, version: String, scheme: String, via: String) throws {
        let stage = try Stage(["node1": ""])
        let peer = SocketAddress(host: address, port: 40_000)!
        let said = try stage.settle {
            try stage.send("GET / \(version)\r\nHost: shop.test\r\n\r\n", from: peer, isSecure: isSecure)
        }.request
        #expect(said.hasPrefix("GET / HTTP/1.1\r\n"), "members get HTTP/1.1 (RFC 9110 2.5)")
        #expect(said.values(of: "X-Forwarded-For") == [address] && said.values(of: "X-Real-IP") == [address])
        #expect(said.values(of: "X-Forwarded-Port") == [isSecure ? "443" : "80"])
        #expect(said.values(of: "X-Forwarded-Proto") == [scheme] && said.values(of: "Via") == [via])
        #expect(said.values(of: "X-Forwarded-Host") == ["shop.test"])
    }

    @Test("trusted-proxies: what a proxy says of its client is kept, and its own address appended")
    func trusted() throws {
        let stage = try Stage(["node1": ""], edge: Self.trusting)
        let fields =
            "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nx-forwarded-for: 5.6.7.8\r\n"
            + "X-Forwarded-Host: public.test\r\nX-Forwarded-Port: 443\r\nForwarded: for=1.2.3.4\r\n"
            + "X-Real-IP: 9.9.9.9\r\nX_Forwarded_For: 9.9.9.9\r\n"
        let said = try request(stage, "GET / HTTP/1.1\r\nHost: inside\r\n\(fields)\r\n")
        #expect(said.values(of: "X-Forwarded-For") == ["1.2.3.4, 5.6.7.8, 198.51.100.7"])
        #expect(said.values(of: "X-Forwarded-Proto") == ["https"])
        #expect(said.values(of: "X-Forwarded-Host") == ["public.test"] && said.values(of: "Host") == ["inside"])
        #expect(said.values(of: "X-Forwarded-Port") == ["443"] && said.values(of: "Forwarded").isEmpty)
        #expect(said.values(of: "X-Real-IP") == ["5.6.7.8"] && said.values(of: "X_Forwarded_For").isEmpty)
        let other = try request(stage, "GET / HTTP/1.1\r\nHost: inside\r\n\(fields)\r\n", from: "203.0.113.7")
        #expect(
            other.values(of: "X-Forwarded-For") == ["203.0.113.7"] && other.values(of: "X-Forwarded-Port") == ["80"])
        #expect(other.values(of: "X-Real-IP") == ["203.0.113.7"])
    }

    @Test("trusted-proxies: what a proxy does not say is said for it")
    func trustedInPart() throws {
        let stage = try Stage(["node1": ""], edge: Self.trusting)
        let said = try request(stage, "GET / HTTP/1.1\r\nHost: inside\r\nX-Forwarded-Host: public.test\r\n\r\n")
        #expect(said.values(of: "X-Forwarded-For") == ["198.51.100.7"])
        #expect(said.values(of: "X-Forwarded-Proto") == ["http"])
        #expect(said.values(of: "X-Forwarded-Host") == ["public.test"])
    }

    @Test(
        "a listener at a UNIX-domain socket: its clients have no address, and are left out", arguments: [true, false])
    func local(isTrusted: Bool) throws {
        let stage = try Stage(
            yaml: """
                listeners: [{ address: "unix:/run/martlet.sock" }]
                \(isTrusted ? "trusted-proxies: [\"unix:/run/martlet.sock\"]" : "")
                sites: [{ paths: { /: shop } }]
                balancers: { shop: { members: { node1: "http://192.0.2.1" } } }

                """)
        let peer = SocketAddress(unixPath: "/run/martlet.sock")!
        let fields = "X-Forwarded-For: 1.2.3.4, 5.6.7.8\r\nX-Forwarded-Proto: https\r\n"
        let said = try stage.settle { try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n", from: peer) }.request
        #expect(said.values(of: "X-Forwarded-For") == (isTrusted ? ["1.2.3.4, 5.6.7.8"] : []))
        #expect(said.values(of: "X-Forwarded-Proto") == [isTrusted ? "https" : "http"])
        #expect(said.values(of: "X-Real-IP") == (isTrusted ? ["5.6.7.8"] : []))
        #expect(said.values(of: "X-Forwarded-Port").isEmpty)
    }

    @Test("who is trusted a reload changes, on open connections too")
    func trustedNoLonger() throws {
        let stage = try Stage(["node1": ""], edge: Self.trusting)
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n"
        #expect(try request(stage, head).values(of: "X-Forwarded-Proto") == ["https"])
        try stage.serve(Stage.text(["node1": ""]))
        // The peer is one that was made while the first configuration was served.
        #expect(try request(stage, head).values(of: "X-Forwarded-Proto") == ["http"])
    }

    // MARK: - The host

    @Test("HTTP/1.0 without Host: the member gets its own, and is told of no other")
    func withoutHost() throws {
        let said = try request(try Stage(["node1": ""]), "GET /x HTTP/1.0\r\nAccept: a\r\n\r\n")
        #expect(said.hasPrefix("GET /x HTTP/1.1\r\n"))
        #expect(said.values(of: "Host") == ["192.0.2.1"] && said.values(of: "X-Forwarded-Host").isEmpty)
        #expect(said.values(of: "Accept") == ["a"])
    }

    @Test("HTTP/1.0 without Host where members differ: each its own")
    func withoutHostElsewhere() throws {
        let stage = try Stage()
        stage.refusals["node1"] = SystemError("connect", code: 111)
        #expect(try request(stage, "GET /x HTTP/1.0\r\n\r\n").values(of: "Host") == ["192.0.2.2"])
    }

    @Test("RFC 9112 3.2.2: a target in absolute form names the host, whatever Host says")
    func absolute() throws {
        let said = try request(
            try Stage(["node1": ""]), "GET http://shop.test:81/x?y HTTP/1.1\r\nHost: other.test\r\n\r\n")
        #expect(said.hasPrefix("GET /x?y HTTP/1.1\r\n"))
        #expect(said.values(of: "Host") == ["shop.test:81"] && said.values(of: "X-Forwarded-Host") == ["shop.test:81"])
    }

    @Test("RFC 9112 3.2.4: OPTIONS of an authority without a path is one of the server")
    func asterisk() throws {
        let stage = try Stage(["node1": ""])
        for target in ["*", "http://shop.test"] {
            let said = try request(stage, "OPTIONS \(target) HTTP/1.1\r\nHost: shop.test\r\n\r\n")
            #expect(said.hasPrefix("OPTIONS * HTTP/1.1\r\n"), "\(target)")
        }
    }

    // MARK: - One connection's own

    @Test(
        "RFC 9110 7.6.1: what concerns the client's connection stays there",
        arguments: [
            "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers", "Upgrade: h2c",
            "HTTP2-Settings: AAA",
            "Proxy-Authorization: Basic eA==", "X-Mine: 1", "Proxy: http://evil.test", "X-Martlet-Coding: 1",
        ])
    func hopByHop(line: String) throws {
        let name = String(line.prefix { $0 != ":" })
        let stage = try Stage(["node1": ""])
        let said = try request(
            stage,
            "GET / HTTP/1.1\r\nHost: a\r\nAccept: x\r\n\(line)\r\nConnection: keep-alive, X-MINE\r\nX-End: 2\r\n\r\n")
        #expect(said.values(of: name).isEmpty && said.values(of: "Connection").isEmpty)
        #expect(said.values(of: "Accept") == ["x"] && said.values(of: "X-End") == ["2"])
    }

    @Test("a client cannot strike out by Connection what members go by")
    func nominated() throws {
        let names = [
            "Host", "Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Proto", "Content-Length", "Via",
        ]
        let stage = try Stage(["node1": ""])
        let client = try stage.post(
            length: 2, fields: "Cookie: a=b", "Authorization: Basic eA==",
            "Connection: \(names.joined(separator: ", "))")
        client.send("ab")
        client.end()
        for name in names { #expect(stage.last.request.values(of: name).count == 1, "\(name)") }
    }

    // MARK: - What was decided

    @Test("facts: members are told what was decided, and clients cannot say it")
    func facts() throws {
        let stage = try Stage(settings: "affinity: { cookie: SID }\nfacts: true")
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let always = ["Name: shop", "Worker-Name: node2", "Worker-Route: node2", "Session-Sticky: SID"]
        let cases: [(String, [String])] = [
            ("SID=s.node1", always + ["Session-Route: node1", "Route-Changed: 1"]),
            ("SID=s.node2", always + ["Session-Route: node2"]), ("SID=s.gone", always + ["Route-Changed: 1"]),
            ("x=y", always + ["Route-Changed: 1"]),
        ]
        for (cookie, expected) in cases {
            let forged = ["X-Balancer-Name: forged", "x_balancer_worker_route: forged", "X-Balancer-New: forged"]
            let reply = try stage.ask(cookie: cookie, fields: forged)
            let lines = reply.request.split(separator: "\r\n").filter { $0.lowercased().contains("balancer") }
            #expect(lines.map { String($0.dropFirst("X-Balancer-".count)) } == expected, "\(cookie)")
        }
    }

    @Test("facts: content that fills the slab leaves room for what the next member is told", arguments: [false, true])
    func factsOfTheNext(isChunked: Bool) throws {
        let trailers = isChunked ? "X-Checksum: \(String(repeating: "7", count: 100))\r\n\r\n" : ""
        var statuses: Set<Int> = []
        for count in stride(from: 15_600, to: 16_400, by: 10) {
            let stage = try Stage(settings: "affinity: { cookie: SID }\nfacts: true")
            let client = try stage.post(
                "/", length: isChunked ? nil : count, fields: "Cookie: SID=s.node1", method: "PUT")
            client.send(Octets.pattern(count))
            client.end(trailers: trailers)
            for _ in 0..<2 where client.outcome == .open { stage.last.fail(.broken("reset")) }
            guard client.outcome == .open else {
                // What was too long to be kept cannot be given to another member.
                #expect(client.outcome == .refused(502, "answer-broken"))
                statuses.insert(502)
                continue
            }
            #expect(stage.last.member == "node2")
            #expect(stage.last.request.values(of: "X-Balancer-Route-Changed") == ["1"])
            #expect(stage.last.received.whole == Octets.pattern(count))
            stage.last.answer(Answer.empty)
            statuses.insert(client.status)
        }
        #expect(statuses == [200, 502])
    }

    @Test("RFC 9110 6.5.1: what only the edge may say no trailer says either", arguments: Way.all)
    func trailers(way: Way) throws {
        let stage = try Stage(settings: "affinity: { cookie: SID }\nfacts: true\nbuddy-field: X-Buddy", way: way)
        let client = try stage.post(length: nil)
        client.send("ab")
        let forged = [
            "X-Balancer-Name", "x_balancer_worker_route", "X-Buddy", "x.buddy", "X-Real-IP", "X_Forwarded_For",
        ]
        client.end(trailers: forged.map { "\($0): forged\r\n" }.joined() + "X-Sum: 1\r\n\r\n")
        #expect(stage.last.received.trailers == "X-Sum: 1\r\n\r\n" && stage.last.received.whole == Array("ab".utf8))
    }

    @Test("without facts such fields are the application's own")
    func withoutFacts() throws {
        let reply = try Stage(["node1": ""]).ask(fields: ["X-Balancer-Name: mine"])
        #expect(reply.told("X-Balancer-Name") == ["mine"])
    }
}
