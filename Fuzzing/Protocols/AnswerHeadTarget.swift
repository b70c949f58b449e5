import HTTP

/// Answer heads: in pieces as in one, and written anew with the same meaning.
enum AnswerHeadTarget {
    static func take(_ input: [UInt8]) {
        RequestHeadTarget.comparePieces(input, isRequest: false)
        for method in [Method.get, .head, .connect] {
            let result = ResponseSnapshot.parse(input, to: method)
            if let head = result.value, method == .get { compareRewritten(input, head) }
        }
    }

    private static func compareRewritten(_ input: [UInt8], _ before: ResponseSnapshot) {
        var rewrite = ResponseRewrite(framing: before.framing)
        rewrite.switchesToWebSocket = before.switchesToWebSocket
        guard let rebuilt = rebuild(text(input), rewrite, date: "now", room: 1 << 16),
            let after = ResponseSnapshot.parse(rebuilt, limits: RequestHeadTarget.rebuiltLimits).value
        else { fatalError("what was written anew does not parse") }
        check(after.status == before.status && after.minorVersion == 1, "status \(after.status), was \(before.status)")
        check(after.framing == before.framing, "framing \(after.framing), was \(before.framing)")
        check(after.switchesToWebSocket == before.switchesToWebSocket, "another protocol")
        check(foreign(after.fields, before) == foreign(before.fields, before), "other fields")
    }

    /// What Martlet says in place of the member.
    private static let owned: Set = ["content-length", "x-martlet-route", "x-martlet-coding"]

    /// The fields that go on as they are; a date is added where there is none.
    private static func foreign(_ fields: [FieldSnapshot], _ before: ResponseSnapshot) -> [FieldSnapshot] {
        let hasDate = before.fields.contains { $0.isForwarded && $0.name.lowercased() == "date" }
        return fields.filter {
            let name = $0.name.lowercased()
            return $0.isForwarded && !owned.contains(name) && (hasDate || name != "date")
        }
    }
}
