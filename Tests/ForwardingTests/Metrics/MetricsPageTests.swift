import Balancing
import Configuration
import Forwarding
import Model
import Reactor
import Testing

/// A whole scrape: the bound on series, and what is summed beyond it.
@Suite("Pages of metrics", .timeLimit(.minutes(2)))
struct MetricsPageTests {
    /// A farm, and what is told of it.
    private struct Farm {
        let edge: Edge
        let measures: Measures
        let workers: Int

        init(
            balancers: Int, membersEach: Int, series: Int, sites: Int = 1, workers: Int = 2, affinity: String? = nil
        ) throws {
            var text = "listeners: [{ address: \"127.0.0.1:0\" }]\nsites:\n"
            for site in 0..<sites { text += "  - { host: s\(site).test, paths: { /: b\(site % balancers) } }\n" }
            text += "balancers:\n"
            for balancer in 0..<balancers {
                text += "  b\(balancer):\n"
                if let affinity { text += "    affinity: \(affinity)\n" }
                text += "    members:\n"
                for member in 0..<membersEach {
                    text += "      m\(member): http://192.0.\(balancer % 250).\(member % 250):\(1 + member / 250)\n"
                }
            }
            text += "metrics: { address: \"127.0.0.1:9901\", series: \(series) }\n"
            let loaded = try ConfigurationLoader(readCertificates: nil).load(text: text, file: "farm.yaml")
            let plan = SeriesPlan(loaded.edge, workers: workers)
            let made = loaded.edge.balancers.enumerated().map { index, balancer in
                let addresses = balancer.members.map { _ in [SocketAddress(host: "192.0.2.1", port: 80)!] }
                let before = index * membersEach
                return Balancer(
                    balancer, index: index, addresses: addresses, replacing: nil, workers: workers,
                    timedCount: min(max(plan.timedMembers - before, 0), membersEach), now: 0)
            }
            edge = Edge(loaded.edge, balancers: made, generation: 1, installation: 1, workers: workers)
            measures = Measures(workers: workers, log: try LogQueue(slabsMax: 1) {})
            self.workers = workers
        }

        func page(certificates: Int = 1, as format: Exposition.Format = .openMetrics) -> [UInt8] {
            pieces(certificates: certificates, as: format).flatMap { $0 }
        }

        /// A scrape as it is handed on.
        func pieces(certificates: Int = 1, as format: Exposition.Format = .openMetrics) -> [[UInt8]] {
            let reports = (0..<workers).map { _ in
                WorkerReport(
                    installation: 1, pools: edge.balancers.flatMap { $0.chooser.members.map { _ in PoolCounts() } })
            }
            let subject = MetricsPage.Subject(
                edge: edge, addresses: ["127.0.0.1:8080"],
                certificates: (0..<certificates).map { ("certs/\($0).pem", 1_000 + $0) })
            var page = MetricsPage(
                subject, measures: measures, process: MetricsPage.Process(began: 1), reports: reports, as: format,
                now: 1_000)
            var pieces: [[UInt8]] = []
            while let piece = page.next() { pieces.append(piece) }
            return pieces
        }

        /// The samples of a page.
        func samples(certificates: Int = 1) -> [Substring] {
            String(decoding: page(certificates: certificates), as: UTF8.self).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
        }
    }

