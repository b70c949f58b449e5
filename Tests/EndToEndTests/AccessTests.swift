import Foundation
import Testing

extension EndToEnd {
    /// Rules that keep clients out, as curl meets them.
    @Suite("Access", .timeLimit(.minutes(1)))
    struct AccessTests {
        private static let versions = ["--http1.1", "--http2-prior-knowledge"]
        /// Ways to say which host is asked for: `Host`, and `:authority` over HTTP/2.
        private static let hosts = [
            "shop.example.com", "SHOP.Example.com", "shop.example.com.", "shop.example.com:443", "Shop.example.com.:80",
        ]
        /// What a stranger says of himself.
        private static let forged = [
            "X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1", "Forwarded: for=10.0.0.1", "X-Original-URL: /",
        ]

        @Test("a closed path is closed however it and its host are written", arguments: versions)
        func spellings(version: String) throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "hello")
            var text = EdgeText(member.endpoint, listeners: .prior)
            text.host = "shop.example.com"
            text.paths = "/: shop, /admin: { balancer: shop, allow: 10.0.0.0/8 }"
            var curl = try Curl(to: MartletProcess.run(text.text, in: folder))
            curl.version = version
            for host in Self.hosts {
                let fields = (["Host: \(host)"] + Self.forged).flatMap { ["--header", $0] }
                func status(_ path: String) throws -> Int { try curl.head(path, ["--path-as-is"] + fields).status }
                #expect(try status("/") == 200, "\(host)")
                for path in ["/admin", "/admin/x", "/%61dmin"] {
                    #expect(try status(path) == 403, "\(path) of \(host)")
                }
                for path in [
                    "//admin", "/./admin", "/%2e/admin", "/x/../admin", "/x/%2E%2e/admin", "/admin;x", "/admin%2F",
                    "/admin%5C", "/x\\..\\admin", "/ADMIN",
                ] {
                    #expect(try status(path) == 400, "\(path) of \(host)")
                }
            }
            #expect(member.requests.map(\.target) == Self.hosts.map { _ in "/" })
        }

        @Test("a rate by a cookie counts each of its values by itself", arguments: versions)
        func cookies(version: String) throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "hello")
            var text = EdgeText(member.endpoint, listeners: .prior)
            text.paths = "/: { balancer: shop, rate-limit: { rate: 1/h, by: { cookie: SID } } }"
            var curl = try Curl(to: MartletProcess.run(text.text, in: folder))
            curl.version = version
            func ask(_ value: String) throws -> WireMessage { try curl.head("/", ["--cookie", "a=b; SID=\(value)"]) }
            #expect(try ask("one").status == 200)
            let refused = try ask("one")
            #expect(refused.status == 429)
            #expect((1...3600).contains(refused["Retry-After"].flatMap { Int($0) } ?? 0))
            #expect(try ask("two").status == 200)
            #expect(member.requests.count == 2)
        }
    }
}
