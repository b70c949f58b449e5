import Bytes

/// A parsed answer head: offsets into the bytes that were parsed, and what was decided from them.
///
/// One is made per worker and parsed into again and again; it allocates only when made. All ranges count from the first
/// byte of the span given to ``parse(_:to:limits:)``. After a failed parse its contents mean nothing. The reason phrase
/// is not kept: a client gets the standard one, so that nothing of a member's status line is passed on but three
/// digits.
public struct ResponseHead: ~Copyable {
    /// All fields in their order.
    public internal(set) var fields: FieldTable
    /// The status, `100 ... 999`.
    public internal(set) var status = 0
    /// The minor version, 0 or 1.
    public internal(set) var minorVersion: UInt8 = 1
    /// How the content's end is known, given the request's method and the status (RFC 9112, section 6.3).
    public internal(set) var framing = Framing.none
    /// What `Content-Length` or `Transfer-Encoding` say, even of an answer that has no content, as to HEAD and in 304.
    public internal(set) var declaredFraming = Framing.none
    /// Whether the member lets the connection live on after this answer, and its framing allows it.
    public internal(set) var keepsAlive = false
    /// Whether it is a 101 that switches to WebSocket.
    public internal(set) var switchesToWebSocket = false

    /// Makes an empty head.
    ///
    /// - Parameter fieldCountMax: fields that it holds at most: that of the limits it will be parsed with, or more.
    public init(fieldCountMax: Int) {
        fields = FieldTable(capacity: fieldCountMax)
    }

    /// Whether a final answer is still to come (RFC 9110, section 15.2); 101 is final.
    public var isInterim: Bool { status < 200 && status != 101 }

    /// Parses a whole head.
    ///
    /// - Parameters:
    ///   - bytes: what ``HeadScanner`` measured; bytes after the blank line are not looked at.
    ///   - method: of the request that it answers.
    ///   - limits: `fieldCountMax` must not exceed that of the head.
    /// - Throws: the first thing wrong; a client then gets 502 and the connection is not used again.
    public mutating func parse(
        _ bytes: Span<UInt8>, to method: Method, limits: borrowing HeadLimits
    ) throws(HeadError) {
        fields.removeAll()
        let fieldsStart = try parseStatusLine(bytes)
        _ = try fields.parseLines(bytes, from: fieldsStart, limits: limits)
        try settle(bytes, method: method)
    }

    /// Parses the head that the bytes begin with, when all of it has come and nothing is wrong with it: what
    /// ``HeadScanner`` and ``parse(_:to:limits:)`` would make of it.
    ///
    /// - Parameters:
    ///   - bytes: all bytes from the head's first.
    ///   - method: the request's.
    ///   - limits: `fieldCountMax` must not exceed that of the head.
    /// - Returns: the bytes of the head with its blank line; `nil` where the scanner is to say what is missing or
    ///   wrong.
    public mutating func parseWhole(
        _ bytes: Span<UInt8>, to method: Method, limits: borrowing HeadLimits
    ) -> Int? {
        fields.removeAll()
        do throws(HeadError) {
            let fieldsStart = try parseStatusLine(bytes)
            let end = try fields.parseLines(bytes, from: fieldsStart, limits: limits)
            guard end <= limits.headBytesMax else { return nil }
            try settle(bytes, method: method)
            return end
        } catch {
            return nil
        }
    }

    /// Parses the status line (RFC 9112, section 4); the space before a missing reason may be missing too.
    private mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HeadError) -> Int {
        minorVersion = try HTTPVersion.minor(in: bytes, at: 0)
        guard bytes.count > 13 else { throw HeadError(.incomplete, at: bytes.count) }
        let hundreds = bytes[9] &- 0x30
        let tens = bytes[10] &- 0x30
        let ones = bytes[11] &- 0x30
        guard bytes[8] == 0x20, hundreds < 10, hundreds > 0, tens < 10, ones < 10 else {
            throw HeadError(.statusLineMalformed, at: 8)
        }
        guard bytes[12] == 0x20 || bytes[12] == 0x0D else { throw HeadError(.statusLineMalformed, at: 12) }
        status = Int(hundreds) * 100 + Int(tens) * 10 + Int(ones)
        return try FieldTable.lineEnd(bytes, from: 12) + 2
    }

    private mutating func settle(_ bytes: Span<UInt8>, method: Method) throws(HeadError) {
        var framingFields = FramingFields()
        var options = ConnectionOptions()
        var upgradesToWebSocket = false
        for index in 0..<fields.count {
            let field = fields[index]
            switch field.known {
            case .contentLength: try framingFields.readLength(field, in: bytes)
            case .transferEncoding: try framingFields.readCoding(field, in: bytes)
            case .connection: try options.read(field, in: bytes, marking: &fields)
            case .upgrade: upgradesToWebSocket = upgradesToWebSocket || bytes.equals("websocket", in: field.value)
            default: break
            }
        }
        declaredFraming = try framingFields.settle(minorVersion: minorVersion)
        framing = contentFraming(method)
        keepsAlive = !options.closes && (minorVersion > 0 || options.keepsAlive) && !breaksFraming
        switchesToWebSocket = status == 101 && upgradesToWebSocket && options.upgrades
    }

    private func contentFraming(_ method: Method) -> Framing {
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        return declaredFraming == .none ? .untilClose : declaredFraming
    }

    /// Whether the connection cannot be trusted after this answer: its end is the connection's, or it announces content
    /// where none may be (RFC 9112, section 6.1), which the member may send nevertheless.
    private var breaksFraming: Bool {
        if framing == .untilClose { return true }
        guard status < 200 || status == 204 else { return false }
        return declaredFraming != .none && declaredFraming != .length(0)
    }
}
