import Bytes
import HTTP

/// The parts of a request that the access log prints, copied into memory that is kept from one exchange to the next,
/// because the request's own bytes are gone when the line is written.
struct RequestNote {
    /// The parts, in the order in which they are kept.
    enum Part: Int {
        case method, target, host, userAgent, referer, route
    }

    private var bytes: [UInt8] = []
    /// The protocol that the client spoke, as a request line names it.
    private(set) var version: StaticString = "HTTP/1.1"
    private var ends = InlineArray<6, Int>(repeating: 0)
    /// Whether nothing in ``bytes`` is escaped in a quoted text: asked once for all parts.
    private var isPlain = true

    /// Whether it holds no request's parts.
    var isEmpty: Bool { bytes.isEmpty }

    /// Notes a request, where it is empty.
    mutating func fill(_ head: borrowing RequestHead, source: Span<UInt8>) {
        version = head.isHTTP2 ? "HTTP/2.0" : head.minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1"
        let agent = head.fields.first(.userAgent)?.value ?? 0..<0
        let referer = head.fields.first(.referer)?.value ?? 0..<0
        let parts: InlineArray<5, Range<Int>> = [head.methodRange, head.targetRange, head.hostRange, agent, referer]
        var count = 0
        for part in parts.indices {
            count += min(parts[part].count, LogLimits.partBytesMax)
            ends[part] = count
        }
        ends[Part.route.rawValue] = count
        bytes.append(addingCapacity: count) { (output: inout OutputSpan<UInt8>) in
            for part in parts.indices {
                _ = output.append(copying: source.extracting(parts[part]).extracting(first: LogLimits.partBytesMax))
            }
        }
        isPlain = bytes.span.firstOffsetToEscape(from: 0) == nil
    }

    /// Keeps the route that the request asked for.
    mutating func setRoute(_ route: Span<UInt8>) {
        bytes.append(route.extracting(first: LogLimits.partBytesMax))
        ends[Part.route.rawValue] = bytes.count
        if isPlain { isPlain = bytes.span.extracting(range(of: .route)).firstOffsetToEscape(from: 0) == nil }
    }

    mutating func removeAll() {
        guard !isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        ends = InlineArray(repeating: 0)
        isPlain = true
    }

    /// Whether a part is missing, or empty.
    func isEmpty(_ part: Part) -> Bool { range(of: part).isEmpty }

    /// Writes a part.
    func put(_ part: Part, as style: LogForm.Style, to output: inout LineWriter) {
        let value = bytes.span.extracting(range(of: part))
        if isPlain, style == .quoted { output.put(value) } else { output.put(escaping: value, as: style) }
    }

    /// Writes a target or a URL, without what is hidden of its query.
    func put(
        _ part: Part, hiding query: LogPlan.HiddenQuery, as style: LogForm.Style, to output: inout LineWriter
    ) {
        if case .nothing = query { return put(part, as: style, to: &output) }
        query.put(bytes.span.extracting(range(of: part)), as: style, to: &output)
    }

    /// The route that the request asked for.
    var route: ArraySlice<UInt8> { bytes[range(of: .route)] }

    private func range(of part: Part) -> Range<Int> {
        (part == .method ? 0 : ends[part.rawValue - 1])..<ends[part.rawValue]
    }
}
