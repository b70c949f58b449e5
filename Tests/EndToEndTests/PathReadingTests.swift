import Foundation
import Testing

extension EndToEnd {
    /// A path is given to a balancer only where real servers, whatever they make of it, find it in a place of that
    /// balancer.
    @Suite("Paths as real servers read them")
    struct PathReadingTests {
        @Test("the table has 704 paths, each once, of which 291 are given to a balancer")
        func count() {
            let rows = PathKind.all.flatMap(\.rows)
            let targets = Set(rows.map(\.target))
            let acceptedCount = rows.filter { !$0.isRefused }.count
            #expect(targets.count == rows.count && rows.count == 704)
            #expect(acceptedCount == 291)
        }

        @Test("no server answers for a place that its balancer does not own", .timeLimit(.minutes(4)))
        func behindMartlet() throws {
            let servers = try PlaceServer.startAll()
            let martlet = try MartletProcess.run(Self.configuration(servers), in: TemporaryFolder())
            var faults: [String] = []
            for (index, server) in servers.enumerated() {
                var client = PersistentClient(martlet.cleartext)
                var answeredCount = 0
                for kind in PathKind.all {
                    for row in kind.rows {
                        let answer = try client.get(row.target(at: Self.host(index)), host: Self.host(index))
                        if answer.isSuccess { answeredCount += 1 }
                        guard let fault = Self.fault(in: answer, to: row, of: index) else { continue }
                        faults.append("\(row.target) \(fault) [\(server.name)] \(kind.name)")
                    }
                }
                // The others are refused by the server itself.
                #expect(answeredCount >= 250, "\(server.name)")
            }
            if !faults.isEmpty { Issue.record("\(faults.count) faults:\n\(faults.joined(separator: "\n"))") }
        }

        @Test("without Martlet, each is deceived by many of the paths that are refused", .timeLimit(.minutes(4)))
        func withoutMartlet() throws {
            let rows = PathKind.all.flatMap(\.rows).filter(\.isRefused)
            var harmless = Set(rows.map(\.target))
            for server in try PlaceServer.startAll() {
                var client = PersistentClient(server.endpoint)
                var deceivedCount = 0
                for row in rows {
                    let answer = try client.get(row.sent, host: "shop.example.com")
                    guard answer.isSuccess, let place = answer["X-Place"], !row.balancer.places.contains(place) else {
                        continue
                    }
                    deceivedCount += 1
                    harmless.remove(row.target)
                }
                #expect(deceivedCount >= server.deceivedCountMin, "\(server.name)")
            }
            // Refused for readings that none of these has: chains of other servers, and who stands before Martlet.
            #expect(harmless.count <= 18, "\(harmless.sorted())")
        }

        // MARK: - The site

        /// Each server is the one member of four balancers, of a site of its own.
        private static func configuration(_ servers: [PlaceServer]) -> String {
            let sites: [String] = servers.indices.map { index in
                """
                  - host: \(host(index))
                    paths:
                      /: app-\(index)
                      /admin: admin-\(index)
                      /.well-known/acme-challenge: acme-\(index)
                      /pub: { balancer: pub-\(index), to: /inner }
                """
            }
            let balancers: [String] = servers.enumerated().flatMap { index, server -> [String] in
                PathKind.Balancer.allCases.map { balancer in
                    """
                      \(balancer.rawValue)-\(index):
                        affinity: { cookie: JSESSIONID, parameter: jsessionid }
                        facts: true
                        members: { node1: "\(server.endpoint.memberURL)" }
                    """
                }
            }
            let head = ["listeners:", "  - address: \"127.0.0.1:0\"", "workers: 1", "sites:"]
            return (head + sites + ["balancers:"] + balancers).joined(separator: "\n") + "\n"
        }

        private static func host(_ index: Int) -> String { "s\(index).example" }

        /// What an answer has otherwise than the table.
        private static func fault(in answer: WireMessage, to row: PathKind.Row, of index: Int) -> String? {
            let isRefused = answer.status == 400 && answer.text.contains("path-ambiguous")
            if isRefused { return row.isRefused ? nil : "is refused" }
            let balancer = answer["X-Balancer"] ?? "nobody"
            let place = answer["X-Place"] ?? "nothing"
            if row.isRefused { return "is not refused, but \(place) to \(balancer): \(answer.status)" }
            // A server may refuse what it does not want to read.
            guard answer.isSuccess else {
                return answer.status == 400 || answer.status == 404 ? nil : "is answered with \(answer.status)"
            }
            let isRight = balancer == "\(row.balancer.rawValue)-\(index)" && row.balancer.places.contains(place)
            return isRight ? nil : "is \(place) to \(balancer)"
        }
    }
}

/// Sends one request after the other, on a new connection where the one before has been ended.
private struct PersistentClient {
    private let endpoint: Endpoint
    private var client: RawClient?

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    mutating func get(_ target: String, host: String) throws -> WireMessage {
        let current = try client ?? RawClient(endpoint)
        let answer = try current.get(target, host: host)
        let isLast = answer["Connection"]?.lowercased() == "close" || answer.startLine.hasPrefix("HTTP/1.0")
        client = isLast ? nil : current
        return answer
    }
}

extension WireMessage {
    fileprivate var isSuccess: Bool { (200..<300).contains(status) }
}
