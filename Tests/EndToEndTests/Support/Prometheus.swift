import Foundation

/// A Prometheus of Debian's that scrapes some nodes each second.
final class Prometheus: Sendable {
    let process: ChildProcess
    private let endpoint: Endpoint
    private let folder: TemporaryFolder

    /// The alerts that the repository has.
    static var rules: String { #filePath.components(separatedBy: "/Tests/")[0] + "/deploy/prometheus" }

    /// Starts it with the alerts of the repository.
    init(scraping nodes: [Endpoint]) throws {
        folder = try TemporaryFolder()
        let targets = nodes.map { "\"\($0)\"" }.joined(separator: ", ")
        let file = try folder.write(
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["\(Self.rules)/martlet.rules.yml"]
            scrape_configs:
              - { job_name: martlet, static_configs: [{ targets: [\(targets)] }] }

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

    /// The values of an expression now, by the values of a label.
    func query(_ expression: String, by label: String) throws -> [String: Double] {
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try RawClient(endpoint).get("/api/v1/query?query=\(escaped)", fields: "Connection: close\r\n")
        let data = try JSONLines.object(answer.text)["data"] as? [String: Any]
        var values: [String: Double] = [:]
        for result in data?["result"] as? [[String: Any]] ?? [] {
            let name = (result["metric"] as? [String: String])?[label] ?? ""
            values[name] = (result["value"] as? [Any])?.last.flatMap { Double("\($0)") }
        }
        return values
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
