import Bytes

/// A set of names of fields, and of beginnings of names, as members read them.
///
/// CGI and whatever follows it make a variable of each field: letters lose their case there, and a hyphen, an
/// underscore and (lighttpd) every other mark become one and the same letter. So do they here: `X-User` is also
/// `x_user` and `X.USER`.
///
/// Made with an edge and shared by its workers. Nearly all fields are told apart by the first byte and the length of
/// their name, before any name is compared.
public final class FieldNames: Sendable {
    /// For each first byte, by its five lowest bits, which a letter has in either case: a bit for each length that a
    /// name of the set may have. The last stands for all lengths from ``lengthMax`` on.
    private let lengths: InlineArray<32, UInt64>
    private let entries: [Entry]
    /// The bytes of all entries, each from a word of its own on; see ``Swift/UInt64/hyphenated``.
    private let words: [UInt64]

    private static let lengthMax = 63

    private struct Entry {
        let firstWord: Int
        let count: Int
        let isPrefix: Bool
    }

    /// Makes a set.
    ///
    /// - Parameters:
    ///   - names: whole names, in any case; none is empty.
    ///   - prefixes: how further names begin, or are; none is empty.
    public init(_ names: [String], prefixes: [String] = []) {
        var lengths = InlineArray<32, UInt64>(repeating: 0)
        var entries: [Entry] = []
        var words: [UInt64] = []
        for (text, isPrefix) in names.map({ ($0, false) }) + prefixes.map({ ($0, true) }) {
            let name = Array(text.utf8)
            precondition(!name.isEmpty, "a name without letters is every name's beginning")
            let length = min(name.count, Self.lengthMax)
            let bits = isPrefix ? UInt64.max << UInt64(length) : 1 << UInt64(length)
            // Whatever is neither letter nor digit reads alike.
            let isAlone = name[0].isLetter || name[0].isDigit
            for row in isAlone ? Self.row(ofFirst: name[0])..<Self.row(ofFirst: name[0]) + 1 : lengths.indices {
                lengths[row] |= bits
            }
            entries.append(Entry(firstWord: words.count, count: name.count, isPrefix: isPrefix))
            for offset in stride(from: 0, to: name.count, by: 8) {
                words.append(name.span.word(at: offset, count: min(8, name.count - offset)).hyphenated)
            }
        }
        self.lengths = lengths
        self.entries = entries
        self.words = words
    }

    /// Whether a field's name is in the set.
    ///
    /// - Parameter source: the bytes that were parsed.
    @inline(__always)
    public func contains(_ field: Field, in source: Span<UInt8>) -> Bool {
        contains(field.name, in: source)
    }

    /// Whether a name is in the set.
    ///
    /// - Parameters:
    ///   - name: where it lies; not empty.
    ///   - source: the bytes that it lies in.
    @inline(__always)
    func contains(_ name: Range<Int>, in source: Span<UInt8>) -> Bool {
        let length = UInt64(truncatingIfNeeded: min(name.count, Self.lengthMax))
        guard lengths[Self.row(ofFirst: source[name.lowerBound])] &>> length & 1 == 1 else { return false }
        return search(name, in: source)
    }

    @inline(__always)
    private static func row(ofFirst byte: UInt8) -> Int { Int(byte & 31) }

    private func search(_ name: Range<Int>, in source: Span<UInt8>) -> Bool {
        for entry in entries where entry.isPrefix ? name.count >= entry.count : name.count == entry.count {
            if begins(name, with: entry, in: source) { return true }
        }
        return false
    }

    private func begins(_ name: Range<Int>, with entry: Entry, in source: Span<UInt8>) -> Bool {
        var offset = 0
        var index = entry.firstWord
        while offset < entry.count {
            let word = source.word(at: name.lowerBound + offset, count: min(8, entry.count - offset))
            guard word.hyphenated == words[index] else { return false }
            offset += 8
            index += 1
        }
        return true
    }
}

extension UInt64 {
    /// The word with letters in lower case, and a hyphen for each of its eight bytes that is neither letter nor digit.
    fileprivate var hyphenated: UInt64 {
        let word = asciiLowercased
        let high = UInt64(repeating: 0x80)
        let low = word & ~high
        let letters = (low &+ UInt64(repeating: 0x80 - 0x61)) ^ (low &+ UInt64(repeating: 0x7F - 0x7A))
        let digits = (low &+ UInt64(repeating: 0x80 - 0x30)) ^ (low &+ UInt64(repeating: 0x7F - 0x39))
        let others = ~((letters | digits) & ~word) & high
        let bytes = (others &>> 7) &* 0xFF
        return word & ~bytes | UInt64(repeating: UInt8(ascii: "-")) & bytes
    }
}
