/// Counts lines and columns as libyaml does: a column a scalar, and five kinds of line breaks.
struct LineCounter {
    private let file: String
    private(set) var line = 1
    private(set) var column = 1
    private var isAfterReturn = false

    /// Begins with the first character of a file.
    init(of file: String) {
        self.file = file
    }

    /// The place of the next character.
    var origin: Origin { .mark(file: file, line: line, column: column) }

    /// Moves over a character.
    mutating func advance(over scalar: Unicode.Scalar) {
        switch scalar {
        case "\n" where isAfterReturn: break
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
            line += 1
            column = 1
        default:
            column += 1
        }
        isAfterReturn = scalar == "\r"
    }
}
