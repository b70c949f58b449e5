import Foundation
import Testing

extension EndToEnd {
    /// gRPC from end to end, with grpcio at both.
    @Suite("gRPC")
    struct GRPCTests {
        /// A Martlet before a gRPC server, for clients over TLS and in cleartext.
        private struct Stage {
            let member: ChildProcess
            let martlet: MartletProcess
            let authority: String

            init(port: Int? = nil, settings: String = "") throws {
                member = try PythonScript.start("grpc_member.py", [])
                let line = try member.output.wait(for: "listening ")
                let folder = try TemporaryFolder()
                let certificates = try Certificates.forShop(in: folder)
                authority = certificates.authority
                let text = """
                    listeners:
                      - address: "127.0.0.1:0"
                        protocols: [h2c, http/1.1]
                      - address: "127.0.0.1:0"
                        tls: { certificates: certs/ }
                    sites:
                      - paths: { /t.T: calls }
                    balancers:
                      calls: { members: { node1: "h2c://127.0.0.1:\(port ?? Int(line.dropFirst(10)) ?? 0)" } }
                    \(settings)
                    """
                martlet = try MartletProcess.run(text, in: folder)
            }

            func client(_ cases: String..., overTLS: Bool = false) throws -> ChildProcess {
                let place =
                    overTLS
                    ? ["--connect", "\(martlet.tls)", "--ca", authority] : ["--connect", "\(martlet.cleartext)"]
                return try PythonScript.start("grpc_client.py", place + cases)
            }
        }

        private static func expectAllRight(_ client: ChildProcess, _ count: Int) throws {
            #expect(try client.waitForEnd(seconds: 50) == .exited(0), "\(client.errors.text)")
            #expect(client.output.lines.filter { $0.hasPrefix("ok ") }.count == count, "\(client.output.text)")
        }

        @Test(
            "unary calls, streams in both directions, trailers, failures", .timeLimit(.minutes(1)),
            arguments: [false, true])
        func calls(overTLS: Bool) throws {
            let stage = try Stage()
            try Self.expectAllRight(
                stage.client("unary", "many", "large", "down", "up", "both", "fail", "unknown", overTLS: overTLS), 8)
        }

        @Test("a deadline ends the call at the member too", .timeLimit(.minutes(1)))
        func deadline() throws {
            let stage = try Stage()
            try Self.expectAllRight(stage.client("deadline"), 1)
            try stage.member.output.wait(for: "waiting 1")
            try stage.member.output.wait(for: "cancelled deadline")
        }

        @Test(
            "a deadline holds where the answer would be late, and a call without one may wait",
            .timeLimit(.minutes(1)))
        func patience() throws {
            let stage = try Stage(settings: "timeouts: { answer: 300ms, body: 300ms }")
            let client = try stage.client("cancel")
            try stage.member.output.wait(for: "waiting ")
            // Twice as long as an ordinary exchange may be silent.
            try Self.expectAllRight(stage.client("deadline"), 1)
            try client.write("\n")
            try Self.expectAllRight(client, 1)
            try stage.member.output.wait(for: "cancelled cancel")
        }

        @Test("a call whose client was slow for a while may be silent afterwards", .timeLimit(.minutes(1)))
        func silence() throws {
            let member = try HTTP2Member()
            var text = EdgeText(member.endpoint, listeners: .prior, settings: ["timeouts: { body: 1s }"])
            text.scheme = "h2c"
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let client = try PythonScript.start("grpc_silence.py", ["--connect", "\(martlet.cleartext)"])
            #expect(try client.waitForEnd(seconds: 40) == .exited(0), "\(client.errors.text)")
        }

        @Test("a cancelled call is cancelled at the member", .timeLimit(.minutes(1)), arguments: [false, true])
        func cancel(overTLS: Bool) throws {
            let stage = try Stage()
            let client = try stage.client("cancel", "unary", overTLS: overTLS)
            try stage.member.output.wait(for: "waiting ")
            try client.write("\n")
            try Self.expectAllRight(client, 2)
            try stage.member.output.wait(for: "cancelled cancel")
        }

        @Test("Martlet's own answers are gRPC's, and counted by what they say there", .timeLimit(.minutes(1)))
        func refusals() throws {
            let stage = try Stage(port: FreePort.choose(), settings: "metrics: 127.0.0.1:0")
            try Self.expectAllRight(stage.client("unavailable"), 1)
            let page = try MeteredMartlet.get("/metrics", at: MeteredMartlet.metrics(of: stage.martlet)).text
            let requests = "martlet_requests_total{balancer=\"calls\",code="
            #expect(page.contains("\(requests)\"2xx\"} 0\n") && !page.contains("\(requests)\"5xx\"} 0\n"))
        }
    }
}
