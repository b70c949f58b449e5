import Bytes

/// Leaves the values of some parameters out of a query.
struct QueryMask {
    /// What stands in the place of what is left out.
    static let mask: StaticString = "***"

    private let names: [[UInt8]]

    /// - Parameter names: of the parameters, as they are when nothing in them is escaped.
    init(_ names: [[UInt8]]) {
        self.names = names
    }

    /// Writes a query.
    func write(_ query: ArraySlice<UInt8>, as style: LogForm.Style, to output: inout OutputSpan<UInt8>) {
        var start = query.startIndex
        while true {
            let rest = query[start...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") } ?? query.endIndex
            let equals = query[start..<end].firstIndex(of: UInt8(ascii: "="))
            if let equals, hides(query[start..<equals]) {
                output.put(escaping: query[start...equals], as: style)
                output.put(Self.mask)
            } else {
                output.put(escaping: query[start..<end], as: style)
            }
            guard end < query.endIndex else { return }
            output.put(escaping: query[end...end], as: style)
            start = end + 1
        }
    }

    private func hides(_ name: ArraySlice<UInt8>) -> Bool {
        names.contains { Self.matches(name, $0) }
    }

    /// Whether a name is another one once its escapes are undone.
    private static func matches(_ name: ArraySlice<UInt8>, _ wanted: [UInt8]) -> Bool {
        var (offset, index) = (name.startIndex, 0)
        while offset < name.endIndex {
            var byte = name[offset]
            if byte == UInt8(ascii: "%"), offset + 2 < name.endIndex, let high = digit(name[offset + 1]),
                let low = digit(name[offset + 2])
            {
                byte = high << 4 | low
                offset += 2
            }
            offset += 1
            guard index < wanted.count, byte == wanted[index] else { return false }
            index += 1
        }
        return index == wanted.count
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
