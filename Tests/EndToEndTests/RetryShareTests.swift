import Foundation
import Testing

extension EndToEnd {
    /// How many requests members get on top when all of them fail, as their own logs count them.
    @Suite("Share of retries")
    struct RetryShareTests {
        private static let (threads, perSecond, seconds) = (8, 50, 12)

        /// What all members do with each request.
        enum Fault: String, CaseIterable {
            /// They answer that they cannot.
            case answers503 = "return 503;"
            /// They end the connection without a word (nginx's own status for that).
            case ends = "return 444;"
        }

        /// What members were given in a second.
        private struct Second {
            var requests = 0
            var retries = 0
        }

        @Test(
            "with all members failing retries stay under 20 % of requests in each second", .timeLimit(.minutes(1)),
            arguments: Fault.allCases)
        func share(fault: Fault) throws {
            let folder = try TemporaryFolder()
            let logs = (1...3).map { "\(folder.path)/hits\($0).log" }
            let members = try logs.map { log in
                try Nginx(server: "access_log \(log) combined; location / { \(fault.rawValue) }")
            }
            var text = EdgeText(before: members.map(\.endpoint))
            text.memberKeys = "retry: 1s"
            text.balancer = ["retry-on: [503]"]
            let martlet = try MartletProcess.run(text.text, in: folder)
            let statuses = try ask(martlet)
            #expect(Set(statuses).isSubset(of: [502, 503]) && statuses.count == Self.threads * Self.count)

            let seconds = try Self.seconds(in: logs.flatMap { try Self.lines(of: $0) })
            let requests = seconds.reduce(0) { $0 + $1.requests }
            let retries = seconds.reduce(0) { $0 + $1.retries }
            #expect(requests == statuses.count && retries * 5 <= requests, "\(retries) of \(requests)")
            // Within the first second members are found out to be ill. The seconds of logs are not those that a worker
            // counts in, so a twentieth more is let pass.
            for index in seconds.indices.dropFirst() {
                let busiest = seconds[max(0, index - 10)...index].map(\.requests).max() ?? 0
                #expect(seconds[index].retries * 100 <= busiest * 21, "second \(index): \(seconds)")
            }
            #expect(retries * 10 > requests, "they were sent anew: \(retries) of \(requests)")
        }

        private static var count: Int { perSecond * seconds }

        /// Asks so many times a second, each time for a path of its own; returns the statuses.
        private func ask(_ martlet: MartletProcess) throws -> [Int] {
            let begin = Clock.now
            let statuses = try inParallel(Self.threads, threads: Self.threads) { thread in
                var client = try RawClient(martlet.cleartext)
                return try (0..<Self.count).map { number in
                    Clock.wait(until: begin + Double(number) / Double(Self.perSecond))
                    let answer = try client.get("/\(thread)-\(number)")
                    if answer["Connection"] == "close" { client = try RawClient(martlet.cleartext) }
                    return answer.status
                }
            }
            return statuses.flatMap { $0 }
        }

        private static func lines(of log: String) throws -> [Substring] {
            try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        }

        /// Counts lines as `… [01/Dec/2026:00:19:34 +0000] "GET /3-17 HTTP/1.1" …`: the first of a path is the request,
        /// the others are retries.
        private static func seconds(in lines: [Substring]) throws -> [Second] {
            let hits = try lines.map { line in
                guard let match = line.firstMatch(of: #/\[(\S+) \S+\] "GET (\S+) /#) else {
                    throw HarnessError("no hit: \(line)")
                }
                return (time: String(match.1), path: String(match.2))
            }
            // Of one day, so that texts stand in the order of times.
            var seen: Set<String> = []
            var seconds: [String: Second] = [:]
            for hit in hits.sorted(by: { $0.time < $1.time }) {
                if seen.insert(hit.path).inserted {
                    seconds[hit.time, default: Second()].requests += 1
                } else {
                    seconds[hit.time, default: Second()].retries += 1
                }
            }
            return seconds.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
