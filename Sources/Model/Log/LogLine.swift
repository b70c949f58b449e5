/// A line of the access log as a user wants it, such as `{client} [{time}] "{method} {target}" {status}`.
///
/// A field is its name in braces. Other braces stand for themselves, so that JSON can be written:
/// `{"from":"{client}"}`.
public struct LogLine: Sendable, Hashable {
    /// Bytes that it may have.
    public static let bytesMax = 2_048

    /// What it consists of.
    public enum Piece: Sendable, Hashable {
        /// Bytes that are the same in each line.
        case text([UInt8])
        /// A value.
        case field(LogField)
    }

    /// What is wrong with it.
    public enum Fault: Error, Equatable {
        /// A name in braces is no field's; where it stands, with its braces.
        case unknown(name: String, range: Range<Int>)
        /// A field is there twice; where it stands for the second time.
        case doubled(name: String, range: Range<Int>)
        /// A word by which others write a field: where it stands.
        case foreign(range: Range<Int>)
        /// It names no field.
        case empty
    }

    /// As it is declared.
    public let text: String
    /// The pieces in their order.
    public let pieces: [Piece]

    /// The fields in their order.
    public var fields: [LogField] {
        pieces.compactMap { if case .field(let field) = $0 { field } else { nil } }
    }

    /// Reads a line as it is declared.
    public init(_ text: String) throws(Fault) {
        self.text = text
        let bytes = Array(text.utf8)
        var (pieces, constant): ([Piece], [UInt8]) = ([], [])
        var seen: Set<LogField> = []
        var offset = 0
        while offset < bytes.count {
            if let word = Self.foreign(at: offset, in: bytes) { throw .foreign(range: word) }
            guard let range = Self.braces(at: offset, in: bytes) else {
                constant.append(bytes[offset])
                offset += 1
                continue
            }
            let name = String(decoding: bytes[range].dropFirst().dropLast(), as: UTF8.self)
            guard let field = LogField(name: name) else { throw .unknown(name: name, range: range) }
            guard seen.insert(field).inserted else { throw .doubled(name: name, range: range) }
            if !constant.isEmpty { pieces.append(.text(constant)) }
            constant = []
            pieces.append(.field(field))
            offset = range.upperBound
        }
        guard !seen.isEmpty else { throw .empty }
        if !constant.isEmpty { pieces.append(.text(constant)) }
        self.pieces = pieces
    }

    /// A name in braces.
    private static func braces(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        guard bytes[start] == UInt8(ascii: "{") else { return nil }
        let end = bytes[(start + 1)...].firstIndex { !isOfName($0) } ?? bytes.count
        guard end > start + 1, end < bytes.count, bytes[end] == UInt8(ascii: "}") else { return nil }
        return start..<(end + 1)
    }

    /// A word of Apache's, nginx's or HAProxy's: `%h`, `%>s`, `%{Referer}i`, `$status`, `%[src]`, `%ci`.
    private static func foreign(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        guard bytes[start] == UInt8(ascii: "%") || bytes[start] == UInt8(ascii: "$") else { return nil }
        var end = start + 1
        if bytes[start] == UInt8(ascii: "%") {
            while end < bytes.count, bytes[end] == UInt8(ascii: ">") || bytes[end] == UInt8(ascii: "<") { end += 1 }
            let closing: UInt8? =
                end < bytes.count
                ? bytes[end] == UInt8(ascii: "{")
                    ? UInt8(ascii: "}") : bytes[end] == UInt8(ascii: "[") ? UInt8(ascii: "]") : nil : nil
            if let closing {
                guard let close = bytes[end...].firstIndex(of: closing) else { return nil }
                end = close + 1
                if closing == UInt8(ascii: "]") { return start..<end }
            }
        }
        let letters = bytes[end...].firstIndex { !isOfName($0) } ?? bytes.count
        return letters > end && isLetter(bytes[end]) ? start..<letters : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a") <= byte | 0x20 && byte | 0x20 <= UInt8(ascii: "z")
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte == UInt8(ascii: "_") || UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }
}
