import Synchronization

/// What came from the environment by any configuration so far, which nothing that is said of one may show.
public final class Concealment: Sendable {
    private let hidden = Mutex<Set<Hidden>>([])

    private struct Hidden: Hashable {
        let name: String
        let value: String
    }

    /// Nothing is hidden yet.
    public init() {}

    /// Hides what a configuration has taken from the environment.
    public func hide(_ loaded: LoadedConfiguration) {
        hidden.withLock { $0.formUnion(loaded.hidden.map { Hidden(name: $0, value: $1) }) }
    }

    /// A text without it: the variable stands in place of what it holds, where that is no common word.
    public func conceal(_ text: String) -> String {
        hidden.withLock { hidden in
            Written.conceal(text, hidden.map { ($0.name, $0.value) }, lengthMin: Findings.hiddenLengthMin)
        }
    }
}
