import Forwarding
import Reactor
import Testing

/// Which balancer answers for a host and a path, and what is refused.
@Suite("Routing by host and path, in process")
struct SiteRoutingTests {
    private static let yaml = """
        listeners: [{ address: "127.0.0.1:8080" }]
        explain-from: [203.0.113.0/24]
        sites:
          - host: shop.test
            paths:
              /: app
              /admin: admin
              /.well-known/acme-challenge: acme
              /pub: { balancer: pub, to: /inner }
          - { host: nested.test, paths: { /: app, /admin: admin, /admin/open: app } }
          - { host: "*.wild.test", paths: { /: admin } }
          - { host: one.wild.test, paths: { /only: acme } }
        balancers:
          app: { members: { app1: "http://192.0.2.1" } }
          admin: { members: { admin1: "http://192.0.2.11" } }
          acme: { members: { acme1: "http://192.0.2.21" } }
          pub: { members: { pub1: "http://192.0.2.31" } }

        """

    private func ask(_ stage: Stage, _ target: String, host: String = "shop.test") throws -> Reply {
        try stage.ask(target, host: host)
    }

    @Test(
        "exact hosts before wildcards, then the longest path on the borders of segments",
        arguments: [
            ("shop.test", "/", "app1"), ("SHOP.Test:8443", "/x", "app1"), ("shop.test.", "/admin", "admin1"),
            ("shop.test", "/admin", "admin1"), ("shop.test", "/admin/x?y", "admin1"),
            ("shop.test", "/admin?x", "admin1"),
            ("shop.test", "/administrator", "app1"), ("shop.test", "/ADMIN", "app1"), ("shop.test", "/x/admin", "app1"),
            ("shop.test", "/%61dmin/x", "admin1"), ("shop.test", "/.well-known", "app1"),
            ("shop.test", "/.well-known/acme-challenge/x", "acme1"), ("shop.test", "/pub/x", "pub1"),
            ("nested.test", "/admin/x", "admin1"), ("nested.test", "/admin/open/x", "app1"),
            ("nested.test", "/admin/opener", "admin1"), ("a.wild.test", "/", "admin1"),
            ("a.b.Wild.test:1", "/x", "admin1"), ("one.wild.test", "/only/x", "acme1"),
        ])
    func places(host: String, target: String, member: String) throws {
        let reply = try ask(try Stage(yaml: Self.yaml), target, host: host)
        #expect(reply.member == member && reply.client.outcome == .whole)
        #expect(reply.told("Host") == [host], "the host as the client has named it")
    }

    @Test(
        "what no site has, or no path of it: 404, and the client is told which",
        arguments: [
            ("other.test", "/", "no-site"), ("wild.test", "/", "no-site"), ("xshop.test", "/", "no-site"),
            ("a.shop.test", "/", "no-site"), ("one.wild.test", "/", "no-path"), ("one.wild.test", "/only1", "no-path"),
        ])
    func nobody(host: String, target: String, reason: String) throws {
        let stage = try Stage(yaml: Self.yaml)
        let reply = try ask(stage, target, host: host)
        #expect(reply.client.outcome == .refused(404, reason) && reply.client.toldReason == reason)
        #expect(stage.connections.isEmpty)
    }

