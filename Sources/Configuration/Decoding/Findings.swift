/// What is found wrong while a configuration is read; confined to the call that reads it.
final class Findings {
    /// Findings that are kept at most: nobody reads more, and hostile input must not cost more.
    static let countMax = 1_000

    private var all: [Diagnostic] = []
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
    func add(_ origin: Origin, keys: String = "", _ message: String, cure: String? = nil) {
        guard overflow == nil else { return }
        let place: Diagnostic.Place =
            switch origin {
            case .mark(let line, let column): .position(file: file, line: line, column: column)
            case .flag(let name): .flag(name)
            }
        let diagnostic = Diagnostic(place: place, keys: keys, message: message, cure: cure)
        // What stands behind an alias is read at each of its uses and found wrong as often.
        guard seen.insert(diagnostic.withoutKeys).inserted else { return }
        guard all.count < Self.countMax else {
            overflow = Diagnostic(place: place, keys: "", message: "there are more errors than are shown", cure: nil)
            return
        }
        all.append(diagnostic)
    }

    /// How much was found wrong.
    var count: Int { all.count }

    /// Whether nothing was found wrong.
    var isEmpty: Bool { all.isEmpty }

    /// The errors in the order of their places; those of one place in the order in which they were found.
    var sorted: [Diagnostic] {
        let order = all.enumerated().sorted { first, second in
            let (one, other) = (first.element.position, second.element.position)
            return (one.line, one.column, first.offset) < (other.line, other.column, second.offset)
        }
        return order.map(\.element) + (overflow.map { [$0] } ?? [])
    }
}
