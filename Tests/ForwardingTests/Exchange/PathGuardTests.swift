import Forwarding
import Testing

/// Guarded paths in all spellings that some member may take for theirs.
@Suite("Guarded paths however they are spelled, in process")
struct PathGuardTests {
    private func stage(_ paths: String, site: String = "", edge: String = "", way: Way = Way()) throws -> Stage {
        let sites = "sites: [{ host: shop.test, \(site.isEmpty ? "" : site + ", ")paths: { \(paths) } }]"
        return try Stage(["node1": ""], edge: [sites, edge].joined(separator: "\n"), way: way)
    }

    /// Whether a member gets a request, and else why not; `nil` where it is no request at all.
    private func ask(_ stage: Stage, _ target: String, host: String = "shop.test") -> String? {
        guard let reply = try? stage.ask(target, host: host) else { return nil }
        guard case .refused(let status, let reason) = reply.client.outcome else { return reply.member }
        return "\(status) \(reason)"
    }

    private static let ambiguous = "400 path-ambiguous"

    /// Ways to write a guarded name, the first one as it is declared.
    private static let names = ["admin", "ADMIN", "Admin", "adMin", "%61dmin", "%41dmin", "a%44min", "%2541DMIN"]

    /// Ways to reach what has that name, or what is below it.
    private static let frames = [
        "/NAME", "/NAME/", "/NAME/x", "/NAME?x", "/NAME/x?y=/../z", "//NAME", "///NAME/x", "/./NAME", "/%2e/NAME",
        "/%2E%2F/NAME", "/x/../NAME", "/x/%2e%2E/NAME", "/x/.%2e/NAME/y", "/x/%252e%252e/NAME", "/../NAME",
        "/NAME;x=1/secret", "/NAME;x", "/NAME;jsessionid=1/x", "/NAME/..;/x", "/x/..;/NAME", "/x;/../NAME", "/;x/NAME",
        "/NAME%3Bx", "/x;%2f../NAME", "/NAME%2Fx", "/NAME%2f", "/%2FNAME", "/x%2f..%2fNAME", "/NAME%252Fx",
        "/NAME%5Cx", "/NAME\\x", "/\\NAME", "/%5CNAME", "/x\\..\\NAME", "/x%5c..%5cNAME", "/NAME%00", "/NAME%00.png",
        "/NAME%20", "/NAME%09", "/%0aNAME", "/NAME%3Fx", "/NAME%23", "//x/NAME", "/NAME/.", "/NAME/./x", "/NAME//x",
        "/NAME/x/../y", "http://shop.test/NAME", "http://SHOP.test.:80//NAME/x", "https://shop.test/./NAME",
    ]