    private func value(_ samples: [Substring], _ name: String) -> String? {
        samples.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    @Test(
        "no more series than declared, whatever the farm is",
        arguments: [(1, 3, 2_000), (1, 200, 2_000), (40, 10, 2_000), (500, 2, 20_000), (1, 900, 20_000)])
    func bound(farm: (balancers: Int, members: Int, series: Int)) throws {
        let built = try Farm(balancers: farm.balancers, membersEach: farm.members, series: farm.series)
        let samples = built.samples(certificates: 2_500)
        #expect(samples.count <= farm.series)
        #expect(Set(samples.map { $0.prefix { $0 != " " } }).count == samples.count)
    }

    @Test("members beyond the bound are summed as (other), and their number is told")
    func others() throws {
        let farm = try Farm(balancers: 1, membersEach: 200, series: 2_000)
        let samples = farm.samples()
        let told = samples.filter { $0.hasPrefix("martlet_member_up{") }
        let leftOut = try #require(value(samples, "martlet_metrics_left_out{kind=\"members\"}").flatMap { Int($0) })
        #expect(leftOut > 0 && told.count == 200 - leftOut + 1)
        #expect(value(samples, "martlet_member_up{balancer=\"b0\",member=\"(other)\"}") == "\(leftOut)")
        #expect(value(samples, "martlet_member_up{balancer=\"b0\",member=\"m0\"}") == "1")
        #expect(value(samples, "martlet_balancer_members{balancer=\"b0\"}") == "200")
        // Where not all have series, none has a histogram.
        #expect(!samples.contains { $0.hasPrefix("martlet_member_answer_duration_seconds") })
    }

    @Test("balancers beyond the bound are summed as (other), with their members")
    func otherBalancers() throws {
        let farm = try Farm(balancers: 40, membersEach: 3, series: 2_000)
        let samples = farm.samples()
        let leftOut = try #require(value(samples, "martlet_metrics_left_out{kind=\"balancers\"}").flatMap { Int($0) })
        #expect(leftOut > 0)
        #expect(value(samples, "martlet_balancer_members{balancer=\"(other)\"}") == "\(3 * leftOut)")
        #expect(value(samples, "martlet_member_up{balancer=\"(other)\",member=\"(other)\"}") == "\(3 * leftOut)")
    }

    @Test("certificates beyond the bound are told by the one that ends first")
    func certificates() throws {
        let samples = try Farm(balancers: 1, membersEach: 1, series: 2_000).samples(certificates: 300)
        let name = "martlet_certificate_not_after_timestamp_seconds"
        #expect(samples.filter { $0.hasPrefix(name) }.count == 200)
        #expect(value(samples, "\(name){certificate=\"(other)\"}") == "1199")
    }

    @Test("a small farm is told whole, each family once, and its members have histograms")
    func small() throws {
        let farm = try Farm(balancers: 2, membersEach: 2, series: 20_000)
        let text = String(decoding: farm.page(), as: UTF8.self)
        let families = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .map { $0.split(separator: " ")[2] }
        #expect(Set(families).count == families.count && families.count == MetricFamily.allCases.count)
        #expect(text.hasSuffix("# EOF\n"))
        #expect(text.contains("martlet_member_answer_duration_seconds_count{balancer=\"b1\",member=\"m1\"} 0\n"))
        #expect(text.contains("martlet_metrics_left_out{kind=\"members\"} 0\n"))
    }

    @Test("10,000 members behind 1,000 sites are told whole in small pieces, and within the bound")
    func large() throws {
        let farm = try Farm(balancers: 10, membersEach: 1_000, series: 520_000, sites: 1_000)
        let pieces = farm.pieces()
        // A histogram is not torn, so a piece may have that more; none had to grow.
        let most = MetricsLimits.pieceBytes + 4_096
        #expect(pieces.allSatisfy { $0.count <= most && $0.capacity < 2 * MetricsLimits.pieceBytes })
        #expect(pieces.dropLast().allSatisfy { $0.count >= MetricsLimits.pieceBytes })
        var (samples, members, histograms) = (0, 0, 0)
        for line in pieces.joined().split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            samples += 1
            if line.starts(with: "martlet_member_up{".utf8) { members += 1 }
            if line.starts(with: "martlet_member_answer_duration_seconds_count{".utf8) { histograms += 1 }
        }
        #expect(members == 10_000 && histograms == 10_000)
        #expect(samples <= 520_000)
        // What stands in the braces is written at the first scrape alone.
        let labels = farm.measures.labels(of: farm.edge)
        _ = farm.pieces()
        #expect(farm.measures.labels(of: farm.edge) === labels)
    }

    @Test("sessions are counted of some members at a scrape, and of all in turn")
    func sessions() throws {
        let farm = try Farm(balancers: 1, membersEach: 5, series: 2_000, affinity: "{ cookie: SID }")
        var tally = SessionTally()
        func told() -> [Int?] { tally.counts(of: farm.edge, 5, bound: 2, now: 1_000) }
        #expect(told() == [0, 0, nil, nil, nil])
        #expect(told() == [0, 0, 0, 0, nil])
        for (member, session) in [(0, 0x9e37_79b9_7f4a_7c15), (1, 0x3c6e_f372_fe94_f82a)] as [(Int, UInt64)] {
            farm.edge.balancers[0].chooser.members[member].sessions?.see(session, now: 1_000)
        }
        #expect(told() == [1, 0, 0, 0, 0])
        #expect(told() == [1, 1, 0, 0, 0])
    }
}
