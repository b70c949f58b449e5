import Foundation
import Testing

extension EndToEnd {
    /// What a site's path and `facts` change in the messages that pass.
    @Suite("Paths of a site")
    struct SitePathTests {
        private func start(
            _ endpoints: [Endpoint], path: String = "/: shop", balancer: [String] = [], host: String? = nil,
            affinity: String? = "{ cookie: SID }", scheme: String = "http"
        ) throws -> MartletProcess {
            var text = EdgeText(affinity: affinity)
            text.members = endpoints.enumerated().map { ("node\($0.offset + 1)", $0.element) }
            text.paths = path
            text.host = host
            text.balancer = balancer
            text.scheme = scheme
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        @Test("preserve-host: members get the client's host, or each its own", .timeLimit(.minutes(1)))
        func preserveHost() throws {
            let member = try RecordingMember(answering: "x")
            let (descriptor, refusing) = try SocketAddress.bind(at: .ipv4(port: 0))
            defer { close(descriptor) }
            let preserving = try start([member.endpoint])
            #expect(try RawClient(preserving.cleartext).get().text == "x")
            let replacing = try start(
                [refusing, member.endpoint], path: "/: { balancer: shop, preserve-host: false }")
            let client = try RawClient(replacing.cleartext)
            // The first member is tried first, and the head is written anew for the second.
            try client.send("POST /a HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try client.response(to: "POST").text == "x")
            let hosts = member.requests.map { $0.all("Host") }
            #expect(hosts == [["shop.example.com"], ["127.0.0.1:\(member.endpoint.port)"]])
            #expect(member.requests.last?.text == "hello")
            #expect(member.requests.last?["X-Forwarded-Host"] == "shop.example.com")
        }

        @Test("preserve-host: false before members of HTTP/2", .timeLimit(.minutes(1)))
        func preserveHostOverHTTP2() throws {
            let member = try HTTP2Member()
            let martlet = try start(
                [member.endpoint], path: "/: { balancer: shop, preserve-host: false }", scheme: "h2c")
            let answer = try RawClient(martlet.cleartext).get("/echo")
            #expect(answer.text.contains("127.0.0.1:\(member.endpoint.port)"))
        }

        @Test("facts: members are told what was decided, and clients cannot say it", .timeLimit(.minutes(1)))
        func facts() throws {
            let member = try RecordingMember(answering: "x")
            let (descriptor, refusing) = try SocketAddress.bind(at: .ipv4(port: 0))
            defer { close(descriptor) }
            let martlet = try start([refusing, member.endpoint], balancer: ["facts: true"])
            let client = try RawClient(martlet.cleartext)
            let forged = "X-Balancer-Name: forged\r\nx_balancer_worker_route: forged\r\n"
            for route in ["node1", "node2"] {
                #expect(try client.get(fields: "Cookie: SID=s.\(route)\r\n" + forged).text == "x")
            }
            #expect(try client.get().text == "x")
            let told = member.requests.map { request in
                request.fields.filter { $0.name.lowercased().hasPrefix("x") && $0.name.contains("alancer") }
                    .map { "\($0.name.dropFirst(11)): \($0.value)" }
            }
            let always = ["Name: shop", "Worker-Name: node2", "Worker-Route: node2", "Session-Sticky: SID"]
            #expect(
                told == [
                    always + ["Session-Route: node1", "Route-Changed: 1"], always + ["Session-Route: node2"],
                    always + ["Route-Changed: 1"],
                ])
        }
    }
}
