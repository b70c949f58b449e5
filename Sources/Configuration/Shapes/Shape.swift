import Forwarding

/// What a piece of the configuration may hold.
///
/// The decoder and the JSON Schema both go by it, so that they cannot say different things.
indirect enum Shape: Sendable {
    /// A number, with the unit that the setting says; `or`: a word that is a value too, such as `off`.
    case quantity(Setting, or: String? = nil)
    /// `true` or `false`.
    case boolean(standard: Bool)
    /// One of some words; `foreign`: what others call them.
    case choice([String], standard: String?, foreign: ForeignWords = .none)
    /// A text.
    case text(TextShape)
    /// A list with at least `countMin` pieces.
    case list(Shape, countMin: Int)
    /// A mapping with names of the user's choice and at least one of them.
    case named(Shape, names: TextShape)
    /// A mapping with the keys of a table.
    case table(Table)
    /// A mapping with the keys of a table, or the value of one of its keys alone.
    case shorthand(String, Table)
}

/// A kind of text.
struct TextShape: Sendable {
    /// What is expected, as a message says it: `a host name such as shop.example.com`.
    let expected: String
    /// A regular expression (ECMA-262) that tells an editor most of what is wrong; the decoder's grammar tells all.
    let pattern: String
    /// Whether what YAML takes for a number or a boolean could be meant.
    let isWord: Bool

    /// Describes a kind of text.
    init(_ expected: String, pattern: String, isWord: Bool = false) {
        self.expected = expected
        self.pattern = pattern
        self.isWord = isWord
    }

    /// The name of a balancer or a member.
    static let name = TextShape(
        "a name of letters, digits, \"_\", \".\" and \"-\"", pattern: "^[A-Za-z0-9_.-]{1,128}$",
        isWord: true)
}
