/// What is found wrong or doubtful while a configuration is read; confined to the call that reads it.
final class Findings {
    /// Findings that are kept at most: nobody reads more, and hostile input must not cost more.
    static let countMax = 1_000

    private var errors: [Diagnostic] = []
    private var doubts: [Diagnostic] = []
    private let file: String
    private var overflow: Diagnostic?
    private var seen: Set<Diagnostic> = []

    /// Makes an empty list.
    ///
    /// - Parameter file: the name of the file for messages.
    init(file: String) {
        self.file = file
    }

    /// Adds an error.
    ///
    /// - Parameters:
    ///   - origin: where it is.
    ///   - keys: the path of keys that leads there, such as `balancers.shop.members.node2`; empty: the file as a whole.
    ///   - message: what was expected and what was found.
    ///   - cure: what would mend it.
    func add(_ origin: Origin, keys: String = "", _ message: String, cure: Cure? = nil) {
        guard overflow == nil else { return }
        let place = place(of: origin)
        let diagnostic = Diagnostic(severity: .error, place: place, keys: keys, message: message, cure: cure)
        // What stands behind an alias is read at each of its uses and found wrong as often.
        guard seen.insert(diagnostic.withoutKeys).inserted else { return }
        guard errors.count < Self.countMax else {
            overflow = Diagnostic(
                severity: .error, place: place, keys: "", message: "there are more errors than are shown", cure: nil)
            return
        }
        errors.append(diagnostic)
    }

    /// Adds a warning: what is served as it stands, and is most likely not what was meant.
    ///
    /// - Parameters: as of ``add(_:keys:_:cure:)``.
    func warn(_ origin: Origin, keys: String = "", _ message: String, cure: Cure? = nil) {
        let diagnostic = Diagnostic(
            severity: .warning, place: place(of: origin), keys: keys, message: message, cure: cure)
        guard doubts.count < Self.countMax, seen.insert(diagnostic.withoutKeys).inserted else { return }
        doubts.append(diagnostic)
    }

    private func place(of origin: Origin) -> Diagnostic.Place {
        switch origin {
        case .mark(let line, let column): .position(file: file, line: line, column: column)
        case .flag(let name): .flag(name)
        }
    }

    /// How much was found wrong.
    var count: Int { errors.count }

    /// Whether nothing was found wrong; there may be warnings.
    var isEmpty: Bool { errors.isEmpty }

    /// The errors in the order of their places; those of one place in the order in which they were found.
    var sorted: [Diagnostic] { Self.sorted(errors) + (overflow.map { [$0] } ?? []) }

    /// The warnings in the order of their places.
    var warnings: [Diagnostic] { Self.sorted(doubts) }

    private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let order = diagnostics.enumerated().sorted { first, second in
            let (one, other) = (first.element.position, second.element.position)
            return (one.line, one.column, first.offset) < (other.line, other.column, second.offset)
        }
        return order.map(\.element)
    }
}
