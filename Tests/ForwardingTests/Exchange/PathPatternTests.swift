import Forwarding
import Testing

/// Exact paths and suffixes.
@Suite("Exact paths and suffixes, in process")
struct PathPatternTests {
    private static let yaml = """
        listeners: [{ address: "127.0.0.1:8080" }]
        sites:
          - paths:
              /: app
              =/: { redirect: /app }
              =/status: { answer: 200, text: ok }
              =/moved: { balancer: app, to: /inner }
              /admin: admin
              "/*.png": images
              "/*.min.png": app
              "/img/*.png": admin
              "/admin/*.jpg": images
              /status/deep: admin
          - { host: part.test, paths: { "/a/*.php": admin, "=/b": app } }
        balancers:
          app: { members: { app1: "http://192.0.2.1" } }
          admin: { members: { admin1: "http://192.0.2.11" } }
          images: { members: { images1: "http://192.0.2.21" } }

        """

    @Test(
        "the exact path, then the suffix below the longest path, then the longest path",
        arguments: [
            ("/x", "app1"), ("/x.png", "images1"), ("/a/b/x.png?y.jpg", "images1"), ("/x.PNG", "app1"),
            ("/x.png/", "app1"), ("/x.png/y", "app1"), ("/x.min.png", "app1"), ("/img/x.png", "admin1"),
            ("/img/a/x.min.png", "admin1"), ("/img/x.jpg", "app1"), ("/imgx/x.png", "images1"),
            ("/admin/x.png", "images1"), ("/admin/x.jpg", "images1"), ("/admin/x", "admin1"), ("/x.jpg", "app1"),
            ("/status/", "app1"), ("/status/x", "app1"), ("/status/deep/x", "admin1"), ("/statusx", "app1"),
            ("/moved/x", "app1"), ("/a%20b.png", "images1"), ("/a/../x.png", "images1"), ("/a%2Fb.png", "images1"),
            ("/admin/a%20b", "admin1"), ("/x.png/%41", "app1"),
        ])
    func places(target: String, member: String) throws {
        let reply = try Stage(yaml: Self.yaml).ask(target)
        #expect(reply.member == member && reply.target == target)
    }

    @Test("an exact path is itself alone", arguments: Way.all)
    func exact(way: Way) throws {
        let stage = try Stage(
            yaml: way.member == .http1 ? Self.yaml : Self.yaml.replacing("http://", with: "h2c://"), way: way)
        for target in ["/status", "/status?x", "/%73tatus"] {
            #expect(try stage.get(target).outcome == .refused(200, "fixed-answer"), "\(target)")
        }
        for target in ["/", "/?x"] {
            let client = try stage.get(target)
            #expect(client.outcome == .refused(308, "redirected"), "\(target)")
            let lines = String(decoding: client.own?.lines ?? [], as: UTF8.self)
            #expect(lines.contains("Location: /app\(target.dropFirst())\r\n"))
        }
        #expect(stage.connections.isEmpty)
    }

    @Test("an exact path under another name at its members")
    func mapped() throws {
        let stage = try Stage(yaml: Self.yaml)
        #expect(try stage.ask("/moved?x").target == "/inner?x")
        #expect(try stage.ask("/moved/x").target == "/moved/x")
    }

    @Test(
        "what some may read as another place is 400",
        arguments: [
            "/x.png%00", "/x.png;y", "/x%2epng", "/x.png%3Fy", "/x.png/.", "/x.p%6eg", "/x/../status", "/status;x",
            "/status%2F", "/x/..", "/;x", "/img/../x.png", "/admin/../x.png", "/admin/x.jpg;y", "/moved;x",
            "//x.png", "/%252e.png", "/admin%2Fx.jpg", "/img%2Fx.png",
        ])
    func refused(target: String) throws {
        let stage = try Stage(yaml: Self.yaml)
        #expect(try stage.get(target).outcome == .refused(400, "path-ambiguous"))
        #expect(stage.connections.isEmpty)
    }

    @Test("a site of patterns alone has nothing else")
    func partial() throws {
        let stage = try Stage(yaml: Self.yaml)
        for (target, member) in [("/a/x.php", "admin1"), ("/a/b/x.php", "admin1"), ("/b", "app1")] {
            #expect(try stage.ask(target, host: "part.test").member == member, "\(target)")
        }
        for target in ["/x.php", "/a/x", "/b/x", "/"] {
            let reply = try stage.ask(target, host: "part.test")
            #expect(reply.client.outcome == .refused(404, "no-path"), "\(target)")
        }
    }
}
