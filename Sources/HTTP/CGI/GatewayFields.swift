import BasicContainers
import Bytes

/// The field lines of a request that a program is told of as `HTTP_…`, those of one name together (RFC 3875, section
/// 4.1.18).
///
/// A name is looked for among those of its bucket, so that a head of a thousand fields costs no million comparisons.
/// Its memory is allocated once, for ``Limits/gatewayFieldsMax`` lines. Belongs to one worker; reading anew forgets the
/// old lines.
public struct GatewayFields: ~Copyable {
    private var lines: RigidArray<Line>
    /// The first line of each bucket, plus 1; 0: none.
    private var buckets = InlineArray<64, UInt16>(repeating: 0)

    /// A line, and the lines that it leads to: their numbers plus 1, 0 for none.
    struct Line {
        fileprivate let nameStart: UInt32
        fileprivate let nameCount: UInt32
        fileprivate let valueStart: UInt32
        fileprivate let valueCount: UInt32
        /// Which name it is.
        let known: KnownField
        /// Whether it is its name's first.
        fileprivate(set) var isFirst = true
        /// The next line of the same name.
        fileprivate var nextSame: UInt16 = 0
        /// The last line of the same name, of its first one.
        fileprivate var lastSame: UInt16 = 0
        /// The first line of the next name in the same bucket.
        fileprivate var nextName: UInt16 = 0

        fileprivate init(_ line: WrittenRequest.Line, _ known: KnownField) {
            nameStart = UInt32(truncatingIfNeeded: line.name.lowerBound)
            nameCount = UInt32(truncatingIfNeeded: line.name.count)
            valueStart = UInt32(truncatingIfNeeded: line.value.lowerBound)
            valueCount = UInt32(truncatingIfNeeded: line.value.count)
            self.known = known
        }

        /// Where its name lies.
        var name: Range<Int> { Int(nameStart)..<(Int(nameStart) + Int(nameCount)) }

        /// Where its value lies.
        var value: Range<Int> { Int(valueStart)..<(Int(valueStart) + Int(valueCount)) }
    }

    /// Makes room for the lines of a request.
    public init() {
        lines = RigidArray(capacity: Limits.gatewayFieldsMax)
    }

    /// Lines of names that are told.
    var count: Int { lines.count }

    /// The line of a number, `0 ..< count`.
    subscript(number: Int) -> Line { lines[number] }

    /// The next line of the same name.
    func next(after line: Line) -> Line? { line.nextSame == 0 ? nil : lines[Int(line.nextSame) - 1] }

    /// Reads a request with its lines.
    ///
    /// - Parameters:
    ///   - bytes: its head, and what follows that.
    ///   - passesAuthorization: whether `Authorization` is told.
    /// - Returns: where its parts lie; `nil`: there are too many lines.
    mutating func read(_ bytes: Span<UInt8>, passesAuthorization: Bool) -> WrittenRequest? {
        lines.removeAll()
        buckets = InlineArray(repeating: 0)
        var hasRoom = true
        let request = WrittenRequest(bytes) { line in
            let name = FieldName(in: bytes, at: line.name.lowerBound, count: line.name.count)
            let known = name.known
            guard Self.isTold(name, known, passesAuthorization), name.isSimple(in: bytes, at: line.name.lowerBound)
            else { return }
            hasRoom = lines.count < Limits.gatewayFieldsMax
            if hasRoom { add(Line(line, known), hash: name.hash, in: bytes) }
        }
        return hasRoom ? request : nil
    }

    /// Whether programs are told of a name: not of what concerns the connection and the content's framing, nor of
    /// `Proxy`, which they would take for a setting of theirs (CVE-2016-5385).
    private static func isTold(_ name: FieldName, _ known: KnownField, _ passesAuthorization: Bool) -> Bool {
        switch known {
        case .contentLength: false
        case .authorization: passesAuthorization
        case .other: name.first != UInt64(ascii: "proxy") || name.count != 5
        default: !known.isHopByHop
        }
    }

    private mutating func add(_ line: Line, hash: Int, in bytes: Span<UInt8>) {
        var line = line
        let reference = UInt16(lines.count + 1)
        var candidate = Int(buckets[hash])
        while candidate > 0 {
            let first = candidate - 1
            if bytes.extracting(lines[first].name).equalsIgnoringCase(bytes.extracting(line.name)) {
                line.isFirst = false
                let last = lines[first].nextSame == 0 ? first : Int(lines[first].lastSame) - 1
                lines[last].nextSame = reference
                lines[first].lastSame = reference
                lines.append(line)
                return
            }
            candidate = Int(lines[first].nextName)
        }
        line.nextName = buckets[hash]
        buckets[hash] = reference
        lines.append(line)
    }
}

extension FieldName {
    /// A number below 64 that is the same for a name in any case.
    fileprivate var hash: Int {
        let mixed = (first ^ second &* 0x9E37_79B9_7F4A_7C15 ^ third &* 0xC2B2_AE3D_27D4_EB4F) &+ UInt64(count)
        return Int((mixed &* 0xFF51_AFD7_ED55_8CCD) >> 58)
    }
}
