import Foundation

/// The alerts of the repository.
struct AlertRules {
    private let text: String

    init() throws {
        text = try String(contentsOfFile: Prometheus.rules + "/martlet.rules.yml", encoding: .utf8)
    }

    /// Their names with their severities.
    var severities: [String: String] {
        let alerts = text.split(separator: "- alert: ").dropFirst()
        return Dictionary(
            uniqueKeysWithValues: alerts.map { alert in
                let severity = alert.firstMatch(of: #/severity: (\w+)/#).map { String($0.1) }
                return (String(alert.prefix { $0 != "\n" }), severity ?? "")
            })
    }

    /// The rules where time runs that many times as fast: what alerts wait for, and the ranges that they look at, are
    /// divided; nothing else is.
    func text(timesFaster factor: Int) throws -> String {
        let durations = #/(?<before>\bfor: |\[)(?<count>\d+)(?<unit>[smhd])(?<behind>\]|\n)/#
        let declared = text.matches(of: #/\bfor: |\[/#).count
        guard text.matches(of: durations).count == declared else {
            throw HarnessError("not all durations of the alerts are a number and a unit")
        }
        let millis: [Substring: Int] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        return text.replacing(durations) { match in
            let length = (Int(match.count) ?? 0) * (millis[match.unit] ?? 0) / factor
            return "\(match.before)\(max(1, length))ms\(match.behind)"
        }
    }
}
