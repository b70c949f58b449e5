/// A piece of a configuration, without its place and its spelling: what the schema makes of values and values of.
public indirect enum Datum: Sendable, Hashable {
    /// A number, counted in a unit.
    case number(Int, Setting.Unit)
    /// `true` or `false`.
    case boolean(Bool)
    /// A text, or one of some words.
    case text(String)
    /// A text that is compared and never shown.
    case secret(Secret)
    /// Pieces in their order.
    case list([Datum])
    /// Named pieces in their order, of different names.
    case mapping([Entry])

    /// A named piece.
    public struct Entry: Sendable, Hashable {
        /// The key, or a name of the user's choice.
        public let name: String
        /// What stands behind it.
        public let value: Datum

        /// Makes an entry.
        public init(_ name: String, _ value: Datum) {
            self.name = name
            self.value = value
        }
    }

    /// The entries of a mapping; of anything else, there are none.
    public var entries: [Entry] {
        guard case .mapping(let entries) = self else { return [] }
        return entries
    }
}

/// How much of a value is put into data.
public enum Detail: Sendable {
    /// What differs from the defaults, in the short forms: as one writes it.
    case declared
    /// All that has a value, in the long forms: as two configurations are compared.
    case whole
}
