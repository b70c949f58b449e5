import Configuration
import Model
import Testing

/// What is written is read again as the same.
@Suite("Writing a configuration")
struct WritingTests {
    private func load(_ text: String) throws -> EdgeConfiguration {
        try Golden.loader.load(text: text, file: "/etc/martlet/martlet.yaml").edge
    }

    private static func withoutSecrets(_ edge: EdgeConfiguration) -> EdgeConfiguration {
        var edge = edge
        for balancer in edge.balancers.indices {
            for member in edge.balancers[balancer].members.indices {
                edge.balancers[balancer].members[member].secret = nil
            }
        }
        return edge
    }

    @Test("A configuration of the corpus is read, written and read again", arguments: Golden.cases(in: "Valid"))
    func corpus(_ golden: Golden.Case) throws {
        let edge = try Golden.loader.load(bytes: golden.bytes, file: "/etc/martlet/\(golden.name)").edge
        let written = ConfigurationWriter.text(of: edge)
        #expect(try load(written) == Self.withoutSecrets(edge) && !written.contains("sesame"))
        let data = EdgeConfiguration.schema.datum(of: edge, .whole)
        #expect(EdgeConfiguration.schema.value(of: data) == edge)
    }

    @Test("A configuration of any values is written and read", arguments: 0..<200 as Range<UInt64>)
    func generated(seed: UInt64) throws {
        var generator = ConfigurationGenerator(seed: seed)
        var edge = generator.edge()
        let loaded = try load(ConfigurationWriter.text(of: edge))
        // What is not declared gives way to what an exchange takes.
        edge.limits.exchangeMemoryBytesMax = loaded.limits.exchangeMemoryBytesMax
        #expect(loaded == edge)
    }

    @Test("Only what differs from the defaults is written, in the short forms")
    func text() throws {
        let text = """
            listeners:
              - address: "[::]:80"
              - address: "127.0.0.1:8443"
                tls:
                  certificates: /etc/martlet/certs
            sites:
              - host: "*.example.com"
                paths:
                  /: shop
                  /static: { balancer: "1", preserve-host: false }
            balancers:
              shop:
                affinity: insert
                members:
                  node1: "http://10.0.0.11:8080"
                  node2: { url: "unix:/run/a \\"b\\".sock", load-factor: 0.5, status: [hot-standby, draining] }
              "1":
                affinity: { cookie: SID, separator: "!" }
                members: { one: "h2c://[::1]:1" }
            timeouts: { tunnel: 90m, body: 30s }
            log: { access: {} }
            """
        let written = try ConfigurationWriter.text(of: load(text))
        #expect(
            written == """
                listeners:
                  - address: "[::]:80"
                  - address: 127.0.0.1:8443
                    tls:
                      certificates: /etc/martlet/certs
                sites:
                  - host: "*.example.com"
                    paths:
                      /static:
                        balancer: "1"
                        preserve-host: false
                      /: shop
                balancers:
                  shop:
                    affinity: insert
                    members:
                      node1: http://10.0.0.11:8080
                      node2:
                        url: "unix:/run/a \\"b\\".sock"
                        load-factor: 0.5
                        status: [hot-standby, draining]
                  "1":
                    affinity:
                      cookie: SID
                      separator: "!"
                    members:
                      one: "h2c://[::1]:1"
                timeouts:
                  tunnel: 90m
                log:
                  access: {}

                """)
    }

    @Test("A secret is shown nowhere: that it changed is all that is said")
    func secrets() throws {
        let rest = "listeners: [ { address: 127.0.0.1:80 } ]\nsites: [ { paths: { /: shop } } ]\n"
        let member = { (keys: String) in
            "balancers: { shop: { members: { a: { url: \"ajp://localhost\"\(keys) } } } }"
        }
        let bare = try load(rest + member(""))
        let one = try load(rest + member(", secret: open sesame"))
        let other = try load(rest + member(", secret: shut sesame"))
        #expect(Difference.between(one, one) == [])
        let keys = "balancers.shop.members.a.secret"
        for (before, after, words) in [
            (one, other, "changed"), (bare, one, "none -> (secret)"), (one, bare, "(secret) -> none"),
        ] {
            let differences = Difference.between(before, after)
            #expect(differences.count == 1 && differences.first?.line == "\(keys): \(words)")
        }
        for shown in ["\(one)", String(reflecting: one), ConfigurationWriter.text(of: one)] {
            #expect(!shown.contains("sesame"))
        }
        var dumped = ""
        dump(one, to: &dumped)
        #expect(!dumped.contains("sesame"))
    }

    @Test("The difference speaks in the file's keys; defaults count as said")
    func difference() throws {
        let rest = "listeners: [ { address: 127.0.0.1:80 } ]\nsites: [ { paths: { /: shop } } ]\n"
        let before = try load(
            rest + "balancers: { shop: { members: { a: http://a:1, b: http://b:1 } } }\ntimeouts: { head: 5s }")
        let after = try load(
            rest
                + "balancers: { shop: { members: { c: http://c:1, a: { url: http://a:1, max: 3, load-factor: 2 } } } }"
                + "\nlimits: { field-count: 10 }\ntrusted-proxies: [10.0.0.0/8]")
        #expect(
            Difference.between(before, after).map(\.line).sorted() == [
                "balancers.shop.members.a.load-factor: 1 -> 2", "balancers.shop.members.a.max: none -> 3",
                "balancers.shop.members.b: { url: http://b:1, addresses: one, load-factor: 1, lbset: 0, status: [], "
                    + "ties: false, retry: 1m, disable-reuse: false, keepalive: false } -> none",
                "balancers.shop.members.c: none -> { url: http://c:1, addresses: one, load-factor: 1, lbset: 0, "
                    + "status: [], ties: false, retry: 1m, disable-reuse: false, keepalive: false }",
                "limits.field-count: 100 -> 10", "timeouts.head: 5s -> 10s", "trusted-proxies: [] -> [10.0.0.0/8]",
            ])
        #expect(Difference.between(before, before) == [])
    }
}
