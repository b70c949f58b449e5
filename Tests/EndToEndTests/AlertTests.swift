import Foundation
import Testing

extension EndToEnd {
    /// The alerts and the dashboard of the repository, before a Prometheus for whose alerts an hour lasts 18 seconds.
    @Suite("Alerts")
    struct AlertTests {
        private static let timesFaster = 200

        /// Whether an alert has these labels among others.
        private func has(_ alert: Prometheus.Alert, _ labels: [String: String]) -> Bool {
            labels.allSatisfy { alert.labels[$0.key] == $0.value }
        }

        /// Looks at alerts, scrape by scrape, until all that are expected have fired.
        ///
        /// - Returns: whatever has fired.
        private func fired(
            _ expected: [[String: String]], at prometheus: Prometheus
        ) throws -> [Prometheus.Alert] {
            var fired: [[String: String]: Prometheus.Alert] = [:]
            let deadline = Clock.now + 60
            var look = Clock.now
            while true {
                for alert in try prometheus.alerts() { fired[alert.labels] = alert }
                let missing = expected.filter { labels in !fired.values.contains { has($0, labels) } }
                if missing.isEmpty { return Array(fired.values) }
                guard Clock.now < deadline else {
                    throw HarnessError("these do not fire: \(missing); these have: \(fired.keys)")
                }
                look += 0.2
                Clock.wait(until: look)
            }
        }

        @Test("each is fired by a real fault, where the fault is, and no other is", .timeLimit(.minutes(2)))
        func faults() throws {
            let stuck = try StuckNode()
            let nodes: [any FaultyNode] = [
                try FailingMembersNode(), try FullNode(), try SheddingNode(), try ExhaustedNode(), try ExpiredNode(),
                try NeglectedNode(), try CrashingNode(), try KilledNode(),
            ]
            for node in nodes + [stuck] { try node.begin() }
            let prometheus = try Prometheus(
                scraping: nodes.map(\.metrics), slowly: [stuck.metrics], timesFaster: Self.timesFaster)
            var expected: [[String: String]] = []
            var allowed: Set<[String]> = []
            for node in nodes + [stuck] {
                let place = "\(node.metrics)"
                expected += node.alerts.map { name, labels in
                    labels.merging(["alertname": name, "instance": place]) { $1 }
                }
                allowed.formUnion((node.alerts.map(\.name) + node.consequences).map { [$0, place] })
            }
            let severities = try AlertRules().severities
            #expect(Set(severities.keys) == Set(expected.compactMap { $0["alertname"] }))
            let fired = try fired(expected, at: prometheus)
            // What has expired is told once.
            #expect(
                !fired.contains { alert in
                    alert.labels["alertname"] == "MartletCertificateExpiring"
                        && alert.labels["certificate"]?.hasSuffix("/shop.pem") == true
                })
            for alert in fired {
                let name = alert.labels["alertname"] ?? ""
                #expect(allowed.contains([name, alert.labels["instance"] ?? ""]), "\(alert)")
                #expect(alert.labels["severity"] == severities[name])
                #expect(!alert.summary.isEmpty && !alert.summary.contains("<"), "\(alert)")
            }
            withExtendedLifetime((nodes, stuck)) {}
        }

        @Test(
            "none fires while an hour of theirs is quiet, and each panel of the dashboard has data",
            .timeLimit(.minutes(2)))
        func quiet() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates(in: folder)
            try certificates.issue("shop", names: ["shop.example.com"], serial: 1, days: 90)
            let members = try ["a", "b"].map { try SessionMember.start($0) }
            let text = EdgeText(
                before: members.map(\.endpoint), listeners: .both(path: folder.path + "/edge"),
                affinity: "{ mode: learn, cookie: SID }")
            let node = try MeteredMartlet(text, in: folder)
            let prometheus = try Prometheus(scraping: [node.metrics], timesFaster: Self.timesFaster)
            _ = try prometheus.wait(for: "up == 1", by: "instance")
            let curl = try Curl(to: node.martlet, authority: certificates.authority, keepsCookies: false)
            let client = try RawClient(node.martlet.cleartext)
            var round = Clock.now
            for number in 1...100 {
                #expect(try client.get("/login").status == 200)
                for _ in 1...10 { #expect(try client.get().status == 200) }
                _ = try curl.run("/", []).succeeded()
                if number.isMultiple(of: 10) {
                    // As on any day.
                    #expect(try RawClient(node.martlet.cleartext).exchange("GET\r\n\r\n").status == 400)
                    #expect(try RawClient(node.martlet.tls).get().status == 400)
                }
                round += 0.2
                Clock.wait(until: round)
            }
            for (title, expression) in try Self.panels() {
                let values = try prometheus.series(expression).map(\.value)
                #expect(values.contains { !$0.isNaN }, "\(title): \(expression)")
            }
            let scrapes = try prometheus.query("count_over_time(up[1m])", by: "job")["martlet"] ?? 0
            #expect(scrapes > 50)
            let alerts = try prometheus.series("max_over_time(ALERTS{alertstate=\"firing\"}[1m])")
            #expect(alerts.isEmpty, "\(alerts)")
        }

        /// The expressions of the dashboard, of all nodes and balancers, with their panels' titles.
        private static func panels() throws -> [(title: String, expression: String)] {
            let file = Prometheus.rules + "/martlet.dashboard.json"
            let dashboard = try JSONLines.object(String(contentsOfFile: file, encoding: .utf8))
            let variables = [
                "$job": "martlet", "$instance": ".*", "$balancer": ".*", "$__rate_interval": "5s",
            ]
            let panels = dashboard["panels"] as? [[String: Any]] ?? []
            let expressions = panels.flatMap { panel in
                (panel["targets"] as? [[String: Any]] ?? []).map { target in
                    let title = panel["title"] as? String ?? ""
                    var expression = target["expr"] as? String ?? ""
                    for (name, value) in variables { expression = expression.replacing(name, with: value) }
                    return (title, expression)
                }
            }
            #expect(expressions.count > 30 && !expressions.contains { $0.1.isEmpty || $0.1.contains("$") })
            return expressions
        }
    }
}
