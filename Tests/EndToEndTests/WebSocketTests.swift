import Foundation
import Testing

extension EndToEnd {
    /// WebSocket through the tunnel, frame by frame, before a member that is strict about it.
    @Suite("WebSocket")
    struct WebSocketTests {
        /// What is below the WebSocket.
        enum Transport: String, CaseIterable, CustomTestStringConvertible {
            case http1 = "HTTP/1.1 in cleartext"
            case http1TLS = "HTTP/1.1 over TLS"
            case http2 = "HTTP/2 in cleartext"
            case http2TLS = "HTTP/2 over TLS"

            var testDescription: String { rawValue }
            var isTLS: Bool { self == .http1TLS || self == .http2TLS }
            var isHTTP2: Bool { self == .http2 || self == .http2TLS }

            /// Arguments of scripts that take a transport.
            func arguments(_ martlet: MartletProcess, authority: String) -> [String] {
                ["--connect", "\(isTLS ? martlet.tls : martlet.cleartext)", "--over", isHTTP2 ? "http2" : "http1"]
                    + (isTLS ? ["--ca", authority] : [])
            }

            /// Martlet at such a listener.
            func start(
                _ members: [Endpoint], affinity: String? = nil, settings: [String] = [], in folder: TemporaryFolder
            ) throws -> MartletProcess {
                let text = EdgeText(
                    before: members, listeners: isTLS ? .tls : .prior, affinity: affinity, settings: settings)
                return try MartletProcess.run(text.text, in: folder)
            }
        }

        @Test("every frame passes as it is", .timeLimit(.minutes(2)), arguments: Transport.allCases)
        func cases(transport: Transport) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try WebSocketMember(deflates: true)
            // What passes through a tunnel is no content, so the limit on that is none on it.
            let martlet = try transport.start(
                [member.endpoint], settings: ["limits: { request-body: 1KiB }"], in: folder)
            let script = try PythonScript.start(
                "websocket_cases.py", transport.arguments(martlet, authority: certificates.authority))
            let ending = try script.waitForEnd(seconds: 100)
            let lines = script.output.lines
            #expect(ending == .exited(0), "\(script.errors.text)")
            #expect(lines.count == (transport.isHTTP2 ? 80 : 79))
            #expect(lines.filter { !$0.hasPrefix("ok ") } == [])
            let ends = try member.waitForEnds(80)
            // A client that is gone ends the member's connection without a word; one that closes is heard.
            #expect(ends.filter { $0.contains("/abort") }.map { $0.split(separator: " ")[3] } == ["1006"])
            #expect(ends.contains { $0.hasSuffix(" 3999 reason") })
            #expect(ends.contains { $0.contains(" 1005 ") || $0.hasSuffix(" 1005") })
            #expect(martlet.process.isRunning, "\(martlet.log)")
        }

        @Test(
            "a library on both sides", .timeLimit(.minutes(2)),
            arguments: Transport.allCases.filter { !$0.isHTTP2 })
        func library(transport: Transport) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let martlet = try transport.start([try WebSocketMember(deflates: true).endpoint], in: folder)
            let script = try PythonScript.start(
                "websocket_library.py",
                ["--connect", "\(transport.isTLS ? martlet.tls : martlet.cleartext)"]
                    + (transport.isTLS ? ["--ca", certificates.authority] : []))
            #expect(try script.waitForEnd(seconds: 100) == .exited(0), "\(script.errors.text)")
            let cases = [
                "compressed", "uncompressed", "fragmented", "pings", "close", "close_by_the_member",
                "abort_by_the_member", "many",
            ]
            #expect(script.output.lines == cases.map { "ok \($0)" })
        }

        @Test("the cookie of the handshake chooses the member", .timeLimit(.minutes(1)), arguments: Transport.allCases)
        func affinity(transport: Transport) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let members = try ["node1", "node2", "node3"].map { try WebSocketMember(name: $0) }
            for mode in ["insert", "{ cookie: JSESSIONID }"] {
                let martlet = try transport.start(members.map(\.endpoint), affinity: mode, in: folder)
                let script = try PythonScript.start(
                    "websocket_affinity.py",
                    transport.arguments(martlet, authority: certificates.authority)
                        + (mode == "insert" ? [] : ["--route", "JSESSIONID"]))
                #expect(try script.waitForEnd(seconds: 30) == .exited(0), "\(script.errors.text)")
                #expect(script.output.lines == ["ok node1", "ok node2", "ok node3"])
            }
        }
    }
}
