import HTTP
import Testing

/// A parsed request head as values to compare.
struct RequestSnapshot: Equatable {
    var method: Method
    var methodText: String
    var form: RequestHead.TargetForm
    var target: String
    var path: String
    var query: String?
    var minorVersion: UInt8
    var host: String
    var port: UInt16?
    var authority: String
    var framing: Framing
    var keepsAlive: Bool
    var expectsContinue: Bool
    var asksForWebSocket: Bool
    var fields: [FieldSnapshot]

    init(_ head: borrowing RequestHead, _ source: [UInt8]) {
        method = head.method
        methodText = text(source, head.methodRange)
        form = head.targetForm
        target = text(source, head.targetRange)
        path = text(source, head.pathRange)
        query = head.queryRange.map { text(source, $0) }
        minorVersion = head.minorVersion
        host = text(source, head.hostRange)
        port = head.port
        authority = text(source, head.authorityRange)
        framing = head.framing
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
        asksForWebSocket = head.asksForWebSocket
        fields = FieldSnapshot.all(head.fields, source)
    }

    /// Scans and parses in one piece, and checks that scanner and parser agree.
    static func parse(
        _ source: [UInt8], limits: HeadLimits = HeadLimits()
    ) -> Result<RequestSnapshot, HeadError> {
        let parsed = Result { () throws(HeadError) in
            var scanner = HeadScanner()
            guard let count = try scanner.scan(source.span, limits: limits) else {
                throw HeadError(.incomplete, at: source.count)
            }
            var head = RequestHead(fieldCountMax: limits.fieldCountMax)
            try head.parse(source.span.extracting(0..<count), limits: limits)
            return RequestSnapshot(head, source)
        }
        var head = RequestHead(fieldCountMax: limits.fieldCountMax)
        let whole = head.parseWhole(source.span, limits: limits).map { _ in RequestSnapshot(head, source) }
        if whole != parsed.value { Issue.record("looked at once it is another head: \(text(source))") }
        return parsed
    }

    static func parse(_ source: String, limits: HeadLimits = HeadLimits()) -> Result<RequestSnapshot, HeadError> {
        parse(bytes(source), limits: limits)
    }
}

/// A field as values to compare.
struct FieldSnapshot: Equatable {
    var name: String
    var value: String
    var isForwarded: Bool

    static func all(_ fields: borrowing FieldTable, _ source: [UInt8]) -> [FieldSnapshot] {
        var result: [FieldSnapshot] = []
        for index in 0..<fields.count {
            let field = fields[index]
            result.append(
                FieldSnapshot(
                    name: text(source, field.name), value: text(source, field.value),
                    isForwarded: field.marks.isDisjoint(with: [.hopByHop, .edgeOnly, .proxyOnly])))
        }
        return result
    }
}

extension Result where Failure == HeadError {
    /// Why it failed, or `nil`.
    var refusal: HeadRefusal? {
        if case .failure(let error) = self { return error.reason }
        return nil
    }

    /// What was parsed, or `nil`.
    var value: Success? {
        if case .success(let value) = self { return value }
        return nil
    }
}
