import Bytes

/// Reads `Content-Length` and `Transfer-Encoding` and settles, once and for all, how a message is framed (RFC 9112,
/// section 6).
///
/// The same for requests and answers; whatever leaves a doubt is refused.
struct FramingFields {
    private var length: UInt64?
    private var offset = 0
    private var isChunked = false
    private var hasCoding = false
    private var hasUnknownCoding = false

    /// Reads a `Content-Length` field: digits only, no list, never twice.
    mutating func readLength(_ field: Field, in bytes: Span<UInt8>) throws(HeadError) {
        let value = field.value
        guard length == nil else { throw HeadError(.lengthRepeated, at: value.lowerBound) }
        guard !value.isEmpty else { throw HeadError(.lengthMalformed, at: value.lowerBound) }
        var number: UInt64 = 0
        for offset in value {
            let digit = bytes[offset] &- 0x30
            guard digit < 10, number <= (UInt64(Int64.max) - 9) / 10 else {
                throw HeadError(.lengthMalformed, at: offset)
            }
            number = number &* 10 &+ UInt64(digit)
        }
        length = number
        offset = value.lowerBound
    }

    /// Reads a `Transfer-Encoding` field; several are one list.
    mutating func readCoding(_ field: Field, in bytes: Span<UInt8>) throws(HeadError) {
        hasCoding = true
        offset = field.value.lowerBound
        var next = field.value.lowerBound
        let end = field.value.upperBound
        guard next < end, bytes[end - 1] != UInt8(ascii: ",") else {
            throw HeadError(.transferCodingMalformed, at: next)
        }
        while let coding = bytes.nextElement(from: &next, to: end) {
            let tokenEnd = bytes.tokenEnd(from: coding.lowerBound, to: coding.upperBound)
            guard !coding.isEmpty, tokenEnd == coding.upperBound else {
                throw HeadError(.transferCodingMalformed, at: tokenEnd)
            }
            guard !isChunked else { throw HeadError(.chunkedNotLast, at: coding.lowerBound) }
            if bytes.equals("chunked", in: coding) {
                isChunked = true
            } else {
                hasUnknownCoding = true
            }
        }
    }

    /// What the fields say: `.none` where there is neither.
    ///
    /// - Parameter minorVersion: of the message; HTTP/1.0 has no transfer codings.
    func settle(minorVersion: UInt8) throws(HeadError) -> Framing {
        guard hasCoding else {
            guard let length else { return .none }
            return .length(length)
        }
        guard minorVersion > 0 else { throw HeadError(.transferCodingInHTTP10, at: offset) }
        guard length == nil else { throw HeadError(.lengthAndTransferCoding, at: offset) }
        guard !hasUnknownCoding else { throw HeadError(.transferCodingUnknown, at: offset) }
        return .chunked
    }
}
