import HTTP
import Testing

/// A parsed answer head as values to compare.
struct ResponseSnapshot: Equatable {
    var status: Int
    var minorVersion: UInt8
    var framing: Framing
    var declaredFraming: Framing
    var keepsAlive: Bool
    var switchesToWebSocket: Bool
    var fields: [FieldSnapshot]

    init(_ head: borrowing ResponseHead, _ source: [UInt8]) {
        status = head.status
        minorVersion = head.minorVersion
        framing = head.framing
        declaredFraming = head.declaredFraming
        keepsAlive = head.keepsAlive
        switchesToWebSocket = head.switchesToWebSocket
        fields = FieldSnapshot.all(head.fields, source)
    }

    /// Scans and parses in one piece, and looks at it once, which must say the same.
    static func parse(
        _ source: [UInt8], to method: Method = .get, limits: HeadLimits = HeadLimits()
    ) -> Result<ResponseSnapshot, HeadError> {
        let parsed = Result { () throws(HeadError) in
            var scanner = HeadScanner(isRequest: false)
            guard let count = try scanner.scan(source.span, limits: limits) else {
                throw HeadError(.incomplete, at: source.count)
            }
            var head = ResponseHead(fieldCountMax: limits.fieldCountMax)
            try head.parse(source.span.extracting(0..<count), to: method, limits: limits)
            return ResponseSnapshot(head, source)
        }
        var head = ResponseHead(fieldCountMax: limits.fieldCountMax)
        let whole = head.parseWhole(source.span, to: method, limits: limits).map { _ in ResponseSnapshot(head, source) }
        if whole != parsed.value { Issue.record("looked at once it is another head: \(text(source))") }
        return parsed
    }

    static func parse(
        _ source: String, to method: Method = .get, limits: HeadLimits = HeadLimits()
    ) -> Result<ResponseSnapshot, HeadError> {
        parse(bytes(source), to: method, limits: limits)
    }
}
