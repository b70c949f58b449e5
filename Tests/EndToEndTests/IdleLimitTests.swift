import Foundation
import Testing

extension EndToEnd {
    /// Connections to an nginx are closed before it closes them: where it says when, and where it has shown it.
    @Suite("Idle limits of members")
    struct IdleLimitTests {
        /// Who has closed the connections to a port of 127.0.0.1 that are over: the kernel remembers them at that end.
        private struct Closed {
            /// Those that are open.
            var open = 0
            /// Those that the member has closed first, and those that Martlet has.
            var byMember = 0
            var byMartlet = 0

            init(port: Int) throws {
                let mark = ":" + String(format: "%04X", port)
                for line in try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard words.count > 3 else { continue }
                    let (isMember, isMartlet) = (words[1].hasSuffix(mark), words[2].hasSuffix(mark))
                    switch words[3] {
                    case "06": (byMember, byMartlet) = (byMember + (isMember ? 1 : 0), byMartlet + (isMartlet ? 1 : 0))
                    case "0A": break
                    default: open += isMember || isMartlet ? 1 : 0
                    }
                }
            }
        }

        @Test(
            "keepalive_timeout of 1 s", .timeLimit(.minutes(1)),
            arguments: [("keepalive_timeout 1s 1s;", 0), ("keepalive_timeout 1s;", 2)])
        func limit(setting: String, learning: Int) throws {
            let nginx = try Nginx.atPort(server: "\(setting) location / { return 200 ok; }")
            var text = EdgeText(nginx.endpoint)
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            for number in 0...learning {
                #expect(try RawClient(martlet.cleartext).get().text == "ok")
                let deadline = Clock.now + 10
                var closed = try Closed(port: nginx.endpoint.port)
                while closed.open > 0, Clock.now < deadline {
                    Clock.wait(until: Clock.now + 0.02)
                    closed = try Closed(port: nginx.endpoint.port)
                }
                #expect(closed.byMember == min(number + 1, learning), "\(closed)")
                #expect(closed.byMartlet == (number < learning ? 0 : 1), "\(closed)")
            }
        }
    }
}
