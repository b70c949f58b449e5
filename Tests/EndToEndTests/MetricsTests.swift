import Foundation
import Testing

extension EndToEnd {
    /// Metrics as Prometheus reads them, and the node's health as balancers in front ask for it.
    @Suite("Metrics")
    struct MetricsTests {
        private static let openMetrics = "application/openmetrics-text;version=1.0.0"

        @Test(
            "promtool finds nothing to say of a page under load, and OpenMetrics is told on request",
            .timeLimit(.minutes(1)))
        func format() throws {
            let member = try RecordingMember(answering: "hello")
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let node = try MeteredMartlet(EdgeText(member.endpoint, listeners: .tls), in: folder)
            let counts = try LoadCounts.load("https://\(node.martlet.tls)/", ["--h1", "-n", "500", "-c", "8"])
            #expect(counts.good == 500)
            let page = try node.get("/metrics")
            #expect(page["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let checked = try ChildProcess.run(Tool.promtool.path(), ["check", "metrics"], input: page.text)
            #expect(checked.ending == .exited(0) && checked.text.isEmpty, "\(checked.text)\(checked.errors)")
            let open = try node.get("/metrics", accept: Self.openMetrics)
            #expect(open["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open.text.hasSuffix("# EOF\n"))
            #expect(open.text.contains("# UNIT martlet_request_duration_seconds seconds"))
            let samples = try node.samples()
            #expect(samples["martlet_requests_total{balancer=\"shop\",code=\"2xx\"}"] == 500)
            #expect(samples["martlet_request_duration_seconds_count{balancer=\"shop\"}"] == 500)
            #expect(samples["martlet_member_answers_total{balancer=\"shop\",member=\"node1\",code=\"2xx\"}"] == 500)
            #expect(samples["martlet_answer_bytes_total{balancer=\"shop\"}"] == 2_500)
            #expect(samples["martlet_tls_handshakes_total{result=\"full\"}"] == 8)
            #expect(samples["martlet_connections_accepted_total{listener=\"\(node.martlet.tls)\"}"] == 8)
            #expect(samples["martlet_member_up{balancer=\"shop\",member=\"node1\"}"] == 1)
            #expect(samples["process_open_fds"] ?? 0 > 5 && samples["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            #expect(try node.get("/elsewhere").status == 404)
            let posted = try RawClient(node.metrics).exchange("POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(posted.status == 405 && posted["Allow"] == "GET, HEAD")
            let old = try RawClient(node.metrics).exchange("GET /metrics HTTP/1.0\r\n\r\n")
            #expect(old["Transfer-Encoding"] == nil && old.text.hasSuffix("\n"))
            let asked = try RawClient(node.metrics).exchange("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(asked.status == 200 && asked["Content-Length"].flatMap(Int.init) ?? 0 > 10_000)
        }

        @Test("who looks at the node and who operates it do not keep each other out", .timeLimit(.minutes(1)))
        func limits() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            let operators = try (0..<32).map { _ in try node.control.client() }
            for one in operators { #expect(try one.get("/status", host: "localhost").status == 200) }
            let checks = try (0..<63).map { _ in try RawClient(node.metrics) }
            for check in checks { #expect(try check.get("/readyz").status == 200) }
            #expect(try node.get("/metrics").text.hasSuffix("\n"))
            for check in checks { #expect(try check.get("/healthz").text == "ok\n") }
            for one in operators { #expect(try one.get("/status", host: "localhost").status == 200) }
        }

        @Test("histograms agree with the times of the access log", .timeLimit(.minutes(1)))
        func histograms() throws {
            // Answers after as many milliseconds as the path says.
            let member = try RecordingMember { connection in
                try connection.answerEach { request in
                    let millis = Double(request.target.dropFirst()) ?? 0
                    Clock.wait(until: Clock.now + millis / 1_000)
                    return Answer.ok("hello")
                }
            }
            let node = try MeteredMartlet(
                EdgeText(member.endpoint, settings: ["log: { access: { format: json, path: access.log } }"]))
            let times = [0, 3, 7, 12, 30, 60, 80, 120, 300]
            _ = try inParallel(180, threads: 12) { index in
                try RawClient(node.martlet.cleartext).get("/\(times[index % times.count])").status
            }
            let samples = try node.samples()
            #expect(try node.martlet.terminate() == .exited(0))
            let lines = try JSONLines.objects(node.martlet.folder.read("access.log"))
            for (family, key) in [
                ("martlet_request_duration_seconds", "total_us"), ("martlet_answer_duration_seconds", "first_byte_us"),
            ] {
                let micros = lines.compactMap { $0[key] as? Int }
                #expect(micros.count == 180)
                for bound in ["0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5"] {
                    let most = try #require(Double(bound)) * 1e6
                    let counted = samples["\(family)_bucket{balancer=\"shop\",le=\"\(bound)\"}"] ?? -1
                    // The log leaves out the rest of a microsecond.
                    let least = Double(micros.count { Double($0) < most })
                    let greatest = Double(micros.count { Double($0) <= most })
                    #expect(counted >= least && counted <= greatest, "\(family) \(bound)")
                }
            }
        }

        @Test("counters go on over reloads, which are counted", .timeLimit(.minutes(1)))
        func reload() throws {
            let members = try (0..<2).map { _ in try RecordingMember(answering: "hello") }
            let node = try MeteredMartlet(EdgeText(members[0].endpoint))
            for _ in 0..<3 { _ = try RawClient(node.martlet.cleartext).get() }
            let text = try node.martlet.folder.read("martlet.yaml")
            let more = "members:\n      more: \"\(members[1].endpoint.memberURL("http"))\"\n"
            try node.martlet.writeConfiguration(text.replacing("members:\n", with: more))
            try node.martlet.reload()
            for _ in 0..<2 { _ = try RawClient(node.martlet.cleartext).get() }
            try node.martlet.writeConfiguration("nonsense")
            node.martlet.process.signal(SIGHUP)
            try node.martlet.process.errors.wait(for: "reload rejected")
            let samples = try node.samples()
            #expect(samples["martlet_requests_total{balancer=\"shop\",code=\"2xx\"}"] == 5)
            #expect(samples["martlet_config_generation"] == 2)
            #expect(samples["martlet_config_reloads_total{result=\"accepted\"}"] == 1)
            #expect(samples["martlet_member_up{balancer=\"shop\",member=\"more\"}"] == 1)
        }

        @Test("the address changes with a restart only, and one that is taken is said", .timeLimit(.minutes(1)))
        func address() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            let text = try node.martlet.folder.read("martlet.yaml")
            try node.martlet.writeConfiguration(text.replacing("metrics: 127.0.0.1:0\n", with: ""))
            node.martlet.process.signal(SIGHUP)
            let words = "metrics.address: where metrics are told changes with a restart only"
            try node.martlet.process.errors.wait(for: words)
            let folder = try TemporaryFolder()
            let file = try folder.write(
                text.replacing("metrics: 127.0.0.1:0", with: "metrics: \(node.metrics)"), to: "martlet.yaml")
            let second = try MartletProcess.command(["run", file])
            #expect(second.ending == .exited(78) && second.errors.contains("metrics.address: cannot listen on"))
        }

        @Test("a real Prometheus scrapes it, and no alert fires in a quiet run", .timeLimit(.minutes(2)))
        func prometheus() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            let prometheus = try Prometheus(scraping: [node.metrics])
            let counts = try LoadCounts.load("http://\(node.martlet.cleartext)/", ["--h1", "-n", "1000", "-c", "4"])
            #expect(counts.good == 1_000)
            let scraped = try prometheus.wait(for: "martlet_requests_total{code=\"2xx\"} == 1000", by: "balancer")
            #expect(scraped == ["shop": 1_000])
            #expect(try prometheus.query("up", by: "job") == ["martlet": 1])
            #expect(try prometheus.query("ALERTS", by: "alertname") == [:])
        }

        @Test("a first scrape is answered when it takes the last descriptor, and says so", .timeLimit(.minutes(1)))
        func exhausted() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            try node.martlet.limitDescriptors(leaving: 1)
            let samples = try node.samples()
            let most = try #require(samples["process_max_fds"])
            #expect(most < 100 && samples["process_open_fds"] == most)
            // The connection has ended, and the next one has its descriptor.
            #expect(try node.get("/healthz").text == "ok\n")
        }

        @Test("alert rules are right, and each fires by what its fault leaves", .timeLimit(.minutes(1)))
        func rules() throws {
            let rules = try ChildProcess.run(
                Tool.promtool.path(), ["check", "rules", "martlet.rules.yml"], folder: Prometheus.rules)
            #expect(rules.ending == .exited(0), "\(rules.text)\(rules.errors)")
            let tested = try ChildProcess.run(
                Tool.promtool.path(), ["test", "rules", "martlet.rules.test.yml"], folder: Prometheus.rules)
            #expect(tested.ending == .exited(0), "\(tested.text)\(tested.errors)")
            let (alerts, tests) = try (
                String(contentsOfFile: Prometheus.rules + "/martlet.rules.yml", encoding: .utf8),
                String(contentsOfFile: Prometheus.rules + "/martlet.rules.test.yml", encoding: .utf8)
            )
            for alert in alerts.matches(of: #/alert: (\w+)/#) {
                #expect(tests.contains("alertname: \(alert.1)\n"), "\(alert.1) is not tested")
            }
        }

        @Test("rules and dashboard ask for metrics that there are", .timeLimit(.minutes(1)))
        func names() throws {
            let member = try RecordingMember(answering: "hello")
            let node = try MeteredMartlet(EdgeText(member.endpoint))
            let page = try node.get("/metrics").text
            for file in ["martlet.rules.yml", "martlet.rules.test.yml", "martlet.dashboard.json"] {
                let text = try String(contentsOfFile: Prometheus.rules + "/" + file, encoding: .utf8)
                for name in Set(text.matches(of: #/\b(?:martlet|process)_[a-z_]+/#).map { String($0.output) }) {
                    let family = name.replacing(#/_(bucket|sum|count)$/#, with: "")
                    #expect(page.contains("# TYPE \(family) "), "\(file): \(name)")
                }
            }
        }
    }
}
