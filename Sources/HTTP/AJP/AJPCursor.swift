import Bytes

/// A place in a packet that a member has sent, which moves on as its numbers and strings are read. No length takes it
/// past the packet's end.
struct AJPCursor {
    private(set) var offset = 0

    /// A number of 16 bits.
    mutating func integer(in packet: Span<UInt8>) throws(RecordError) -> Int {
        guard packet.count - offset >= 2 else { throw .truncated }
        defer { offset += 2 }
        return packet.integer(at: offset)
    }

    /// Where a string lies.
    mutating func string(in packet: Span<UInt8>) throws(RecordError) -> Range<Int> {
        try string(of: integer(in: packet), in: packet)
    }

    /// Passes over a string, which may be none at all.
    mutating func skipString(in packet: Span<UInt8>) throws(RecordError) {
        let length = try integer(in: packet)
        guard length != Int(UInt16.max) else { return }
        _ = try string(of: length, in: packet)
    }

    /// A field's name: in so many bytes, or by a code.
    enum Name {
        case written(Range<Int>)
        case coded(AJPCodes.AnswerField)
    }

    /// The name of a field.
    mutating func name(in packet: Span<UInt8>) throws(RecordError) -> Name {
        let number = try integer(in: packet)
        if number >> 8 == AJPCodes.fieldMark {
            guard let field = AJPCodes.AnswerField(rawValue: UInt8(number & 0xFF)) else { throw .codeUnknown }
            return .coded(field)
        }
        return .written(try string(of: number, in: packet))
    }

    /// A string whose length was read.
    private mutating func string(of length: Int, in packet: Span<UInt8>) throws(RecordError) -> Range<Int> {
        guard length != Int(UInt16.max) else { throw .stringNull }
        // A NUL is behind it.
        guard length < packet.count - offset else { throw .stringPastPacket }
        let end = offset + length
        guard packet[end] == 0 else { throw .stringUnterminated }
        defer { offset = end + 1 }
        return offset..<end
    }
}
