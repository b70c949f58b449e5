import Foundation
import Testing

extension EndToEnd {
    /// mod_proxy_balancer itself and Martlet, side by side before the same members.
    @Suite("Beside Apache")
    struct ApacheTests {
        /// Members a to f that say who they are, and ports at which nobody listens.
        private final class Members: Sendable {
            let ports: ApachePorts
            /// Who has got a request that is held, by its query.
            private let held = Monitor([String: String]())
            private let released = Monitor(Set<String>())
            private let reserved: [Int32]

            init() throws {
                var (ports, reserved) = (ApachePorts(), [Int32]())
                let (held, released) = (held, released)
                for name in ["a", "b", "c", "d", "e", "f"] {
                    let member = try RecordingMember { connection in
                        try connection.answerEach { request in
                            let query = String(request.target.split(separator: "?").last ?? "")
                            if query.hasPrefix("hold") {
                                held.withLock { $0[query] = name }
                                _ = released.wait(seconds: 60) { $0.contains(query) ? true : nil }
                            }
                            let count = query.hasPrefix("bytes=") ? Int(query.dropFirst(6)) ?? 0 : 0
                            let text = name + String(repeating: " ", count: count)
                            guard query.hasPrefix("status=") else { return Answer.ok(text) }
                            return "HTTP/1.1 \(query.dropFirst(7)) X\r\nContent-Length: 1\r\n\r\n\(name)"
                        }
                    }
                    ports.alive[name] = member.endpoint.port
                    // Bound, so that nobody else gets it, but not listening.
                    let (descriptor, bound) = try SocketAddress.bind(at: .ipv4(port: 0))
                    reserved.append(descriptor)
                    ports.dead[name] = bound.port
                }
                self.ports = ports
                self.reserved = reserved
            }

            deinit { for descriptor in reserved { close(descriptor) } }

            func owner(of query: String) -> String? { held.wait(seconds: 10) { $0[query] } }

            func release(_ query: String) { released.withLock { _ = $0.insert(query) } }
        }

        /// Who answers the requests of a scenario, one after the other; a status where nobody did.
        private static func answers(
            of scenario: ApacheScenario, at endpoint: Endpoint, path: String, server: String, members: Members
        ) throws -> String {
            var client = try RawClient(endpoint)
            var found: [String] = []
            var held: [(query: String, client: RawClient)] = []
            for (index, word) in scenario.requests.enumerated() {
                if word == "hold" {
                    let query = "hold.\(server).\(path).\(index)"
                    let other = try RawClient(endpoint)
                    try other.send("GET /\(path)/x?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
                    found.append(members.owner(of: query) ?? "nobody")
                    held.append((query, other))
                } else {
                    let (target, fields) = request(word)
                    // Apache counts an exchange as ended after its answer, but before the connection's end.
                    let close = server == "apache" ? "Connection: close\r\n" : ""
                    let answer = try client.get("/\(path)/x\(target)", fields: fields + close)
                    let name = answer.text.trimmingCharacters(in: .whitespaces)
                    found.append(name.count == 1 ? name : "\(answer.status)")
                    if answer["Connection"]?.lowercased() == "close" {
                        #expect(client.ends())
                        client = try RawClient(endpoint)
                    }
                }
            }
            for (query, client) in held {
                members.release(query)
                _ = try client.response()
            }
            return found.joined(separator: " ")
        }

        private static func request(_ word: String) -> (target: String, fields: String) {
            if word.hasPrefix("+") { return ("?bytes=\(word.dropFirst())", "") }
            if word.hasPrefix("!") { return ("?status=\(word.dropFirst())", "") }
            if word.hasPrefix("@") {
                let parts = word.dropFirst().split(separator: "|", omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? "Cookie: \(parts[1])\r\n" : "")
            }
            var (target, fields) = ("", "")
            for part in word.split(separator: ",") where part != "-" {
                switch part.first {
                case ";": target += ";jsessionid=s.\(part.dropFirst())"
                case "?": target += "?jsessionid=s.\(part.dropFirst())"
                default: fields += "Cookie: JSESSIONID=s.\(part)\r\n"
                }
            }
            return (target, fields)
        }

        @Test("each request of the table goes to the same member", .timeLimit(.minutes(3)))
        func table() throws {
            let scenarios = ApacheScenario.all
            #expect(scenarios.count >= 200)
            let members = try Members()
            let names = scenarios.indices.map { "s\($0)" }
            let apache = try Apache(
                zip(scenarios, names).map { $0.apache($1, ports: members.ports) }.joined(separator: "\n"))
            let text = """
                listeners:
                  - address: "127.0.0.1:0"
                workers: 1
                sites:
                  - paths: { \(names.map { "/\($0): \($0)" }.joined(separator: ", ")) }
                balancers:
                \(zip(scenarios, names).map { $0.martlet($1, ports: members.ports) }.joined(separator: "\n"))
                """
            let martlet = try MartletProcess.run(text, in: TemporaryFolder())
            for (scenario, name) in zip(scenarios, names) {
                let theirs = try Self.answers(
                    of: scenario, at: apache.endpoint, path: name, server: "apache", members: members)
                let ours = try Self.answers(
                    of: scenario, at: martlet.cleartext, path: name, server: "martlet", members: members)
                let expected = scenario.difference?.answers ?? theirs
                if ours != expected || scenario.difference?.answers == theirs {
                    Issue.record("\(scenario.text)\nApache  \(theirs)\nMartlet \(ours)")
                }
            }
        }
    }
}
