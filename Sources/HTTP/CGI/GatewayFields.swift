import Bytes

/// The field lines of a request that a program is told of as `HTTP_…`, those of one name together (RFC 3875, section
/// 4.1.18).
///
/// Lines are numbered as they come. A name is looked for among those of its bucket, so that a head of a thousand fields
/// costs no million comparisons. There is room for ``Limits/gatewayFieldsMax`` lines.
struct GatewayFields {
    /// Where each line begins.
    private var starts = InlineArray<1_024, UInt32>(repeating: 0)
    /// The next line of the same name, plus 1; 0: none.
    private var nextSame = InlineArray<1_024, UInt16>(repeating: 0)
    /// The last line of the same name, of each name's first line.
    private var lastSame = InlineArray<1_024, UInt16>(repeating: 0)
    /// The next name's first line in its bucket, plus 1; 0: none. `UInt16.max` marks a line that is no name's first.
    private var nextName = InlineArray<1_024, UInt16>(repeating: 0)
    private var buckets = InlineArray<64, UInt16>(repeating: 0)
    private(set) var count = 0

    /// Reads the lines.
    ///
    /// - Parameter passesAuthorization: whether `Authorization` is among them.
    /// - Returns: `nil` where they are too many.
    init?(_ request: WrittenRequest, of bytes: Span<UInt8>, passesAuthorization: Bool) {
        guard request.fieldCount <= Limits.gatewayFieldsMax else { return nil }
        var start = request.fields.lowerBound
        while let line = WrittenRequest.Line(bytes, at: start) {
            let name = FieldName(in: bytes, at: line.name.lowerBound, count: line.name.count)
            if Self.isTold(name, passesAuthorization), name.isSimple(in: bytes, at: line.name.lowerBound) {
                add(line.name, hash: name.hash, in: bytes)
            }
            start = line.next
        }
    }

    /// Whether programs are told of a name: not of what concerns the connection and the content's framing, nor of
    /// `Proxy`, which they would take for a setting of theirs (CVE-2016-5385).
    private static func isTold(_ name: FieldName, _ passesAuthorization: Bool) -> Bool {
        switch name.known {
        case .contentLength: false
        case .authorization: passesAuthorization
        case .other: name.first != UInt64(ascii: "proxy") || name.count != 5
        case let known: !known.isHopByHop
        }
    }

    private mutating func add(_ name: Range<Int>, hash: Int, in bytes: Span<UInt8>) {
        let number = count
        count += 1
        starts[number] = UInt32(truncatingIfNeeded: name.lowerBound)
        var candidate = Int(buckets[hash])
        while candidate > 0 {
            let first = candidate - 1
            if let line = line(first, in: bytes),
                bytes.extracting(line.name).equalsIgnoringCase(bytes.extracting(name))
            {
                let last = nextSame[first] == 0 ? first : Int(lastSame[first])
                nextSame[last] = UInt16(number + 1)
                lastSame[first] = UInt16(number)
                nextName[number] = .max
                return
            }
            candidate = Int(nextName[first])
        }
        nextName[number] = buckets[hash]
        buckets[hash] = UInt16(number + 1)
    }

    /// A line by its number.
    func line(_ number: Int, in bytes: Span<UInt8>) -> WrittenRequest.Line? {
        WrittenRequest.Line(bytes, at: Int(starts[number]))
    }

    /// Whether a line is its name's first.
    func isFirst(_ number: Int) -> Bool { nextName[number] != .max }

    /// The next line of the same name.
    func next(after number: Int) -> Int? { nextSame[number] == 0 ? nil : Int(nextSame[number]) - 1 }
}

extension FieldName {
    /// A number below 64 that is the same for a name in any case.
    fileprivate var hash: Int {
        let mixed = (first ^ second &* 0x9E37_79B9_7F4A_7C15 ^ third &* 0xC2B2_AE3D_27D4_EB4F) &+ UInt64(count)
        return Int((mixed &* 0xFF51_AFD7_ED55_8CCD) >> 58)
    }
}
