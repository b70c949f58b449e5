import Bytes

/// Reads the `Forwarded` fields of a request (RFC 7239) from the last element to the first, as each proxy appends what
/// it knows.
///
/// Elements are found from their ends, so what a proxy has appended reads the same whatever stands before it: a quoted
/// string that a client has left open hides nobody.
///
///     var reader = ForwardedReader(head)
///     while let hop = reader.next(in: head, of: bytes) {
///         guard let address = hop.address, isTrusted(address) else { break }
///     }
public struct ForwardedReader {
    /// The field that is read, and how many come before it.
    private var fieldIndex: Int
    /// What is left of its value.
    private var rest = 0..<0
    private var hopsLeft = Limits.forwardedHopsMax

    /// Begins at the end of a head's last `Forwarded` field.
    public init(_ head: borrowing RequestHead) {
        fieldIndex = head.fields.contains(.forwarded) ? head.fields.count : 0
    }

    /// Reads the next element towards the client.
    ///
    /// - Parameters:
    ///   - head: the one that the reader was made for.
    ///   - bytes: what it was parsed from.
    /// - Returns: `nil` when there is none, when it is malformed, behind one that has no address, and behind
    ///   ``Limits/forwardedHopsMax`` elements.
    public mutating func next(in head: borrowing RequestHead, of bytes: Span<UInt8>) -> ForwardedHop? {
        while hopsLeft > 0 {
            guard !rest.isEmpty else {
                guard moveToField(of: head) else { break }
                continue
            }
            hopsLeft -= 1
            guard let element = takeLast(of: bytes) else { break }
            // A list may have empty elements (RFC 9110, section 5.6.1.2).
            if element.isEmpty { continue }
            guard let hop = ForwardedHop(element, in: bytes) else { break }
            if hop.address == nil { hopsLeft = 0 }
            return hop
        }
        hopsLeft = 0
        return nil
    }

    /// Goes on at the end of the `Forwarded` field before this one.
    private mutating func moveToField(of head: borrowing RequestHead) -> Bool {
        while fieldIndex > 0 {
            fieldIndex -= 1
            if head.fields[fieldIndex].known == .forwarded {
                rest = head.fields[fieldIndex].value
                return true
            }
        }
        return false
    }

    /// Takes what stands behind the last comma that is in no quoted string, without the white space around it.
    ///
    /// - Returns: `nil` where a quoted string has no beginning.
    private mutating func takeLast(of bytes: Span<UInt8>) -> Range<Int>? {
        var start = rest.upperBound
        while start > rest.lowerBound, bytes[start - 1] != UInt8(ascii: ",") {
            start -= 1
            if bytes[start] == UInt8(ascii: "\"") {
                guard let opening = openingQuote(before: start, in: bytes) else { return nil }
                start = opening
            }
        }
        let element = bytes.trimmed(start..<rest.upperBound)
        rest = rest.lowerBound..<max(start - 1, rest.lowerBound)
        return element
    }

    /// The quote that begins the string which another one ends: the last before it that is not escaped.
    private func openingQuote(before closing: Int, in bytes: Span<UInt8>) -> Int? {
        var offset = closing
        while offset > rest.lowerBound {
            offset -= 1
            guard bytes[offset] == UInt8(ascii: "\"") else { continue }
            var escapes = offset
            while escapes > rest.lowerBound, bytes[escapes - 1] == UInt8(ascii: "\\") { escapes -= 1 }
            if (offset - escapes).isMultiple(of: 2) { return offset }
            offset = escapes
        }
        return nil
    }
}
