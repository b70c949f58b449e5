/// What the two processes say to each other: a word, and behind a space what it is about.
package enum SuccessionMessage {
    /// What a socket is for.
    package enum Purpose: String, CaseIterable {
        /// Clients connect there.
        case clients
        /// Operators ask there.
        case control
        /// Metrics are told there.
        case metrics
        /// Heartbeats are heard there.
        case heartbeats
    }

    /// To the new process: a socket, with the address as it is declared.
    case socket(Purpose, declared: String)
    /// To the new process: there are no more.
    case lastSocket
    /// To the old process: give what you leave.
    case asksForLegacy
    /// To the new process: here it is.
    case legacy
    /// To the old process: every worker serves, of this version of Martlet; empty where that says none.
    case serves(version: String)
    /// To the old process: why nothing is served.
    case refuses(String)

    /// The message as it is sent.
    package var words: String {
        switch self {
        case .socket(let purpose, let declared): "socket-\(purpose.rawValue) \(declared)"
        case .lastSocket: "last-socket"
        case .asksForLegacy: "asks-for-legacy"
        case .legacy: "legacy"
        case .serves(let version): version.isEmpty ? "serves" : "serves \(version)"
        case .refuses(let words): "refuses \(words)"
        }
    }

    /// Reads a message.
    ///
    /// - Returns: `nil` for one that a later version may have.
    package init?(_ words: String) {
        let parts = words.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? String(parts[1]) : ""
        switch parts.first {
        case "last-socket": self = .lastSocket
        case "asks-for-legacy": self = .asksForLegacy
        case "legacy": self = .legacy
        case "serves": self = .serves(version: rest)
        case "refuses": self = .refuses(rest)
        case let word?:
            guard let purpose = Purpose.allCases.first(where: { word == "socket-\($0.rawValue)" }) else { return nil }
            self = .socket(purpose, declared: rest)
        case nil: return nil
        }
    }
}
