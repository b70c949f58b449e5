/// What a program beside a member says of it, in the words that HAProxy's agents use (HAProxy's manual, `agent-check`).
///
/// Words stand in one line with blanks, tabs or commas between, their case means nothing, and of those that speak of
/// one thing the last one holds. What stands behind `#` is for people.
public struct AgentReply: Sendable, Equatable {
    /// What somebody has decided.
    public enum Administration: String, Sendable {
        /// It may have requests.
        case ready
        /// It may have those of its sessions.
        case drain
        /// It may have none.
        case maint
    }

    /// How the member is.
    public enum Operation: String, Sendable {
        /// It is well.
        case up
        /// It is not: three words for those who read them.
        case down, stopped, fail
    }

    /// Bytes that a reply may have.
    public static let bytesMax = 1_024
    /// Per cent that are believed at most, as in HAProxy.
    public static let percentMax = 25_600
    /// Bytes of a description that are kept.
    static let descriptionBytesMax = 128

    /// What somebody has decided; `nil`: nothing is said of it.
    public private(set) var administration: Administration?
    /// How the member is; `nil`: nothing is said of it.
    public private(set) var operation: Operation?
    /// Per cent of its load factor; `nil`: nothing is said of it.
    public private(set) var sharePercent: Int?
    /// How many exchanges it may have under way; `nil`: nothing is said of it.
    public private(set) var exchangesMax: Int?
    /// The same where 0 is any number, as in HAProxy.
    public var exchangesBound: Int? { exchangesMax.map { $0 == 0 ? .max : $0 } }
    /// What is for people, of printable ASCII; empty: nothing is.
    public private(set) var description = ""
    /// How many words are none that is known.
    public private(set) var unknownCount = 0

    /// Reads a reply.
    ///
    /// - Parameter bytes: its first line or more; what follows the line's end is not looked at.
    public init(_ bytes: Span<UInt8>) {
        var word: [UInt8] = []
        var offset = 0
        while offset < bytes.count, offset < Self.bytesMax, !Self.endsLine(bytes[offset]) {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "#") {
                describe(bytes, from: offset)
                break
            }
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: ",") {
                take(word)
                word = []
            } else {
                word.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
        }
        take(word)
    }

    /// Whether a byte ends the line.
    public static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D || byte == 0 }

    private mutating func take(_ word: [UInt8]) {
        guard !word.isEmpty else { return }
        let text = String(decoding: word, as: UTF8.self)
        if let administration = Administration(rawValue: text) {
            self.administration = administration
        } else if let operation = Operation(rawValue: text) {
            self.operation = operation
        } else if let percent = Self.percent(text.hasPrefix("weight:") ? text.dropFirst(7) : text[...]) {
            sharePercent = percent
        } else if text.hasPrefix("maxconn:"), let count = Self.number(text.dropFirst(8)) {
            exchangesMax = count
        } else {
            unknownCount += 1
        }
    }

    private static func percent(_ text: Substring) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        return number(text.dropLast()).map { min($0, percentMax) }
    }

    /// A number of digits alone; one that is too long is the greatest.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }

    private mutating func describe(_ bytes: Span<UInt8>, from start: Int) {
        var kept: [UInt8] = []
        var offset = start
        while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") || bytes[offset] == UInt8(ascii: "\t") {
            offset += 1
        }
        while offset < bytes.count, kept.count < Self.descriptionBytesMax, !Self.endsLine(bytes[offset]) {
            kept.append((0x20...0x7E).contains(bytes[offset]) ? bytes[offset] : UInt8(ascii: "?"))
            offset += 1
        }
        description = String(decoding: kept, as: UTF8.self)
    }
}
