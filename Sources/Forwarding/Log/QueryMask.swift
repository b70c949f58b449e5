import Bytes

/// Leaves the values of some parameters out of a path and of a query.
struct QueryMask {
    /// What stands in the place of what is left out.
    static let mask: StaticString = "***"

    private let names: [[UInt8]]

    /// - Parameter names: of the parameters, as they are when nothing in them is escaped.
    init(_ names: [[UInt8]]) {
        self.names = names
    }

    /// Writes a query.
    func write(_ query: Span<UInt8>, as style: LogForm.Style, to output: inout LineWriter) {
        var start = 0
        while true {
            let end = Self.end(of: query, from: start)
            let equals = query.extracting(start..<end).firstOffset(of: UInt8(ascii: "=")).map { start + $0 }
            if let equals, hides(query.extracting(start..<equals)) {
                output.put(escaping: query.extracting(start...equals), as: style)
                output.put(Self.mask)
            } else {
                output.put(escaping: query.extracting(start..<end), as: style)
            }
            guard end < query.count else { return }
            output.put(escaping: query.extracting(end...end), as: style)
            start = end + 1
        }
    }

    /// Writes a path, whose parameters stand behind semicolons in its segments (`/cart;jsessionid=1A2B`), or a URL, up
    /// to the question mark of its query.
    func write(path: Span<UInt8>, as style: LogForm.Style, to output: inout LineWriter) {
        var start = 0
        while let semicolon = path.extracting(start...).firstOffset(of: UInt8(ascii: ";")).map({ start + $0 }) {
            output.put(escaping: path.extracting(start...semicolon), as: style)
            start = semicolon + 1
            var end = start
            while end < path.count, !Self.endsParameter(path[end]) { end += 1 }
            let equals = path.extracting(start..<end).firstOffset(of: UInt8(ascii: "=")).map { start + $0 }
            guard let equals, hides(path.extracting(start..<equals)) else { continue }
            output.put(escaping: path.extracting(start...equals), as: style)
            output.put(Self.mask)
            start = end
        }
        output.put(escaping: path.extracting(start...), as: style)
    }

    private static func endsParameter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "?")
    }

    /// Where the parameter of a query ends that begins at an offset.
    private static func end(of query: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < query.count, query[end] != UInt8(ascii: "&"), query[end] != UInt8(ascii: ";") { end += 1 }
        return end
    }

    private func hides(_ name: Span<UInt8>) -> Bool {
        for wanted in names where Self.matches(name, wanted) { return true }
        return false
    }

    /// Whether a name is another one once its escapes are undone.
    private static func matches(_ name: Span<UInt8>, _ wanted: [UInt8]) -> Bool {
        var (offset, index) = (0, 0)
        while offset < name.count {
            var byte = name[offset]
            if byte == UInt8(ascii: "%"), offset + 2 < name.count, let high = digit(name[offset + 1]),
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

extension LogPlan.HiddenQuery {
    /// Writes a target or a URL, without what is hidden of its parameters.
    func put(_ bytes: Span<UInt8>, as style: LogForm.Style, to output: inout LineWriter) {
        let start = bytes.firstOffset(of: UInt8(ascii: "?")).map { $0 + 1 } ?? bytes.count
        let query = bytes.extracting(start...)
        switch self {
        case .nothing:
            output.put(escaping: bytes, as: style)
        case .everything:
            output.put(escaping: bytes.extracting(..<start), as: style)
            if !query.isEmpty { output.put(QueryMask.mask) }
        case .values(let names):
            let mask = QueryMask(names)
            mask.write(path: bytes.extracting(..<start), as: style, to: &output)
            mask.write(query, as: style, to: &output)
        }
    }
}