    @Test("a site without a host is for all that no other one has, its paths alone")
    func anyHost() throws {
        let stage = try Stage(
            ["node1": ""], edge: "sites: [{ paths: { /any: shop } }, { host: a.test, paths: { /: shop } }]")
        for (host, target, member) in [
            ("a.test", "/x", "node1"), ("b.test", "/any", "node1"), ("b.test", "/", ""), ("a.test", "/any/x", "node1"),
        ] {
            let reply = try ask(stage, target, host: host)
            #expect(reply.member == member, "\(host) \(target)")
            if member.isEmpty { #expect(reply.client.outcome == .refused(404, "no-path")) }
        }
    }

    @Test("a site of several hosts is for each of them")
    func severalHosts() throws {
        let stage = try Stage(
            ["node1": ""], edge: "sites: [{ host: [a.test, \"*.b.test\", \"[::1]\"], paths: { /: shop } }]")
        for (host, isThere) in [
            ("a.test", true), ("A.test.", true), ("x.b.test:1", true), ("[::1]", true), ("b.test", false),
            ("x.a.test", false),
        ] {
            let reply = try ask(stage, "/", host: host)
            #expect((reply.member == "node1") == isThere, "\(host)")
            if !isThere { #expect(reply.client.outcome == .refused(404, "no-site")) }
        }
    }

    @Test(
        "what is no request for members: CONNECT and TRACE",
        arguments: [
            ("CONNECT shop.test:80", "connect-method"), ("TRACE /", "trace-method"),
        ])
    func methods(line: String, reason: String) throws {
        let stage = try Stage(yaml: Self.yaml)
        let reply = try stage.settle { try stage.send("\(line) HTTP/1.1\r\nHost: shop.test:80\r\n\r\n") }
        #expect(reply.client.outcome == .refused(405, reason) && stage.connections.isEmpty)
    }

    @Test(
        "what is the matter with members is told to those alone who may ask",
        arguments: [
            ("198.51.100.7", ""), ("203.0.113.7", "no-member"),
        ])
    func told(address: String, reason: String) throws {
        let stage = try Stage(yaml: Self.yaml)
        stage.refusals["app1"] = SystemError("connect", code: 111)
        let client = try stage.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", from: address)
        #expect(client.outcome == .refused(503, "no-member") && client.toldReason == reason)
    }

    // MARK: - Paths that are read in several ways

    /// Targets that some members may take for what another balancer, or another mapping, has.
    private static let ambiguous = [
        "/x;%2f../admin", "/admin;x", "/x/../admin", "/admin%2Fx", "/admin\\x", "//admin", "/x/%2e%2e/admin",
        "/pub/../x", "/%2561dmin", "/admin%00", "/x/..;/admin", "/pub/..%2fpub/x", "/admin/../x", "/admin%09",
        "/.well-known//acme-challenge/x", "//x/admin", "/pub;x",
    ]

    @Test("readings that disagree: 400", arguments: ambiguous)
    func refused(target: String) throws {
        let stage = try Stage(yaml: Self.yaml)
        let reply = try ask(stage, target)
        #expect(reply.client.outcome == .refused(400, "path-ambiguous"))
        #expect(reply.client.toldReason == "path-ambiguous" && stage.connections.isEmpty)
        // In absolute form it is the same path.
        let absolute = try ask(stage, "http://shop.test" + target)
        #expect(absolute.client.outcome == .refused(400, "path-ambiguous"))
    }

    @Test("readings that agree, however strange the path: it goes on as it came")
    func agreed() throws {
        let stage = try Stage(yaml: Self.yaml)
        for (target, member) in [
            ("/x;/../y", "app1"), ("/files/a%2Fb", "app1"), ("/a/../b", "app1"), ("/admin/a%2Fb", "admin1"),
            ("/x;jsessionid=A1.node1/y", "app1"), ("/admin;jsessionid=A1.node1", "admin1"), ("/.git/config", "app1"),
            ("/a//b", "app1"), ("/admin//x", "admin1"), ("/x?/../admin", "app1"), ("/x%00/admin", "app1"),
            ("/%2ewell-known/acme-challenge/x", "acme1"), ("/a\\b", "app1"), ("/admin/x/../y", "admin1"),
            ("//x", "app1"),
        ] {
            let reply = try ask(stage, target)
            #expect(reply.member == member && reply.target == target, "\(target)")
        }
    }

    @Test("where one balancer has all paths there is nothing to be mistaken")
    func onePlace() throws {
        let stage = try Stage(["node1": ""])
        for target in Self.ambiguous {
            let reply = try ask(stage, target)
            #expect(reply.member == "node1" && reply.target == target, "\(target)")
        }
    }

    @Test(
        "escaped-slashes: what all read alike, what one balancer may read as it likes, or none",
        arguments: [
            ("judge", "/a%2Fb", "app1"), ("judge", "/api%2Fb", ""), ("pass", "/a%2Fb", "app1"),
            ("pass", "/api%2Fb", "app1"), ("pass", "/admin%2Fb", ""), ("pass", "/x%2F..%2Fadmin", ""),
            ("pass", "/x/../api", ""), ("refuse", "/a%2Fb", ""), ("refuse", "/a%252Fb", ""),
            ("refuse", "/a%20b", "app1"),
        ])
    func escapedSlashes(how: String, target: String, member: String) throws {
        let paths = "/: app, /api: { balancer: app, hsts: 1d }, /admin: admin"
        let yaml = Self.yaml.replacing(
            "host: shop.test\n",
            with: "host: slash.test\n    escaped-slashes: \(how)\n    paths: { \(paths) }\n  - host: shop.test\n")
        let reply = try ask(try Stage(yaml: yaml), target, host: "slash.test")
        #expect(reply.member == member)
        if member.isEmpty { #expect(reply.client.outcome == .refused(400, "path-ambiguous")) }
    }

    @Test(
        "escaped-slashes: pass does not lead from what a site has open to what it keeps others out of",
        arguments: ["users: off", "allow: all", "cleartext: true"])
    func guardedSlashes(open: String) throws {
        let site = "escaped-slashes: pass, users: htpasswd, allow: 10.0.0.0/8"
        let stage = try Stage(
            ["node1": ""],
            edge: "sites: [{ \(site), paths: { /: shop, /open: { balancer: shop, \(open) } } }]")
        for target in ["/open/..%2Fadmin", "/open%2F..%2Fadmin", "/open/%2e%2e%2fadmin"] {
            #expect(try ask(stage, target).member == "")
        }
    }

    @Test("one redirect at several paths: each has its own rest")
    func equalRedirects() throws {
        let redirect = "redirect: \"https://b.example/x\""
        let stage = try Stage(
            ["node1": ""], edge: "sites: [{ \(redirect), paths: { /a: { \(redirect) }, =/b: { \(redirect) } } }]")
        for (target, location) in [("/zzz", "/x/zzz"), ("/a/z", "/x/z"), ("/b", "/x"), ("/b/z", "/x/b/z")] {
            let lines = try #require(try stage.get(target).own?.lines)
            #expect(String(decoding: lines, as: UTF8.self) == "Location: https://b.example\(location)\r\n")
        }
    }

    @Test("escaped-slashes: refuse holds where there is one place only")
    func refusedSlashes() throws {
        let stage = try Stage(["node1": ""], edge: "sites: [{ escaped-slashes: refuse, paths: { /: shop } }]")
        #expect(try ask(stage, "/a%2fb").client.outcome == .refused(400, "path-ambiguous"))
        #expect(try ask(stage, "/a%20b").member == "node1")
    }
}
