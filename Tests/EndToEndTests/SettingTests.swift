import Foundation
import Testing

extension EndToEnd {
    /// Settings whose rules are tested in process: here each goes once from the file to the wire.
    @Suite("Settings on the wire")
    struct SettingTests {
        /// What is declared, and what member and client see of one request.
        struct Setting: Sendable, CustomTestStringConvertible {
            let testDescription: String
            var paths = "/: shop"
            var affinity = "{ cookie: SID }"
            var balancer: [String] = []
            var cookie = ""
            /// Lines of the head that the member gets; `MEMBER` is its address.
            var told: [String] = []
            /// Lines of the head that the client gets.
            var answered: [String] = []
        }

        static let settings = [
            Setting(
                testDescription: "to, reverse-mapping",
                paths: "/shop: { balancer: shop, to: /app, reverse-mapping: true }",
                told: ["GET /app/x HTTP/1.1", "Host: shop.example.com"],
                answered: ["Location: /shop/y", "Set-Cookie: SID=abc; Path=/shop"]),
            Setting(
                testDescription: "preserve-host", paths: "/: { balancer: shop, preserve-host: false }",
                told: ["Host: MEMBER", "X-Forwarded-Host: shop.example.com"]),
            Setting(
                testDescription: "preserve-host: a name",
                paths: "/: { balancer: shop, preserve-host: app.internal, reverse-mapping: true }",
                told: ["Host: app.internal", "X-Forwarded-Host: shop.example.com"]),
            Setting(
                testDescription: "facts", balancer: ["facts: true"], cookie: "SID=s.node1",
                told: ["X-Balancer-Name: shop", "X-Balancer-Worker-Name: node1", "X-Balancer-Session-Route: node1"]),
            Setting(
                testDescription: "buddy-field", balancer: ["failover: buddy", "buddy-field: X-Buddy"],
                cookie: "SID=s.node1", told: ["x-buddy: node2"]),
            Setting(
                testDescription: "mode prefix", affinity: "{ mode: prefix, cookie: SID }", cookie: "SID=node1~abc",
                told: ["Cookie: SID=abc"], answered: ["Set-Cookie: SID=node1~abc; Path=/app"]),
            Setting(
                testDescription: "mode insert, follow", affinity: "{ mode: insert, follow: SID, same-site: strict }",
                cookie: "a=b; MARTLET_shop=node1; SID=abc", told: ["Cookie: a=b; SID=abc"],
                answered: ["Set-Cookie: MARTLET_shop=node1; Path=/app; HttpOnly; SameSite=Strict"]),
        ]

        @Test("a setting, and what it does to a request and its answer", .timeLimit(.minutes(1)), arguments: settings)
        func wire(_ setting: Setting) throws {
            let members = try (0..<2).map { _ in
                try RecordingMember { connection in
                    try connection.answerEach { _ in
                        Answer.ok("x", fields: "Location: /app/y\r\nSet-Cookie: SID=abc; Path=/app\r\n")
                    }
                }
            }
            var text = EdgeText(before: members.map(\.endpoint), affinity: setting.affinity)
            (text.paths, text.balancer) = (setting.paths, setting.balancer)
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let target = setting.paths.hasPrefix("/shop") ? "/shop/x" : "/x"
            let fields = setting.cookie.isEmpty ? "" : "Cookie: \(setting.cookie)\r\n"
            let answer = try RawClient(martlet.cleartext).get(target, host: "shop.example.com", fields: fields)
            #expect(answer.status == 200 && answer.text == "x")
            let request = try #require(members.flatMap(\.requests).first)
            let address = members[0].requests.isEmpty ? members[1].endpoint : members[0].endpoint
            for line in setting.told.map({ $0.replacing("MEMBER", with: "\(address)") }) {
                #expect(("\r\n" + request.headText).contains("\r\n\(line)\r\n"), "\(request.headText)")
            }
            for line in setting.answered {
                #expect(answer.headText.contains("\r\n\(line)\r\n"), "\(answer.headText)")
            }
        }

        @Test(
            "preserve-host: false, and a name, before members of HTTP/2", .timeLimit(.minutes(1)),
            arguments: ["false", "app.internal"])
        func preserveHostOverHTTP2(host: String) throws {
            let member = try HTTP2Member()
            var text = EdgeText(member.endpoint)
            (text.paths, text.scheme) = ("/: { balancer: shop, preserve-host: \(host) }", "h2c")
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let answer = try RawClient(martlet.cleartext).get("/echo")
            #expect(answer.text.contains(host == "false" ? "127.0.0.1:\(member.endpoint.port)" : host))
        }
    }
}
