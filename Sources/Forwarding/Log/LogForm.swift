import Bytes
import Model

/// Some fields in the order in which a line has them, and the line as it is while none of them says anything, put
/// together once: half of a line's fields say nothing, and what stands around them is copied in one piece.
///
/// What writes a line retains the arrays, so each plan has its own: a form that all workers had in common would have
/// each line of theirs write to the same counts of references.
struct LogForm: Sendable {
    /// How a value is told from what stands around it.
    enum Style: Sendable, Equatable {
        /// As JSON has it between quotes, in which nothing ends it.
        case quoted
        /// Blanks are escaped, and the byte that follows; what is not known is a hyphen.
        case bare(follower: UInt8)
    }

    /// A whole line: a JSON object with the same keys in each, and its line feed.
    static func json(hiding hidden: Set<LogField>) -> LogForm {
        LogForm(LogField.allCases, from: "{", between: ",", to: "}\n", hiding: hidden) { field in
            ("\"\(field.entry.name)\":", !field.entry.isBare)
        }
    }

    /// What follows Apache's own fields in the combined form, with the line feed.
    static func pairs(hiding hidden: Set<LogField>) -> LogForm {
        LogForm(LogField.pairs, from: " ", between: " ", to: "\n", hiding: hidden, key: pair)
    }

    /// The value of `X-Martlet-Route`, for the few who ask for it.
    static let decision = LogForm(LogField.decision, from: "", between: " ", to: "", hiding: [], key: pair)

    /// A field of a line.
    struct Piece {
        let field: LogField
        /// How its value is written.
        let style: Style
        /// Where what is in ``text`` for it begins and ends, in whose place the value stands.
        let (start, end): (Int, Int)
    }

    /// The fields whose values are written.
    let pieces: [Piece]
    /// The line in which no field says anything.
    private let text: [UInt8]

    /// - Parameters:
    ///   - hidden: fields that have the same empty value in each line.
    ///   - key: what stands before a field's value, and whether quotes are around it.
    private init(
        _ fields: [LogField], from begin: String, between: String, to end: String, hiding hidden: Set<LogField>,
        key: (LogField) -> (text: String, isQuoted: Bool)
    ) {
        var texts: [[UInt8]] = []
        var before = begin
        for field in fields {
            let (name, isQuoted) = key(field)
            texts.append(Array((before + name + (isQuoted ? "\"" : "")).utf8))
            before = (isQuoted ? "\"" : "") + between
        }
        let isQuoted = fields.last.map { key($0).isQuoted } ?? false
        texts.append(Array(((isQuoted ? "\"" : "") + end).utf8))
        self.init(fields, styles: fields.map { _ in .quoted }, texts: texts, hiding: hidden)
    }

    /// A line of the user's choice, with its line feed.
    ///
    /// - Parameter hidden: fields that have the same empty value in each line.
    init(_ line: LogLine, hiding hidden: Set<LogField>) {
        var (fields, styles, texts): ([LogField], [Style], [[UInt8]]) = ([], [], [[]])
        var isQuoted = false
        for (index, piece) in line.pieces.enumerated() {
            switch piece {
            case .text(let bytes):
                texts[texts.count - 1] += Self.escaped(bytes)
                for byte in bytes where byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            case .field(let field):
                fields.append(field)
                texts.append([])
                var follower = UInt8(ascii: "\n")
                if index + 1 < line.pieces.count {
                    if case .text(let next) = line.pieces[index + 1] { follower = next[0] }
                }
                styles.append(isQuoted ? .quoted : .bare(follower: follower))
            }
        }
        texts[texts.count - 1].append(UInt8(ascii: "\n"))
        self.init(fields, styles: styles, texts: texts, hiding: hidden)
    }

    private init(_ fields: [LogField], styles: [Style], texts: [[UInt8]], hiding hidden: Set<LogField>) {
        var (pieces, text): ([Piece], [UInt8]) = ([], [])
        for (index, field) in fields.enumerated() {
            let style = styles[index]
            text += texts[index]
            let start = text.count
            text += Array("\(Self.nothing(of: field, as: style))".utf8)
            guard !hidden.contains(field) else { continue }
            pieces.append(Piece(field: field, style: style, start: start, end: text.count))
        }
        (self.pieces, self.text) = (pieces, text + texts[fields.count])
    }

    /// What stands in a line for a value that is hidden, or that says nothing.
    static func nothing(of field: LogField, as style: Style) -> StaticString {
        switch field {
        case .routeChanged, .resumed: "false"
        default: field.entry.isBare ? "0" : style == .quoted ? "" : "-"
        }
    }

    /// What would end the line is left out of what the user has written.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.filter { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }

    private static func pair(_ field: LogField) -> (text: String, isQuoted: Bool) {
        ("\(field.key)=", field.isQuoted)
    }

    /// Writes a line.
    ///
    /// - Parameters:
    ///   - silent: fields that say nothing in it.
    ///   - putValue: writes the value of one of the others.
    @inline(__always)
    func write(
        without silent: LogFields, to output: inout LineWriter, _ putValue: (Piece, inout LineWriter) -> Void
    ) {
        let (text, pieces) = (text.span, pieces.span)
        var written = 0
        for index in pieces.indices {
            let piece = pieces[index]
            guard !silent.contains(piece.field) else { continue }
            output.put(text.extracting(written..<piece.start))
            putValue(piece, &output)
            written = piece.end
        }
        output.put(text.extracting(written...))
    }
}
