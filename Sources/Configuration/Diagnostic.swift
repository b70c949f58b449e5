/// One thing that is wrong with a configuration, or doubtful.
public struct Diagnostic: Sendable, Hashable {
    /// What becomes of the configuration.
    public enum Severity: String, Sendable, Hashable {
        /// It cannot be served.
        case error
        /// It is served, and is most likely not what was meant.
        case warning
    }

    /// Where something is wrong.
    public enum Place: Sendable, Hashable {
        /// In a file; line and column are counted from 1, the column in Unicode scalars.
        case position(file: String, line: Int, column: Int)
        /// In the value of a flag of the command line, such as `--to`, or for want of it.
        case flag(String)
    }

    /// What becomes of the configuration.
    public let severity: Severity
    /// Where it is.
    public let place: Place
    /// The keys that lead there, such as `balancers.shop.members.node2.load-factor`; empty where it concerns the whole.
    public let keys: String
    /// What was expected and what was found.
    public let message: String
    /// What would mend it.
    public let cure: Cure?

    /// Line and column; 0 for a flag.
    public var position: (line: Int, column: Int) {
        switch place {
        case .position(_, let line, let column): (line, column)
        case .flag: (0, 0)
        }
    }

    /// The same, wherever it was come by: behind an alias it is found once for each use.
    var withoutKeys: Diagnostic {
        Diagnostic(severity: severity, place: place, keys: "", message: message, cure: cure)
    }
}

extension Diagnostic.Place {
    init(_ origin: Origin) {
        switch origin {
        case .mark(let file, let line, let column): self = .position(file: file, line: line, column: column)
        case .flag(let name): self = .flag(name)
        }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: keys: message; cure`, or `--flag: error: message; cure`; or the same with `warning`.
    public var description: String {
        let tail = cure.map { "; \($0.words)" } ?? ""
        switch place {
        case .position(let file, let line, let column):
            let keys = keys.isEmpty ? "" : "\(keys): "
            return "\(file):\(line):\(column): \(severity.rawValue): \(keys)\(message)\(tail)"
        case .flag(let name):
            return "\(name): \(severity.rawValue): \(message)\(tail)"
        }
    }
}
