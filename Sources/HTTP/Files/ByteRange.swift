import Bytes

/// Which part of a file a request asks for (RFC 9110, section 14).
enum ByteRange: Equatable {
    /// All of it.
    case whole
    /// These bytes, at least one.
    case part(Range<Int>)
    /// None that there are: 416.
    case unsatisfiable

    /// Reads `Range` and `If-Range` of a request.
    ///
    /// One range is served; several, a unit other than bytes, or what breaks the grammar get the whole, which the RFC
    /// allows always. So does whatever method is not GET, and any range of an empty file: some clients ask for first
    /// bytes of everything, which is no error where there are none.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - facts: of what would be sent.
    ///   - now: seconds since 1970.
    init(_ head: borrowing RequestHead, in source: Span<UInt8>, of facts: FileFacts, now: Int) {
        guard head.method == .get, facts.coding == nil, facts.bytes > 0, let index = head.fields.index(of: .range),
            head.fields.index(of: .range, from: index + 1) == nil,
            Self.isSameFile(head.fields, in: source, facts, now: now)
        else {
            self = .whole
            return
        }
        self.init(source, in: head.fields[index].value, of: facts.bytes)
    }

    /// Reads the value of a `Range` field.
    ///
    /// - Parameter bytes: of the file, at least one.
    private init(_ source: Span<UInt8>, in value: Range<Int>, of bytes: Int) {
        self = .whole
        guard value.count > 6, source.equals("bytes=", in: value.prefix(6)) else { return }
        var offset = value.lowerBound + 6
        var only: Range<Int>?
        while let element = source.nextElement(from: &offset, to: value.upperBound) {
            if element.isEmpty { continue }
            guard only == nil else { return }
            only = element
        }
        guard let only, let part = Self.read(only, in: source, of: bytes) else { return }
        self = part
    }

    /// Reads `first-last`, `first-` or `-count`.
    private static func read(_ element: Range<Int>, in source: Span<UInt8>, of bytes: Int) -> ByteRange? {
        var offset = element.lowerBound
        let first = number(from: &offset, to: element.upperBound, in: source)
        guard offset < element.upperBound, source[offset] == UInt8(ascii: "-") else { return nil }
        offset += 1
        let last = number(from: &offset, to: element.upperBound, in: source)
        guard offset == element.upperBound else { return nil }
        guard let first else {
            guard let last else { return nil }
            guard last > 0 else { return .unsatisfiable }
            return .part(max(bytes - last, 0)..<bytes)
        }
        if let last, last < first { return nil }
        guard first < bytes else { return .unsatisfiable }
        return .part(first..<(min(last ?? .max, bytes - 1) + 1))
    }

    /// The number that digits make, the greatest there is where it is greater; `nil` where there are none.
    private static func number(from offset: inout Int, to end: Int, in source: Span<UInt8>) -> Int? {
        let start = offset
        var number = 0
        while offset < end, source[offset].isDigit {
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, exceeds) = product.addingReportingOverflow(Int(source[offset] &- 0x30))
            number = overflows || exceeds ? .max : sum
            offset += 1
        }
        return offset > start ? number : nil
    }

    /// Whether the part is to continue this very content, as `If-Range` has it (RFC 9110, section 13.1.5): its tag by
    /// the strong comparison, or its date exactly. Marks stay, as a part does not continue a compressed content.
    private static func isSameFile(
        _ fields: borrowing FieldTable, in source: Span<UInt8>, _ facts: FileFacts, now: Int
    ) -> Bool {
        guard let index = fields.index(of: .ifRange) else { return true }
        guard fields.index(of: .ifRange, from: index + 1) == nil else { return false }
        let value = fields[index].value
        if FileTag(facts).matches(value, of: source, .strong, undoing: nil) { return true }
        guard let modified = facts.modifiedSeconds else { return false }
        return HTTPDate.read(source.extracting(value), now: now) == modified
    }
}
