import Forwarding
import HTTP
import Limiting
import Model
import Reactor
import Testing

/// Who may ask, by address: `allow` and `deny` of listeners, the top, sites and paths.
@Suite("Access by address, in process")
struct AccessTests {
    private static let inside = "10.1.2.3"
    private static let stranger = "198.51.100.7"
    private static let tcp = ListenAddress.ip(host: "127.0.0.1", port: 8_080)
    private static let unix = ListenAddress.unix(path: "/run/m.sock")
    private static let listeners = """
        listeners: [{ address: "127.0.0.1:8080" }, { address: unix:/run/m.sock }]
        """

    private func stage(
        _ paths: String, site: String = "", edge: String = "", listeners: String = listeners, way: Way = Way()
    ) throws -> Stage {
        let sites = "sites: [{ host: shop.test, \(site.isEmpty ? "" : site + ", ")paths: { \(paths) } }]"
        return try Stage(["node1": ""], edge: [listeners, sites, edge].joined(separator: "\n"), way: way)
    }

    /// What becomes of a request: `node1`, or status and reason.
    private func ask(
        _ stage: Stage, _ target: String, host: String = "shop.test", from address: String,
        by listener: ListenAddress = tcp, of edge: Edge? = nil, _ fields: [String] = []
    ) throws -> String {
        let reply = try stage.settle {
            try stage.send(
                Stage.head(target, host: host, fields: fields), from: address, by: listener, of: edge)
        }
        guard case .refused(let status, let reason) = reply.client.outcome else { return reply.member }
        return "\(status) \(reason)"
    }

    private static let denied = "403 denied-address"

