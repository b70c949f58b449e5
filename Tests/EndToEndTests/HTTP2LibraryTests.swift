import Foundation
import Testing

extension EndToEnd {
    /// Clients' libraries for HTTP/2, each with a way of its own to use streams and windows.
    @Suite("HTTP/2: libraries")
    struct HTTP2LibraryTests {
        /// A library, with the script that uses it.
        enum Library: String, CaseIterable, CustomTestStringConvertible {
            case h2, httpx, java, node

            var testDescription: String { rawValue }

            /// The cases of the script.
            var cases: [String] {
                let common = [
                    "get", "head", "parallel", "post", "upload", "upload_of_unknown_length", "download",
                    "uploads_and_downloads", "cancel", "crumbs", "affinity", "gzip",
                ]
                return switch self {
                case .h2, .node: common + ["trailers", "hints"]
                case .httpx: common
                case .java: common + ["hints", "expects"]
                }
            }

            func start(_ endpoint: Endpoint, authority: String, pattern: String) throws -> ChildProcess {
                let url = "https://localhost:\(endpoint.port)"
                return switch self {
                case .h2:
                    try PythonScript.start(
                        "http2_h2.py", ["--connect", "\(endpoint)", "--ca", authority, "--pattern", pattern])
                case .httpx:
                    try PythonScript.start("http2_httpx.py", ["--url", url, "--ca", authority, "--pattern", pattern])
                case .java:
                    try ChildProcess(
                        Tool.java.path(),
                        ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
                            + [PythonScript.path("HTTP2Client.java"), url, authority, pattern])
                case .node:
                    try ChildProcess(
                        Tool.node.path(), [PythonScript.path("http2_client.js"), url, authority, pattern])
                }
            }
        }

        @Test(
            "many streams, large contents both ways, a stream given up, cookies in crumbs, affinity",
            .timeLimit(.minutes(3)), arguments: Library.allCases)
        func library(_ library: Library) throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let members = [try Origin.start("node1"), try Origin.start("node2")]
            let text = EdgeText(members[0].endpoint, members[1].endpoint, listeners: .tls, affinity: "insert")
            let martlet = try MartletProcess.run(text.text, in: folder)
            let pattern = try folder.write(Pattern.bytes(10_000_000), to: "pattern")
            let client = try library.start(martlet.tls, authority: certificates.authority, pattern: pattern)
            #expect(try client.waitForEnd(seconds: 150) == .exited(0), "\(client.errors.text)")
            #expect(client.output.lines == library.cases.map { "ok \($0)" })
            // The stream that was given up has freed its member's connection.
            for member in members {
                #expect(
                    member.wait { connections in
                        connections.allSatisfy { $0.hasEnded || $0.requests.last?.target != "/endless" }
                    })
            }
        }
    }
}
