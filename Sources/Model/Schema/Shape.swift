/// What a piece of the configuration may hold.
///
/// The decoder, the JSON Schema and the reference go by it, so that they cannot say different things.
public indirect enum Shape: Sendable {
    /// A number, with the unit that the setting says; `or`: a word that is a value too, such as `off`.
    case quantity(Setting, or: String? = nil)
    /// `true` or `false`; `standard`: what holds where the key is left out; `nil`: something else decides then; `or`: a
    /// text that is a value too.
    case boolean(standard: Bool?, or: TextKind? = nil)
    /// One of some words; `others`: what they are called elsewhere.
    case choice([String], standard: String?, others: Vocabulary = .none)
    /// A text.
    case text(TextKind)
    /// A list with at least `countMin` pieces.
    case list(Shape, countMin: Int)
    /// One piece alone, or a list with at least one.
    case oneOrMore(Shape)
    /// A mapping with names of the user's choice and at least one of them.
    case named(Shape, names: TextKind)
    /// A mapping with the keys of a table.
    case table(Table)
    /// A mapping with the keys of a table, or the value of one of its keys alone.
    case shorthand(String, Table)
}

/// A place for which it is known what other balancers call the keys or the words that may stand there.
public enum Vocabulary: Sendable {
    case none
    case root, listener, tls, site, path, balancer, member, affinity, timeouts, limits, compression, log, accessLog
    case control, metrics, fastCGI, forwarded, dns
    case eventLog, syslog, levels
    case listenerLimits, placeLimits, placeTimeouts, buffering
    case rates, rateKeys, rateSources, fields, fieldEdits, redirects, redirectStatuses, redirectSchemes, cases
    case conditions, transportSecurity, requestID, users, escapedSlashes
    case check, checkKinds, agent
    case methods, statuses, modes, secure, codings
}

/// The keys that a mapping may have.
public struct Table: Sendable {
    /// A key and what it may hold.
    public struct Key: Sendable {
        /// Lower case, with hyphens.
        public let name: String
        /// What it may hold.
        public let shape: Shape
        /// What holds where it is left out; `nil`: nothing does.
        public let standard: Datum?
        /// What it is for, in one line.
        public let summary: String
        /// Whether the mapping is wrong without it.
        public let isRequired: Bool
    }

    /// What the mapping is, in one line.
    public let summary: String
    /// The keys in the order in which one writes them.
    public let keys: [Key]
    /// What others call its keys.
    public let others: Vocabulary
    /// The key that is meant where the path of a file stands in place of the mapping.
    public let alone: String?

    /// Finds a key; asking for one that is not there is a broken invariant.
    public subscript(name: String) -> Key {
        guard let key = keys.first(where: { $0.name == name }) else {
            preconditionFailure("the table has no key \(name)")
        }
        return key
    }
}
