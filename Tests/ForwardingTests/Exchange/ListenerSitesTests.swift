import Forwarding
import HTTP
import Model
import Reactor
import Testing

/// Sites that are served at some listeners only.
@Suite("Sites of some listeners, in process")
struct ListenerSitesTests {
    private static let listeners = """
        listeners:
          - { address: "127.0.0.1:443", tls: { certificates: certs } }
          - { address: "127.0.0.1:8443", tls: { certificates: certs } }
          - { address: "127.0.0.1:80", redirect: https }
          - { address: "127.0.0.1:81" }
        trusted-proxies: [198.51.100.7]

        """
    private static let sites = """
        sites:
          - { host: all.test, paths: { /: shop } }
          - host: tls.test
            listeners: ["127.0.0.1:443", "127.0.0.1:8443"]
            paths: { /: shop, /a: { balancer: shop, cleartext: true } }
          - { host: late.test, listeners: "127.0.0.1:8443", paths: { /: shop } }
          - { host: bare.test, listeners: "127.0.0.1:81", paths: { /: shop } }
          - { host: two.test, listeners: "127.0.0.1:81", paths: { /: { answer: 200 } } }
          - { host: two.test, listeners: "127.0.0.1:443", paths: { /: shop } }
          - { listeners: "127.0.0.1:8443", paths: { /: { answer: 404 } } }

        """

    private func stage(_ sites: String = sites, way: Way = Way()) throws -> Stage {
        try Stage(["node1": ""], edge: Self.listeners + sites, way: way)
    }

    @Test(
        "a site is there at its listeners alone",
        arguments: [
            ("127.0.0.1:443", ["all.test", "tls.test", "two.test"], ["late.test", "bare.test", "x.test"]),
            ("127.0.0.1:8443", ["all.test", "tls.test", "late.test"], []),
            ("127.0.0.1:81", ["all.test", "bare.test"], ["tls.test", "late.test", "x.test"]),
        ])
    func places(listener: String, served: [String], unknown: [String]) throws {
        let stage = try stage()
        for host in served {
            let reply = try stage.settle { try stage.send(Stage.head(host: host), by: listener) }
            #expect(reply.member == "node1", "\(host) at \(listener)")
        }
        for host in unknown {
            let client = try stage.send(Stage.head(host: host), by: listener)
            #expect(client.outcome == .refused(404, "no-site"), "\(host) at \(listener)")
        }
        #expect(stage.isAtRest)
    }

    @Test("two sites share a host where they share no listener", arguments: Way.all)
    func shared(way: Way) throws {
        let stage = try stage(way: way)
        let two = Stage.head(host: "two.test")
        #expect(try stage.send(two, by: "127.0.0.1:81").outcome == .refused(200, "fixed-answer"))
        #expect(try stage.settle { try stage.send(two, by: "127.0.0.1:443") }.member == "node1")
        let other = try stage.send(Stage.head(host: "x.test"), by: "127.0.0.1:8443")
        #expect(other.outcome == .refused(404, "fixed-answer"))
    }

    @Test(
        "a listener that sends its clients to TLS does so for the sites that are there, by their ports",
        arguments: [
            ("all.test", "/x?y", "https://all.test/x?y"), ("tls.test", "/a/b", "https://tls.test/a/b"),
            ("late.test", "/", "https://late.test:8443/"), ("two.test", "/", "https://two.test/"),
            ("x.test", "/x/../a", "https://x.test:8443/x/../a"),
        ])
    func sent(host: String, path: String, location: String) throws {
        let stage = try stage()
        let client = try stage.send(Stage.head(path, host: host), by: "127.0.0.1:80")
        #expect(client.outcome == .refused(308, "redirected") && client.location == location)
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test("a proxy's word that its client speaks TLS does not bring a site to a listener")
    func claimed() throws {
        let stage = try stage()
        let fields = ["X-Forwarded-Proto: https"]
        let client = try stage.send(Stage.head(host: "tls.test", fields: fields), by: "127.0.0.1:80")
        #expect(client.outcome == .refused(404, "no-site") && stage.connections.isEmpty)
        let all = Stage.head(host: "all.test", fields: fields)
        #expect(try stage.settle { try stage.send(all, by: "127.0.0.1:80") }.member == "node1")
    }

    /// Asks by a connection that was there before a reload.
    private func ask(_ hosts: [String], changing listeners: (String) -> String) throws -> [Outcome] {
        let stage = try stage()
        let peer = ClientPeer(
            address: SocketAddress(host: "203.0.113.9", port: 40_000)!, isSecure: false,
            listener: Entrance.Key(.ip(host: "127.0.0.1", port: 81)), edge: stage.edge)
        func ask(_ host: String) throws -> Outcome {
            let reply = try stage.settle {
                try ScriptedClient(Stage.head(host: host), speaks: stage.way.client, peer: peer, on: stage.bench)
            }
            return reply.member == "node1" ? .served : .unknown
        }
        #expect(try ask("bare.test") == .served)
        try stage.serve(Stage.text(["node1": ""], edge: listeners(Self.listeners + Self.sites)))
        return try hosts.map(ask)
    }

    private enum Outcome {
        case served, unknown
    }

    @Test("a reload that takes a site from a listener, or the listener away, holds for open connections")
    func reloaded() throws {
        let taken = try ask(["bare.test", "all.test"]) { text in
            text.replacing(
                "bare.test, listeners: \"127.0.0.1:81\"", with: "bare.test, listeners: \"127.0.0.1:443\"")
        }
        #expect(taken == [.unknown, .served])
        let gone = try ask(["bare.test", "two.test", "all.test"]) { text in
            text.replacing("127.0.0.1:81", with: "127.0.0.1:82")
        }
        #expect(gone == [.unknown, .unknown, .served])
    }
}
