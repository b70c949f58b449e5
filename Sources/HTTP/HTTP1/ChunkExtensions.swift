/// Follows the extensions of a chunk's size line (RFC 9112, section 7.1.1), which Martlet neither knows nor forwards.
///
/// White space may stand around their delimiters (BWS, RFC 9110 section 5.6.3), but not at the line's end:
///
///     size ─▶ blank ─;─▶ semicolon ─▶ name ─▶ nameBlank ─=─▶ equals ─┬▶ token ───────────────┬▶ valueBlank ─;─▶ …
///                                                                    └▶ quoted ⇄ escaped ─▶ quotedEnd
///
/// Requests keep to that, since whoever reads a malformed line otherwise than we do may find another message in it. In
/// answers, whose members are trusted with more, the size may be padded with blanks, and whatever follows a semicolon
/// is passed over: refusing it would cost whole pages.
struct ChunkExtensions {
    private enum State: UInt8 {
        case blank, semicolon, name, nameBlank, equals, token, quoted, escaped, quotedEnd, valueBlank
    }

    private var state = State.blank

    /// Takes the next byte, which is neither a control nor the line's end.
    ///
    /// - Returns: whether it may stand there.
    mutating func take(_ byte: UInt8, isAnswer: Bool) -> Bool {
        guard let next = next(byte) else { return isAnswer && state != .blank }
        state = next
        return true
    }

    /// Whether the line may end here.
    func mayEnd(isAnswer: Bool) -> Bool {
        switch state {
        case .name, .token, .quotedEnd: true
        case .blank, .semicolon, .nameBlank, .equals, .quoted, .escaped, .valueBlank: isAnswer
        }
    }

    private func next(_ byte: UInt8) -> State? {
        switch state {
        case .quoted: return byte == UInt8(ascii: "\"") ? .quotedEnd : byte == UInt8(ascii: "\\") ? .escaped : .quoted
        case .escaped: return .quoted
        case .equals where byte == UInt8(ascii: "\""): return .quoted
        case .equals where byte.isToken: return .token
        case .equals: return byte.isBlank ? .equals : nil
        case .semicolon: return byte.isToken ? .name : byte.isBlank ? .semicolon : nil
        case .name where byte.isToken: return .name
        case .token where byte.isToken: return .token
        case .name, .nameBlank, .token, .quotedEnd, .valueBlank, .blank: break
        }
        let isName = state == .name || state == .nameBlank
        switch byte {
        case UInt8(ascii: ";"): return .semicolon
        case UInt8(ascii: "=") where isName: return .equals
        default: return byte.isBlank ? (isName ? .nameBlank : state == .blank ? .blank : .valueBlank) : nil
        }
    }
}
