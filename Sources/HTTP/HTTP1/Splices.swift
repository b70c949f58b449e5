import Bytes

/// Ranges of a head's source in whose place other bytes are written when the head is written anew.
///
/// Ordered by their place, without overlaps. They are honoured in a request's target and in the values of the fields
/// that are passed on; not in those that the edge writes itself (`Via`, `X-Forwarded-…`, what compression changes). A
/// field whose value is replaced by nothing is left out. ``removeAll()`` keeps the memory, so that one value serves a
/// worker for all its messages.
public struct Splices: Sendable {
    /// A range, and where in `text` what replaces it lies.
    private struct Splice {
        let start: Int
        let end: Int
        let textStart: Int
        let textEnd: Int
    }

    private var splices: [Splice] = []
    private var text: [UInt8] = []

    /// Makes an empty list.
    public init() {}

    /// Whether nothing is replaced.
    public var isEmpty: Bool { splices.isEmpty }

    /// Forgets everything.
    public mutating func removeAll() {
        guard !splices.isEmpty else { return }
        splices.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    /// Replaces a range.
    ///
    /// - Parameters:
    ///   - range: in the source, within the target or the value of one field; empty: bytes are put in there, behind
    ///     those that were put in at the same place before.
    ///   - bytes: without CR, LF and NUL; may be empty.
    /// - Returns: whether it is replaced: not where it overlaps an earlier one, nor beyond ``Limits/splicesMax``.
    public mutating func replace(_ range: Range<Int>, with bytes: Span<UInt8>) -> Bool {
        guard splices.count < Limits.splicesMax, text.count + bytes.count <= Limits.headBytesCeiling else {
            return false
        }
        var index = splices.count
        while index > 0, splices[index - 1].start > range.lowerBound { index -= 1 }
        if index > 0, splices[index - 1].end > range.lowerBound { return false }
        if index < splices.count, splices[index].start < range.upperBound { return false }
        let textStart = text.count
        for offset in bytes.indices { text.append(bytes[offset]) }
        let splice = Splice(
            start: range.lowerBound, end: range.upperBound, textStart: textStart, textEnd: text.count)
        // Nearly always in order: nothing is to be shifted.
        if index == splices.count { splices.append(splice) } else { splices.insert(splice, at: index) }
        return true
    }

    /// Where the next splice begins; `Int.max` when there is none.
    func start(at index: Int) -> Int {
        index < splices.count ? splices[index].start : .max
    }

    /// Finds the first splice that does not lie before an offset.
    func index(from index: Int, notBefore offset: Int) -> Int {
        var index = index
        while index < splices.count, splices[index].start < offset { index += 1 }
        return index
    }

    /// Bytes that a range has when it is written.
    ///
    /// - Parameter index: of the first splice in it.
    func count(_ range: Range<Int>, from index: Int) -> Int {
        var count = range.count
        var index = index
        while index < splices.count, splices[index].end <= range.upperBound {
            count += splices[index].textEnd - splices[index].textStart - (splices[index].end - splices[index].start)
            index += 1
        }
        return count
    }

    /// A range of the source with what is replaced in it, for those who tell of a head and do not write it.
    package func applied(to range: Range<Int>, of source: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var offset = range.lowerBound
        for splice in splices where splice.start >= range.lowerBound && splice.end <= range.upperBound {
            for index in offset..<splice.start { result.append(source[index]) }
            result += text[splice.textStart..<splice.textEnd]
            offset = splice.end
        }
        for index in offset..<range.upperBound { result.append(source[index]) }
        return result
    }

    /// Writes a range of the source with what is replaced in it.
    ///
    /// - Parameter index: of the first splice in it; of the first one behind it afterwards.
    func write(
        _ range: Range<Int>, of source: Span<UInt8>, from index: inout Int, to output: inout OutputSpan<UInt8>,
        _ fits: inout Bool
    ) {
        var offset = range.lowerBound
        while index < splices.count, splices[index].end <= range.upperBound {
            let splice = splices[index]
            output.put(offset..<splice.start, of: source, &fits)
            output.put(splice.textStart..<splice.textEnd, of: text.span, &fits)
            offset = splice.end
            index += 1
        }
        output.put(offset..<range.upperBound, of: source, &fits)
    }
}
