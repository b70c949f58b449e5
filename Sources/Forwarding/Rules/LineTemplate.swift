import Bytes
import Model

/// Field lines with facts in them, ready to be written. Immutable; a class, so that using it copies nothing.
final class LineTemplate: Sendable {
    /// A part of the text, and the fact behind it; `nil`: the line ends there.
    private struct Piece {
        let start: Int
        let end: Int
        let fact: FieldFact?
    }

    private let text: [UInt8]
    private let pieces: [Piece]
    /// Bytes that the lines have at most.
    let bytesMax: Int
    /// What stands in them, and what of that is open.
    let facts: FactSet
    let open: FactSet

    /// - Parameter lines: those whose values have facts in them.
    init(_ lines: [FieldLine]) {
        var text: [UInt8] = []
        var pieces: [Piece] = []
        for line in lines {
            var start = text.count
            text += Array(line.name.utf8) + Array(": ".utf8)
            for octet in line.template?.octets ?? [] {
                if let fact = FieldFact(mark: octet) {
                    pieces.append(Piece(start: start, end: text.count, fact: fact))
                    start = text.count
                } else {
                    text.append(octet)
                }
            }
            text += Array("\r\n".utf8)
            pieces.append(Piece(start: start, end: text.count, fact: nil))
        }
        self.text = text
        self.pieces = pieces
        let facts = pieces.compactMap(\.fact)
        self.facts = FactSet(facts)
        open = FactSet(facts.filter(\.isOpen))
        bytesMax = pieces.reduce(text.count) { $0 + ($1.fact?.bytesMax ?? 0) }
    }

    /// Appends the lines. A line of which a fact has no value is left out.
    ///
    /// - Parameter put: appends a fact; whether it has a value, of ``FieldFact/bytesMax`` bytes at most.
    func append(to lines: inout [UInt8], _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool) {
        let text = text
        lines.append(addingCapacity: bytesMax) { (output: inout OutputSpan<UInt8>) in
            var start = output.count
            var isWhole = true
            for piece in pieces {
                if isWhole {
                    isWhole = output.append(copying: text.span.extracting(piece.start..<piece.end))
                    if isWhole, let fact = piece.fact { isWhole = put(fact, &output) }
                }
                guard piece.fact == nil else { continue }
                if !isWhole { output.removeLast(output.count - start) }
                start = output.count
                isWhole = true
            }
        }
    }
}

extension [UInt8] {
    /// Appends lines in which the places of facts are marked, with what belongs there. A line of which a fact has no
    /// value is left out.
    ///
    /// - Parameters:
    ///   - lines: each with its CR LF; a ``FieldFact/rawValue`` stands for each fact.
    ///   - bytesMax: bytes that they have at most with all facts in their places.
    ///   - put: appends a fact; whether it has a value, of ``FieldFact/bytesMax`` bytes at most.
    mutating func append(
        marked lines: Span<UInt8>, bytesMax: Int, _ put: (FieldFact, inout OutputSpan<UInt8>) -> Bool
    ) {
        append(addingCapacity: bytesMax) { (output: inout OutputSpan<UInt8>) in
            // Where the line begins, and the piece of it that is not appended yet.
            var (line, piece) = (output.count, 0)
            var isWhole = true
            var offset = 0
            // Neither a mark nor a line's end is as high as a space.
            while let found = lines.firstOffset(below: 0x20, from: offset) {
                offset = found + 1
                if let fact = FieldFact(mark: lines[found]) {
                    if isWhole {
                        isWhole = output.append(copying: lines.extracting(piece..<found)) && put(fact, &output)
                    }
                    piece = offset
                } else if lines[found] == UInt8(ascii: "\n") {
                    if isWhole { isWhole = output.append(copying: lines.extracting(piece..<offset)) }
                    if !isWhole { output.removeLast(output.count - line) }
                    (line, piece, isWhole) = (output.count, offset, true)
                }
            }
        }
    }
}

extension OutputSpan where Element == UInt8 {
    /// Appends a value that comes from elsewhere: all of it, if each of its octets can stand in a field's value
    /// (RFC 9110, section 5.5), so that it ends no line, and if it is neither empty nor too long.
    ///
    /// - Returns: whether it was appended.
    mutating func append(_ value: Span<UInt8>, as fact: FieldFact) -> Bool {
        guard !value.isEmpty, value.count <= fact.bytesMax else { return false }
        for offset in value.indices where value[offset] < 0x20 || value[offset] == 0x7F { return false }
        return append(copying: value)
    }
}
