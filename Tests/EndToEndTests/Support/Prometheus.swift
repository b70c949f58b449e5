import Foundation

/// A Prometheus of Debian's that scrapes some nodes each second, or more often where time runs faster for it.
final class Prometheus: Sendable {
    let process: ChildProcess
    private let endpoint: Endpoint
    private let folder: TemporaryFolder

    /// The alerts that the repository has.
    static var rules: String { #filePath.components(separatedBy: "/Tests/")[0] + "/deploy/prometheus" }

    /// An alert that fires.
    struct Alert {
        let labels: [String: String]
        let summary: String
    }

    /// Starts it with the alerts of the repository.
    ///
    /// - Parameters:
    ///   - slowNodes: those that are given 3 s to answer, and are scraped as often.
    ///   - factor: how many times as fast time runs for alerts; from 2 on, nodes are scraped five times a second.
    init(scraping nodes: [Endpoint], slowly slowNodes: [Endpoint] = [], timesFaster factor: Int = 1) throws {
        folder = try TemporaryFolder()
        let targets = nodes.map { "\"\($0)\"" }.joined(separator: ", ")
        let slowTargets = slowNodes.map { "\"\($0)\"" }.joined(separator: ", ")
        let rules = try folder.write(AlertRules().text(timesFaster: factor), to: "martlet.rules.yml")
        let interval = factor > 1 ? "200ms" : "1s"
        let file = try folder.write(
            """
            global: { scrape_interval: \(interval), scrape_timeout: \(interval), evaluation_interval: \(interval) }
            rule_files: ["\(rules)"]
            scrape_configs:
              - job_name: martlet
                static_configs:
                  - targets: [\(targets)]
                  - targets: [\(slowTargets)]
                    labels: { __scrape_interval__: 3s, __scrape_timeout__: 3s }

            """, to: "prometheus.yml")
        endpoint = .ipv4(port: try FreePort.choose())
        process = try ChildProcess(
            Tool.prometheus.path(),
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(folder.path)/data",
                "--web.listen-address=\(endpoint)",
            ])
        try process.errors.wait(for: "Server is ready to receive web requests")
        Belongings.keep(self)
    }

    deinit {
        process.terminate()
    }

    /// What its API answers to a request that is right.
    private func data(_ request: String) throws -> [String: Any] {
        let answer = try RawClient(endpoint).get("/api/v1/\(request)", fields: "Connection: close\r\n")
        guard let data = try JSONLines.object(answer.text)["data"] as? [String: Any] else {
            throw HarnessError("Prometheus says to \(request): \(answer.text)")
        }
        return data
    }

    /// The series of an expression now, with their values.
    func series(_ expression: String) throws -> [(labels: [String: String], value: Double)] {
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return (try data("query?query=\(escaped)")["result"] as? [[String: Any]] ?? []).map { result in
            let value = (result["value"] as? [Any])?.last.flatMap { Double("\($0)") }
            return (result["metric"] as? [String: String] ?? [:], value ?? .nan)
        }
    }

    /// The values of an expression now, by the values of a label.
    func query(_ expression: String, by label: String) throws -> [String: Double] {
        Dictionary(try series(expression).map { ($0.labels[label] ?? "", $0.value) }) { $1 }
    }

    /// The alerts that fire now.
    func alerts() throws -> [Alert] {
        let alerts = try data("alerts")["alerts"] as? [[String: Any]] ?? []
        return alerts.filter { $0["state"] as? String == "firing" }.map { alert in
            Alert(
                labels: alert["labels"] as? [String: String] ?? [:],
                summary: (alert["annotations"] as? [String: String])?["summary"] ?? "")
        }
    }

    /// Asks until an expression has a value, scrape by scrape.
    func wait(for expression: String, by label: String, seconds: Double = 60) throws -> [String: Double] {
        let deadline = Clock.now + seconds
        var scrape = Clock.now
        while Clock.now < deadline {
            let values = try query(expression, by: label)
            if !values.isEmpty { return values }
            scrape += 1
            Clock.wait(until: scrape)
        }
        throw HarnessError("Prometheus has no \(expression) after \(seconds) s; it wrote:\n\(process.errors.text)")
    }
}
