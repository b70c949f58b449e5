import Configuration
import Forwarding
import Model
import Testing

/// `martlet proxy` goes by the same rules as a file.
@Suite("The form without a file")
struct ProxyArgumentsTests {
    private func errors(_ arguments: ProxyArguments) throws -> [String] {
        let errors = #expect(throws: ConfigurationErrors.self) { try Golden.loader.load(arguments) }
        return try #require(errors).diagnostics.map(\.description)
    }

    @Test("The line of the design makes its edge")
    func design() throws {
        let loaded = try Golden.loader.load(
            ProxyArguments(
                listen: ["127.0.0.1:8443"], listenHTTP: ["127.0.0.1:8080"], certificates: "certs/",
                to: ["node1=http://127.0.0.1:8081", "node2=http://127.0.0.1:8082"], sticky: "JSESSIONID"))
        let edge = loaded.edge
        #expect(
            edge.listeners == [
                ListenerConfiguration(
                    address: .ip(host: "127.0.0.1", port: 8_443), tls: TLSConfiguration(certificatesPath: "certs/")),
                ListenerConfiguration(address: .ip(host: "127.0.0.1", port: 8_080)),
            ])
        #expect(edge.sites == [SiteConfiguration(host: .any, paths: [.init(prefix: "/", balancer: "proxy")])])
        #expect(
            edge.balancers == [
                BalancerConfiguration(
                    name: "proxy",
                    affinity: Self.routed("JSESSIONID", "jsessionid"),
                    members: [
                        MemberConfiguration(name: "node1", address: .host("127.0.0.1", port: 8_081)),
                        MemberConfiguration(name: "node2", address: .host("127.0.0.1", port: 8_082)),
                    ])
            ])
        #expect(loaded.identityCount == 2)
        #expect(loaded.summary == "2 listeners, 1 site, 1 balancer, 2 members, 2 identities")
    }

    @Test("Members without a name are numbered by their place; sockets and equals signs are no names")
    func names() throws {
        let edge = try Golden.loader.load(
            ProxyArguments(
                listenHTTP: ["127.0.0.1:0"], to: ["http://127.0.0.1:8081", "b=unix:run/b.sock", "unix:/run/a=b.sock"])
        ).edge
        #expect(edge.balancers[0].members.map(\.name) == ["node1", "b", "node3"])
        #expect(
            edge.balancers[0].members.map(\.address) == [
                .host("127.0.0.1", port: 8_081), .unix(path: "run/b.sock"), .unix(path: "/run/a=b.sock"),
            ])
        #expect(edge.balancers[0].affinity == nil)
    }

    @Test(
        "--sticky takes Apache's two names in one word",
        arguments: [
            ("JSESSIONID|jsessionid", "JSESSIONID", "jsessionid"), ("SID|s", "SID", "s"), ("SID", "SID", "sid"),
        ])
    func sticky(_ written: String, _ cookie: String, _ parameter: String) throws {
        let loaded = try Golden.loader.load(
            ProxyArguments(listenHTTP: ["127.0.0.1:0"], to: ["http://127.0.0.1:8081"], sticky: written))
        #expect(loaded.edge.balancers[0].affinity == Self.routed(cookie, parameter))
        #expect(loaded.warnings == [])
    }

    @Test("How long members are left alone can be said for all of them")
    func retry() throws {
        var arguments = ProxyArguments(listenHTTP: ["127.0.0.1:0"], to: ["http://127.0.0.1:8081"])
        #expect(try Golden.loader.load(arguments).edge.balancers[0].members[0].retryMilliseconds == 60_000)
        arguments.retry = "5s"
        #expect(try Golden.loader.load(arguments).edge.balancers[0].members[0].retryMilliseconds == 5_000)
        arguments.retry = "soon"
        #expect(throws: ConfigurationErrors.self) { try Golden.loader.load(arguments) }
    }

    private static func routed(_ cookie: String, _ parameter: String) -> AffinityConfiguration? {
        var declared = AffinityDeclaration()
        (declared.mode, declared.cookie, declared.parameter) = (.route, cookie, parameter)
        return declared.affinity
    }

    @Test("Nothing given: every flag that is missing is named")
    func nothing() throws {
        #expect(
            try errors(ProxyArguments()) == [
                "--listen: error: no address is given to listen on; add --listen 127.0.0.1:8443 with --certificates, "
                    + "or --listen-http 127.0.0.1:8080",
                "--to: error: no member is given; add --to http://127.0.0.1:8081",
            ])
        #expect(
            try errors(ProxyArguments(listen: ["127.0.0.1:8443"], to: ["http://127.0.0.1:8081"])) == [
                "--certificates: error: --listen needs a folder of certificates; "
                    + "add --certificates FOLDER, or use --listen-http"
            ])
        #expect(
            try errors(ProxyArguments(listenHTTP: ["127.0.0.1:80"], certificates: "certs", to: ["http://127.0.0.1:81"]))
                == ["--certificates: error: no listener speaks TLS; add --listen ADDRESS"])
    }

    @Test("A member of AJP can be named, and one of FastCGI needs a file")
    func records() throws {
        let edge = try Golden.loader.load(ProxyArguments(listenHTTP: ["127.0.0.1:0"], to: ["ajp://127.0.0.1"])).edge
        #expect(edge.balancers[0].members[0].speaks == .ajp)
        let seen = try errors(ProxyArguments(listenHTTP: ["127.0.0.1:0"], to: ["php=fcgi+unix:/run/php-fpm.sock"]))
        #expect(
            seen == [
                "--to: error: member php speaks FastCGI, and no flag says where its scripts are; write a file with "
                    + "fastcgi: /var/www/html beside its members, and give that to martlet run"
            ])
    }

    @Test("Each error names its flag and what was found, all in one run")
    func faults() throws {
        let seen = try errors(
            ProxyArguments(
                listen: ["localhost:8443", "127.0.0.1:8080"], listenHTTP: ["127.0.0.1:8080", ":80"],
                certificates: "broken-certs/",
                to: [
                    "https://127.0.0.1:1", "a b=http://127.0.0.1:2", "node1=http://127.0.0.1:3", "=http://127.0.0.1:4",
                    "",
                ],
                sticky: "a b"))
        #expect(
            seen == [
                "--to: error: there are two members called \"node1\"; write --to NAME=URL with another name",
                "--certificates: error: broken-certs/a.pem: no private key in it and no a.key beside it",
                "--certificates: error: broken-certs/b.crt: the key is not that of the certificate",
                "--listen: error: \"localhost:8443\" names no IP address; write 127.0.0.1:8443",
                "--listen-http: error: 127.0.0.1:8080 is listened on already, at --listen; "
                    + "take one of the two listeners away",
                "--listen-http: error: \":80\" has no address in front of its port; "
                    + "write \"[::]:80\" for all addresses",
                "--sticky: error: \"a b\" has the character \" \", which no cookie's name has",
                "--sticky: error: \"a b\" has the character \" \", which no parameter's name has",
                "--to: error: \"https://127.0.0.1:1\" asks for TLS to the member, "
                    + "which this version does not have yet; write http://127.0.0.1:1 with the port of its cleartext",
                "--to: error: \"a b\" is no name: expected a name of letters, digits, \"_\", \".\" and \"-\"",
                "--to: error: \"\" is empty: expected a name of letters, digits, \"_\", \".\" and \"-\"",
                "--to: error: expected a URL such as http://10.0.0.11:8080, h2c://10.0.0.11:50051, "
                    + "unix:/run/app.sock, fcgi://10.0.0.11:9000, fcgi+unix:/run/php/php8.2-fpm.sock "
                    + "or ajp://10.0.0.11:8009, found \"\"",
            ])
    }
}
