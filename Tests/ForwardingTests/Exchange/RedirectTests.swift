import Forwarding
import HTTP
import Model
import Reactor
import Testing

/// Where clients are sent: `redirect` of a path, a site and a listener.
@Suite("Redirects, in process")
struct RedirectTests {
    private static let paths = """
        /: shop, /old: { redirect: /new }, /top: { redirect: / }, /slash: { redirect: { to: /to/, status: 302 } },
        /away: { redirect: "https://b.example" }, /far: { redirect: { to: "http://b.example:81/x?y=1", status: 301 } },
        /bare: { redirect: { to: /new, rest: drop, query: drop, status: 303 } }
        """

    private func stage(_ sites: String, edge: String = "", way: Way = Way()) throws -> Stage {
        try Stage(["node1": ""], edge: "sites: [\(sites)]\n" + edge, way: way)
    }

    @Test(
        "a path: the rest and the query follow, and nothing leads to a host that is not declared",
        arguments: [
            ("/old", 308, "/new"), ("/old/", 308, "/new/"), ("/old/a/b?c=d&e", 308, "/new/a/b?c=d&e"),
            ("/old?", 308, "/new?"), ("/o%6Cd/x", 308, "/new/x"), ("/old/a%2Fb", 308, "/new/a%2Fb"),
            ("/old/a%0D%0Ab", 308, "/new/a%0D%0Ab"), ("/top/\\evil.example", 308, "/evil.example"),
            ("/old/{x}|^`", 308, "/new/%7Bx%7D%7C%5E%60"), ("/old/x?\"<>", 308, "/new/x?%22%3C%3E"),
            ("/top", 308, "/"), ("/top/x", 308, "/x"), ("/top//evil.example", 308, "/evil.example"),
            ("/top/", 308, "/"), ("/top?q", 308, "/?q"),
            ("/slash", 302, "/to/"), ("/slash/x", 302, "/to/x"), ("/slash/", 302, "/to/"),
            ("/away", 308, "https://b.example/"), ("/away/x?y", 308, "https://b.example/x?y"),
            ("/away//x", 308, "https://b.example/x"), ("/far", 301, "http://b.example:81/x?y=1"),
            ("/far/z?q", 301, "http://b.example:81/x/z?y=1&q"), ("/bare/x?y", 303, "/new"),
            ("http://a.example/old/x", 308, "/new/x"),
        ])
    func paths(target: String, status: Int, location: String) throws {
        let stage = try stage("{ paths: { \(Self.paths) } }")
        let client = try stage.get(target)
        #expect(client.outcome == .refused(status, "redirected") && client.location == location)
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test(
        "a path that some member may read as another place is 400, not redirected",
        arguments: ["/old/../x", "/old%2fx", "/x/%2e%2e/old", "/old;x/..", "//old"])
    func ambiguous(target: String) throws {
        let stage = try stage("{ paths: { \(Self.paths) } }")
        let client = try stage.get(target)
        guard case .refused(400, _) = client.outcome else {
            Issue.record("\(target): \(client.outcome)")
            return
        }
    }

    @Test("a site: all of it but its own paths, whatever is asked", arguments: Way.all)
    func site(way: Way) throws {
        let stage = try stage(
            "{ host: w.example, redirect: \"https://a.example\", paths: { /api: shop } }, { paths: { /: shop } }",
            way: way)
        for (target, location) in [("/", "/"), ("/x//y;z?q", "/x//y;z?q"), ("//evil.example", "/evil.example")] {
            let client = try stage.send("GET \(target) HTTP/1.1\r\nHost: w.example\r\n\r\n")
            #expect(client.location == "https://a.example\(location)")
        }
        #expect(try stage.ask("/api/x", host: "w.example").member == "node1")
        let options = try stage.send("OPTIONS * HTTP/1.1\r\nHost: w.example\r\n\r\n")
        #expect(options.location == "https://a.example/")
        let upload = try stage.send(
            "POST /x HTTP/1.1\r\nHost: w.example\r\nContent-Length: 5\r\n\r\n")
        #expect(upload.outcome == .refused(308, "redirected"))
    }

    @Test("a URL that would be too long is 414")
    func long() throws {
        let stage = try stage("{ paths: { /: { redirect: \"https://b.example\" } } }")
        let client = try stage.get("/" + String(repeating: "|", count: 6_000))
        #expect(client.outcome == .refused(414, "redirect-too-long") && client.location == nil)
    }

    // MARK: - A listener

    private static let secured = "{ host: a.example, paths: { /: shop, /open: { balancer: shop, cleartext: true } } }"

    private func ask(_ head: String, edge: String = "", redirect: String = "https") throws -> (Stage, ScriptedClient) {
        let listeners =
            "listeners: [{ address: \"127.0.0.1:80\", redirect: \(redirect) }, "
            + "{ address: \"127.0.0.1:8443\", tls: { certificates: certs } }]\n"
        let stage = try Stage(["node1": ""], edge: "sites: [\(Self.secured)]\n" + edge + listeners)
        return (stage, try stage.send(head, by: "127.0.0.1:80"))
    }

    @Test("a listener: the same URL over TLS, of hosts that there are")
    func listener() throws {
        for (target, location) in [
            ("/", "/"), ("/x?y=z", "/x?y=z"), ("/openly", "/openly"), ("/a/\\b", "/a/%5Cb"),
        ] {
            let (stage, client) = try ask("GET \(target) HTTP/1.1\r\nHost: A.example:80\r\n\r\n")
            #expect(client.location == "https://A.example:8443\(location)" && stage.connections.isEmpty)
        }
        let (_, strange) = try ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(strange.outcome == .refused(404, "no-site"))
        let (_, moved) = try ask(
            "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", redirect: "{ to: https, port: 443, status: 301 }")
        #expect(moved.location == "https://a.example/" && moved.outcome == .refused(301, "redirected"))
    }

    @Test("a listener: what is marked is served, and nothing that could be taken for it")
    func marked() throws {
        let (stage, client) = try ask("GET /open/x HTTP/1.1\r\nHost: a.example\r\n\r\n")
        #expect(client.outcome == .open && stage.connections.count == 1)
        for target in ["/open/../x", "/x/../open", "/open%2fx", "/open/..;/x"] {
            let (stage, client) = try ask("GET \(target) HTTP/1.1\r\nHost: a.example\r\n\r\n")
            #expect(client.outcome == .refused(400, "path-ambiguous") && stage.connections.isEmpty)
        }
    }

    @Test("a listener that a reload takes away still sends its clients to TLS")
    func formerListener() throws {
        let site = "sites: [\(Self.secured)]\n"
        let secure = "{ address: \"127.0.0.1:8443\", tls: { certificates: certs } }"
        let redirecting = "listeners: [{ address: \"127.0.0.1:80\", redirect: https }, \(secure)]"
        let stage = try Stage(["node1": ""], edge: site + redirecting)
        let peer = ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 1)!, isSecure: false,
            listener: Entrance.Key(.ip(host: "127.0.0.1", port: 80)), edge: stage.edge)
        try stage.serve(Stage.text(["node1": ""], edge: site + "listeners: [\(secure)]"))
        let head = "GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"
        let client = try ScriptedClient(head, speaks: .http1, peer: peer, on: stage.bench)
        #expect(client.outcome == .refused(308, "redirected"))
    }

    @Test("a listener: of several at any free port each has its own")
    func anyPort() throws {
        let listeners =
            "listeners: [{ address: \"127.0.0.1:0\" }, { address: \"127.0.0.1:0\", redirect: https }, "
            + "{ address: \"127.0.0.1:0\", tls: { certificates: certs } }]\n"
        let stage = try Stage(["node1": ""], edge: "sites: [\(Self.secured)]\n" + listeners)
        let head = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
        #expect(try stage.send(head, by: "127.0.0.1:0").outcome == .open)
        #expect(try stage.send(head, by: "127.0.0.1:0", ordinal: 1).outcome == .refused(308, "redirected"))
        #expect(try stage.send(head, by: "127.0.0.1:0", ordinal: 2).outcome == .open)
    }

    @Test("a listener: behind a proxy that has ended TLS its client is served")
    func proxy() throws {
        let head = "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https\r\n\r\n"
        let (_, stranger) = try ask(head)
        #expect(stranger.location == "https://a.example:8443/")
        let (stage, client) = try ask(head, edge: "trusted-proxies: [198.51.100.0/24]\n")
        #expect(client.outcome == .open && stage.connections.count == 1)
    }
}
