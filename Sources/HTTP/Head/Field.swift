/// One field of a head: where its name and value lie, and what is known of it. 16 bytes.
///
/// Offsets count from the first byte of the span that was parsed.
public struct Field: Equatable, Sendable {
    let nameOffset: UInt32
    let valueOffset: UInt32
    let valueCount: UInt32
    let nameCount: UInt16
    /// Which name it is.
    public let known: KnownField
    /// What was found out about the field beside its name.
    public internal(set) var marks: FieldMarks

    /// The name's bytes: a token (RFC 9110, section 5.6.2).
    @inlinable
    public var name: Range<Int> { nameStart..<(nameStart + nameBytes) }

    /// The value's bytes, without white space around them; may be empty.
    @inlinable
    public var value: Range<Int> { valueStart..<(valueStart + valueBytes) }

    @usableFromInline var nameStart: Int { Int(nameOffset) }
    @usableFromInline var nameBytes: Int { Int(nameCount) }
    @usableFromInline var valueStart: Int { Int(valueOffset) }
    @usableFromInline var valueBytes: Int { Int(valueCount) }

    /// Where the line ends, after its CR LF; only for fields marked ``FieldMarks/plain``.
    var plainEnd: Int { valueStart + valueBytes + 2 }
}
