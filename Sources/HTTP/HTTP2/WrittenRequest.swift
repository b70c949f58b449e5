import Bytes

/// Where the parts of a request's head lie that ``RequestHead`` has written, for whoever sends it in another form.
///
/// Nothing is checked again: what is read here, this house has written.
public struct WrittenRequest: Sendable {
    /// Bytes of the head with its blank line.
    public let headBytes: Int
    /// How the end of the content behind the head is known.
    public private(set) var framing = Framing.none
    /// Whether a WebSocket is asked for.
    public private(set) var asksForWebSocket = false
    /// The value of `Sec-WebSocket-Key`; empty without one.
    public private(set) var webSocketKey = 0..<0

    /// Where the method lies.
    let method: Range<Int>
    /// Where the target lies.
    let target: Range<Int>
    /// Where the value of `Host` lies; empty without one.
    private(set) var authority = 0..<0
    /// Where the field lines lie, each with its CR LF.
    let fields: Range<Int>
    /// Field lines in it.
    private(set) var fieldCount = 0

    /// What a field of the head means to HTTP/2.
    enum Role {
        case field, authority, framing, connection, webSocketKey
    }

    /// Reads the head at the beginning of `bytes`, which is there as a whole.
    public init(_ bytes: Span<UInt8>) {
        self.init(bytes) { _ in }
    }

    /// Reads the head, for whoever wants its lines as well: each is looked for once.
    @inline(__always)
    init(_ bytes: Span<UInt8>, visiting visit: (Line) -> Void) {
        let lineEnd = bytes.firstOffset(of: 0x0D, from: 0) ?? bytes.count
        let methodEnd = bytes.firstOffset(of: 0x20, from: 0) ?? lineEnd
        let targetEnd = bytes.firstOffset(of: 0x20, from: methodEnd + 1) ?? lineEnd
        method = 0..<methodEnd
        target = (methodEnd + 1)..<targetEnd
        var start = lineEnd + 2
        while let line = Line(bytes, at: start) {
            start = line.next
            fieldCount += 1
            visit(line)
            switch line.role(in: bytes) {
            case .authority: authority = line.value
            case .framing: framing = Self.framing(line, in: bytes)
            case .connection: asksForWebSocket = true
            case .webSocketKey: webSocketKey = line.value
            case .field: break
            }
        }
        fields = (lineEnd + 2)..<start
        headBytes = start + 2
    }

    /// Where the path lies in a head of which nothing else is looked for: all of the target before its query.
    public static func path(ofLine bytes: Span<UInt8>) -> Range<Int> {
        let start = (bytes.firstOffset(of: UInt8(ascii: " "), from: 0) ?? bytes.count - 1) + 1
        let end = bytes.firstOffset(of: UInt8(ascii: " "), from: start) ?? bytes.count
        return start..<(bytes.extracting(0..<end).firstOffset(of: UInt8(ascii: "?"), from: start) ?? end)
    }

    /// Where the target's path lies: all before its query.
    public func path(in bytes: Span<UInt8>) -> Range<Int> {
        let end = bytes.extracting(0..<target.upperBound).firstOffset(of: UInt8(ascii: "?"), from: target.lowerBound)
        return target.lowerBound..<(end ?? target.upperBound)
    }

    private static func framing(_ line: Line, in bytes: Span<UInt8>) -> Framing {
        guard bytes.equals("content-length", in: line.name) else { return .chunked }
        var length: UInt64 = 0
        for offset in line.value { length = length * 10 + UInt64(bytes[offset] &- 0x30) }
        return .length(length)
    }

    /// One field line.
    struct Line {
        /// Where its name lies.
        let name: Range<Int>
        /// Where its value lies.
        let value: Range<Int>
        /// The offset behind its CR LF.
        let next: Int

        /// Finds the parts of the line that begins at an offset.
        ///
        /// - Returns: `nil` at the blank line.
        init?(_ bytes: Span<UInt8>, at start: Int) {
            guard let end = bytes.firstOffset(of: 0x0D, from: start), end > start,
                let colon = bytes.firstOffset(of: UInt8(ascii: ":"), from: start)
            else { return nil }
            name = start..<colon
            value = min(colon + 2, end)..<end
            next = end + 2
        }

        /// What it means to HTTP/2.
        func role(in bytes: Span<UInt8>) -> Role {
            switch name.count {
            case 4 where bytes.equals("host", in: name): .authority
            case 7 where bytes.equals("upgrade", in: name): .connection
            case 10 where bytes.equals("connection", in: name): .connection
            case 14 where bytes.equals("content-length", in: name): .framing
            case 17 where bytes.equals("transfer-encoding", in: name): .framing
            case 17 where bytes.equals("sec-websocket-key", in: name): .webSocketKey
            default: .field
            }
        }
    }
}