    @Test(
        "no spelling leads to a member", arguments: ["deny: 198.51.100.0/24", "allow: none", "users: htpasswd"],
        Way.all)
    func spellings(rule: String, way: Way) throws {
        let stage = try stage("/: shop, /admin: { balancer: shop, \(rule) }", way: way)
        for name in Self.names {
            for frame in Self.frames {
                let target = frame.replacing("NAME", with: name)
                let outcome = ask(stage, target)
                #expect(outcome.map { $0.hasPrefix("40") } ?? true, "\(target): \(outcome ?? "")")
            }
        }
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("neither does one of its host", arguments: Way.all)
    func hosts(way: Way) throws {
        let guarded = "{ host: shop.test, paths: { /: { balancer: shop, allow: none } } }"
        let stage = try Stage(["node1": ""], edge: "sites: [{ paths: { /: shop } }, \(guarded)]", way: way)
        for host in ["shop.test", "SHOP.Test", "shop.test.", "shop.test..", "shop.test:80", "Shop.Test.:8080"] {
            for target in ["/", "//", "/x", "*", "?x", "http://\(host)", "http://\(host)/x", "https://\(host)?x"] {
                let outcome = ask(stage, target, host: target.hasPrefix("http") ? "other.test" : host)
                #expect(outcome.map { $0.hasPrefix("40") } ?? true, "\(target) of \(host): \(outcome ?? "")")
            }
        }
        #expect(stage.connections.isEmpty)
        #expect(ask(stage, "/", host: "other.test") == "node1")
    }

    @Test("what is no such name goes on as it came", arguments: Way.all)
    func others(way: Way) throws {
        let stage = try stage("/: shop, /admin: { balancer: shop, allow: none }, /IMG: shop", way: way)
        for target in [
            "/ADMINS", "/Admin.html", "/x/ADMIN", "/ADMI", "/x/Y/../Z", "/A%20B", "/x;ADMIN", "/img/x", "/Img",
            "/%C3%A9", "/x?/ADMIN", "/X/..%2FY", "/ADMIN-x/../y",
        ] {
            #expect(ask(stage, target) == "node1", "\(target)")
        }
    }

    @Test("paths that are declared in the other case too are what was meant")
    func declared() throws {
        let stage = try stage(
            """
            /: shop, /admin: { balancer: shop, allow: none }, /Admin: shop,
            /Admin/Sub/in: { balancer: shop, allow: none }, =/Key: shop, /key: { balancer: shop, allow: none }
            """)
        for (target, outcome) in [
            ("/Admin", "node1"), ("/Admin/x", "node1"), ("/admin/x", "403 denied-address"), ("/ADMIN", Self.ambiguous),
            ("/Admin/Sub", "node1"), ("/Admin/sub/In", Self.ambiguous), ("/x/../Admin", Self.ambiguous),
            ("/admin/sub/in", "403 denied-address"), ("/Key", "node1"), ("/key", "403 denied-address"),
            ("/KEY", Self.ambiguous), ("/Key/x", Self.ambiguous),
        ] {
            #expect(ask(stage, target) == outcome, "\(target)")
        }
    }

    @Test("letter-case: exact takes them for other paths")
    func exact() throws {
        let stage = try stage("/: shop, /admin: { balancer: shop, allow: none }", site: "letter-case: exact")
        #expect(ask(stage, "/ADMIN") == "node1" && ask(stage, "/x/../ADMIN/y") == "node1")
        #expect(ask(stage, "/admin") == "403 denied-address")
        #expect(ask(stage, "/x/../admin") == Self.ambiguous)
    }

    @Test(
        "what guards: all that another spelling would go past",
        arguments: [
            ("balancer: shop, deny: 192.0.2.1", true), ("balancer: shop, allow: 198.51.100.0/24", true),
            ("balancer: shop, users: htpasswd", true), ("answer: 404", true), ("answer: 403, text: no", true),
            ("balancer: shop, maintenance: true", true), ("balancer: shop, rate-limit: 5/m", true),
            ("balancer: shop, limits: { exchanges-per-address: 1 }", true),
            ("balancer: shop, cases: [{ when: { method: DELETE }, answer: 403 }]", true),
            ("balancer: shop, deny: none, allow: all", false), ("balancer: shop, hsts: 1d", false),
            ("balancer: shop, users: off", false), ("balancer: shop, maintenance: false", false),
            ("answer: 200", false), ("redirect: /x", false), ("balancer: shop, cleartext: true", false),
            ("balancer: shop, limits: { request-body: 1KiB }", false),
        ])
    func keys(rules: String, isGuard: Bool) throws {
        let stage = try stage("/: shop, /place: { \(rules) }")
        for target in ["/PLACE", "/Place/x", "/%50lace", "/x/../Place"] {
            #expect(ask(stage, target) == (isGuard ? Self.ambiguous : "node1"), "\(target)")
        }
    }

    @Test("where all are guarded alike there is no way past")
    func alike() throws {
        let paths = """
            /: shop, /img: { balancer: shop, hsts: 1d }, /open: { balancer: shop, users: off },
            /login: { balancer: shop, rate-limit: 5/m, users: off }, /in: { balancer: shop, deny: 198.51.100.7 }
            """
        let stage = try stage(paths, site: "users: htpasswd")
        for (target, outcome) in [
            ("/IMG", "401 denied-user"), ("/OPEN", "401 denied-user"), ("/open", "node1"), ("/LOGIN", Self.ambiguous),
            ("/IN", Self.ambiguous), ("/in", "403 denied-address"),
        ] {
            #expect(ask(stage, target) == outcome, "\(target)")
        }
        let closed = try self.stage("/: { answer: 404 }, /app: { balancer: shop, allow: none }")
        #expect(ask(closed, "/APP") == "404 fixed-answer")
    }

    @Test(
        "paths alone and ends of names count too",
        arguments: [
            ("/secret", "404 fixed-answer"), ("/SECRET", ambiguous), ("/Secret?x", ambiguous), ("/%53ecret", ambiguous),
            ("/SECRET/", "node1"), ("/SECRET/x", "node1"), ("/x.bak", "404 fixed-answer"), ("/x.BAK", ambiguous),
            ("/a/x.Bak", ambiguous), ("/x.b%41k", ambiguous), ("/x.BAK%20", ambiguous), ("/x.BAK;y", ambiguous),
            ("/x.bakery", "node1"), ("/x.BAK/y", "node1"), ("/keys/x.KEY", ambiguous), ("/KEYS/x.key", ambiguous),
            ("/Keys/a/x.Key", ambiguous), ("/x.key", "node1"), ("/x.KEY", "node1"), ("/keys/x", "node1"),
            ("/public/x.bak", "node1"), ("/Public/x.BAK", "node1"), ("/a%20b.PNG", "node1"), ("/index.BAK", "node1"),
            ("/index.bak", "node1"),
        ])
    func patterns(target: String, outcome: String) throws {
        let stage = try stage(
            """
            /: shop, =/secret: { answer: 404 }, "/*.bak": { answer: 404 }, "/keys/*.key": { answer: 403 },
            "/public/*.bak": shop, =/index.bak: shop
            """)
        #expect(ask(stage, target) == outcome)
    }

    @Test("the log names the key, and the client is told that it is the path")
    func told() throws {
        let stage = try stage("/: shop, /admin: { balancer: shop, allow: none }", edge: Stage.logging)
        let client = try stage.get("/Admin/x")
        #expect(client.outcome == .refused(400, "path-ambiguous") && client.toldReason == "path-ambiguous")
        let line = stage.takeLines()[0]
        #expect(line.contains("\"reason\":\"path-ambiguous\"") && line.contains("\"rule\":\"letter-case\""))
    }

    @Test("WebDAV's Destination is judged alike")
    func destination() throws {
        let stage = try stage("/: shop, /closed: { balancer: shop, allow: none }")
        let head = "MOVE /a HTTP/1.1\r\nHost: shop.test\r\nDestination: http://shop.test/Closed/b\r\n\r\n"
        #expect(try stage.send(head).outcome == .refused(502, "destination-elsewhere"))
    }
}