    @Test("who is denied is out, allowed or not; where somebody is allowed, everybody else is out", arguments: Way.all)
    func lists(way: Way) throws {
        let paths = """
            /: shop, /in: { balancer: shop, allow: [10.0.0.0/8, "fd00::/8"] },
            /out: { balancer: shop, deny: 10.1.0.0/16 },
            /both: { balancer: shop, allow: 10.0.0.0/8, deny: 10.1.2.3 }, /no: { balancer: shop, allow: none },
            /answer: { answer: 200, allow: 10.0.0.0/8 }, /away: { redirect: /in, allow: 10.0.0.0/8 }
            """
        let stage = try stage(paths, way: way)
        let outcomes = try ["/", "/in", "/out/x", "/both", "/no"].map { target in
            try [Self.inside, "10.2.0.1", "fd00::1", Self.stranger].map { try ask(stage, target, from: $0) }
        }
        let (yes, no) = ("node1", Self.denied)
        #expect(
            outcomes == [
                [yes, yes, yes, yes], [yes, yes, yes, no], [no, yes, yes, yes], [no, yes, no, no], [no, no, no, no],
            ])
        #expect(try ask(stage, "/answer", from: Self.stranger) == no)
        #expect(try ask(stage, "/answer", from: Self.inside) == "200 fixed-answer")
        #expect(try ask(stage, "/away", from: Self.stranger) == no)
        #expect(try ask(stage, "/away", from: "::ffff:10.1.2.3") == "308 redirected")
        #expect(stage.isAtRest)
    }

    @Test("an inner list takes the place of the outer one of its kind, and a site's own answers are closed too")
    func levels() throws {
        let paths =
            "/a: shop, /b: { balancer: shop, allow: 192.0.2.0/24 }, /c: { balancer: shop, allow: all, deny: none }"
        let stage = try stage(paths, site: "allow: 10.0.0.0/8", edge: "deny: 10.1.2.3")
        let asked = ["10.1.2.3", "10.2.0.1", "192.0.2.1"]
        let outcomes = try ["/a", "/b", "/c", "/none", "/a/../b"].map { target in
            try asked.map { try ask(stage, target, from: $0) }
        }
        let (yes, no) = ("node1", Self.denied)
        #expect(
            outcomes == [
                [no, yes, no], [no, no, yes], [yes, yes, yes], [no, "404 no-path", no], [no, "400 path-ambiguous", no],
            ])
    }

    @Test(
        "a listener's lists are a gate that nobody inside can widen, in front of all that there is", arguments: Way.all)
    func listener(way: Way) throws {
        let listeners = "listeners: [{ address: \"127.0.0.1:8080\", allow: 10.0.0.0/8 }, { address: \"127.0.0.1:81\" }]"
        let stage = try stage("/: { balancer: shop, allow: all }", listeners: listeners, way: way)
        #expect(try ask(stage, "/", from: Self.inside) == "node1")
        #expect(try ask(stage, "/", from: Self.stranger) == Self.denied)
        #expect(try ask(stage, "/", host: "other.test", from: Self.stranger) == Self.denied)
        #expect(try ask(stage, "/", from: Self.stranger, by: .ip(host: "127.0.0.1", port: 81)) == "node1")
    }

    @Test("whose listener a reload takes away is let in by its lists still")
    func formerListener() throws {
        let site = "sites: [{ paths: { /: shop } }]\n"
        let gate = "{ address: \"127.0.0.1:8080\", allow: 10.0.0.0/8 }"
        let stage = try Stage(["node1": ""], edge: site + "listeners: [\(gate)]")
        let peer = ClientPeer(
            address: SocketAddress(host: Self.stranger, port: 1)!, isSecure: false, listener: Entrance.Key(Self.tcp),
            edge: stage.edge)
        try stage.serve(Stage.text(["node1": ""], edge: site + "listeners: [{ address: \"127.0.0.1:81\" }]"))
        let client = try ScriptedClient(Stage.head(), speaks: .http1, peer: peer, on: stage.bench)
        #expect(client.outcome == .refused(403, "denied-address"))
    }

    @Test("clients of UNIX-domain listeners have no address: they are in only where they are named")
    func unix() throws {
        let paths = """
            /: shop, /in: { balancer: shop, allow: 10.0.0.0/8 }, /unix: { balancer: shop, allow: [10.0.0.0/8, unix] },
            /all: { balancer: shop, allow: all }, /out: { balancer: shop, deny: unix }
            """
        let stage = try stage(paths)
        let outcomes = try ["/", "/in", "/unix", "/all", "/out"].map {
            try ask(stage, $0, from: "unix:/run/m.sock", by: Self.unix)
        }
        #expect(outcomes == ["node1", Self.denied, "node1", "node1", Self.denied])
    }

    @Test("behind trusted proxies it is the client's address that counts, behind others the peer's", arguments: Way.all)
    func proxies(way: Way) throws {
        let stage = try stage(
            "/: { balancer: shop, allow: 10.0.0.0/8 }",
            edge: "trusted-proxies: [192.0.2.0/24, \"unix:/run/m.sock\"]", way: way)
        func ask(_ address: String, _ forwarded: String, by listener: ListenAddress = Self.tcp) throws -> String {
            try self.ask(stage, "/", from: address, by: listener, ["X-Forwarded-For: \(forwarded)"])
        }
        #expect(try ask("192.0.2.1", "10.0.0.1") == "node1")
        #expect(try ask("192.0.2.1", "10.0.0.1, 198.51.100.7") == Self.denied)
        #expect(try ask("192.0.2.1", "198.51.100.7, 10.0.0.1, 192.0.2.9") == "node1")
        #expect(try ask("192.0.2.1", "10.0.0.1, unknown") == Self.denied)
        #expect(try ask(Self.stranger, "10.0.0.1") == Self.denied)
        #expect(try ask(Self.inside, "198.51.100.7") == "node1")
        #expect(try ask("unix:/run/m.sock", "10.0.0.1", by: Self.unix) == "node1")
        #expect(try ask("unix:/run/m.sock", "198.51.100.7", by: Self.unix) == Self.denied)
    }

    @Test("what stands in files is what the lists name")
    func files() throws {
        let text = Stage.text(
            ["node1": ""], edge: "sites: [{ paths: { /: { balancer: shop, allow: [192.0.2.1, file:/o.txt] } } }]")
        let stage = try Stage(yaml: text)
        let ranges = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) }
        let edge = try Stage.edge(text, lists: ["/o.txt": ranges], now: stage.now)
        let listener = Self.tcp
        stage.bench.serve(edge, memories: [nil])
        let outcomes = try [Self.inside, "fd00::2", "192.0.2.1", Self.stranger].map {
            try ask(stage, "/", from: $0, by: listener, of: edge)
        }
        #expect(outcomes == ["node1", "node1", "node1", Self.denied])
    }

    /// Ways to write the path of a closed place, and its host.
    private static let writings = [
        "/admin", "/admin/", "/admin?x", "/admin/x", "//admin", "/./admin", "/x/../admin", "/%61dmin", "/ad%6Din/x",
        "/admin%2F", "/admin%2f", "/%2Fadmin", "/x/%2e%2e/admin", "/%2e/admin", "/admin;x", "/admin;x=y/z",
        "/x;/../admin", "/x/..;/admin", "/\\admin", "/admin\\", "/x\\..\\admin", "/%5Cadmin", "/admin%00", "/%2561dmin",
        "http://shop.test/admin", "http://SHOP.TEST/admin", "http://shop.test.:80//admin", "http://u@shop.test/admin",
        "/x/%252e%252e/admin", "/admin/.", "/admin/..%2fadmin", "/x/.%2e/admin/",
    ]

    @Test(
        "a closed place is closed however it is written", arguments: writings,
        ["deny: 198.51.100.0/24", "allow: 10.0.0.0/8"])
    func hostile(target: String, rule: String) throws {
        for way in Way.all {
            let stage = try stage("/: shop, /admin: { balancer: shop, \(rule) }", way: way)
            for host in ["shop.test", "SHOP.test", "shop.test.", "shop.test:80", "Shop.Test.:8080"] {
                let fields = [
                    "X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1", "Forwarded: for=10.0.0.1",
                    "X-Forwarded-Host: other.test", "X-Original-URL: /", "X-Forwarded-Prefix: /x",
                ]
                // A head that is no request is refused before it becomes an exchange.
                let outcome = try? ask(stage, target, host: host, from: Self.stranger, fields)
                #expect(outcome.map { $0.hasPrefix("40") } ?? true, "\(target) of \(host): \(outcome ?? "")")
            }
            #expect(stage.connections.isEmpty && stage.isAtRest)
        }
    }

    @Test("a WebDAV Destination leads into no closed place, and the log names the rule")
    func destination() throws {
        let stage = try stage("/: shop, /closed: { balancer: shop, deny: 192.0.2.1 }", edge: Stage.logging)
        let head = "MOVE /a HTTP/1.1\r\nHost: shop.test\r\nDestination: http://shop.test/closed/b\r\n\r\n"
        #expect(try stage.send(head).outcome == .refused(502, "destination-elsewhere"))
        _ = stage.takeLines()
        #expect(try ask(stage, "/closed/x", from: "192.0.2.1") == Self.denied)
        let line = stage.takeLines()[0]
        #expect(line.contains("\"reason\":\"denied-address\"") && line.contains("\"rule\":\"/closed deny\""))
    }
}
