import Forwarding

/// The keys that a mapping may have.
struct Table: Sendable {
    /// A key and what it may hold.
    struct Key: Sendable {
        /// Lower case, with hyphens.
        let name: String
        /// What it may hold.
        let shape: Shape
        /// What it is for, in one line.
        let summary: String
        /// Whether the mapping is wrong without it.
        let isRequired: Bool

        /// Makes a key.
        init(_ name: String, _ shape: Shape, _ summary: String, isRequired: Bool = false) {
            self.name = name
            self.shape = shape
            self.summary = summary
            self.isRequired = isRequired
        }

        /// A key that holds a number.
        init(_ setting: Setting, orOff: Bool = false) {
            self.init(setting.name, .quantity(setting, or: orOff ? "off" : nil), setting.summary)
        }
    }

    /// What the mapping is, in one line.
    let summary: String
    /// The keys in the order in which one writes them.
    let keys: [Key]
    /// What others call its keys.
    let foreign: ForeignWords
    /// The key that is meant where the path of a file stands in place of the mapping.
    let alone: String?

    /// Makes a table.
    init(_ summary: String, _ keys: [Key], foreign: ForeignWords = .none, alone: String? = nil) {
        self.summary = summary
        self.keys = keys
        self.foreign = foreign
        self.alone = alone
    }

    /// Finds a key; asking for one that is not there is a broken invariant.
    subscript(name: String) -> Key {
        guard let key = keys.first(where: { $0.name == name }) else {
            preconditionFailure("the table has no key \(name)")
        }
        return key
    }
}
