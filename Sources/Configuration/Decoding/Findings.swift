/// What is found wrong or doubtful while a configuration is read; confined to the call that reads it.
final class Findings {
    /// Findings that are kept at most: nobody reads more, and hostile input must not cost more.
    static let countMax = 1_000

    private var errors: [Diagnostic] = []
    private var doubts: [Diagnostic] = []
    /// The files in their order, by their names for messages.
    private var order: [String: Int] = [:]
    /// What came from the environment, by the names of the variables.
    private var hidden: [String: String] = [:]
    private var overflow: Diagnostic?
    private var seen: Set<Diagnostic> = []

    /// Characters that a value from the environment has at least that no message shows, whatever it is about.
    static let hiddenLengthMin = 6

    /// Notes the next file of the configuration: its findings stand behind those of the files before it.
    func begin(_ file: String) {
        if order[file] == nil { order[file] = order.count }
    }

    /// Notes what came from the environment, by the names of the variables: no message shows it.
    func hide(_ values: [String: String]) {
        hidden = values.filter { $0.value.utf8.count >= Self.hiddenLengthMin }
    }

    /// Adds an error.
    ///
    /// - Parameters:
    ///   - origin: where it is.
    ///   - keys: the path of keys that leads there, such as `balancers.shop.members.node2`; empty: the file as a whole.
    ///   - message: what was expected and what was found.
    ///   - cure: what would mend it.
    ///   - isShown: whether nothing in it can be from the environment.
    func add(_ origin: Origin, keys: String = "", _ message: String, cure: Cure? = nil, isShown: Bool = false) {
        guard overflow == nil else { return }
        let diagnostic = diagnostic(.error, origin, keys: keys, message, cure, isShown: isShown)
        // What stands behind an alias is read at each of its uses and found wrong as often.
        guard seen.insert(diagnostic.withoutKeys).inserted else { return }
        guard errors.count < Self.countMax else {
            overflow = Diagnostic(
                severity: .error, place: diagnostic.place, keys: "", message: "there are more errors than are shown",
                cure: nil)
            return
        }
        errors.append(diagnostic)
    }

    /// Adds a warning: what is served as it stands, and is most likely not what was meant.
    ///
    /// - Parameters: as of ``add(_:keys:_:cure:)``.
    func warn(_ origin: Origin, keys: String = "", _ message: String, cure: Cure? = nil) {
        let diagnostic = diagnostic(.warning, origin, keys: keys, message, cure)
        guard doubts.count < Self.countMax, seen.insert(diagnostic.withoutKeys).inserted else { return }
        doubts.append(diagnostic)
    }

    private func diagnostic(
        _ severity: Diagnostic.Severity, _ origin: Origin, keys: String, _ message: String, _ cure: Cure?,
        isShown: Bool = false
    ) -> Diagnostic {
        let hidden = isShown ? [:] : hidden
        return Diagnostic(
            severity: severity, place: Diagnostic.Place(origin), keys: keys,
            message: Written.conceal(message, hidden, lengthMin: Self.hiddenLengthMin),
            cure: cure?.concealed(hidden, lengthMin: Self.hiddenLengthMin))
    }

    /// How much was found wrong.
    var count: Int { errors.count }

    /// Whether nothing was found wrong; there may be warnings.
    var isEmpty: Bool { errors.isEmpty }

    /// The errors in the order of their places; those of one place in the order in which they were found.
    var sorted: [Diagnostic] { sorted(errors) + (overflow.map { [$0] } ?? []) }

    /// The warnings in the order of their places.
    var warnings: [Diagnostic] { sorted(doubts) }

    private func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let sorted = diagnostics.enumerated().sorted { first, second in
            let (one, other) = (first.element.position, second.element.position)
            return (rank(first.element), one.line, one.column, first.offset)
                < (rank(second.element), other.line, other.column, second.offset)
        }
        return sorted.map(\.element)
    }

    private func rank(_ diagnostic: Diagnostic) -> Int {
        guard case .position(let file, _, _) = diagnostic.place else { return 0 }
        return order[file] ?? Int.max
    }
}
