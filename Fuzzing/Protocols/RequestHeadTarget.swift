import HTTP

/// Request heads: in pieces as in one, as the slow parser reads them, and written anew with the same meaning.
enum RequestHeadTarget {
    /// What a head may be that was written anew: it has fields of Martlet's own beside all that a stranger's may have.
    static let rebuiltLimits = HeadLimits(fieldCountMax: 2 * HeadLimits().fieldCountMax)

    static func take(_ input: [UInt8]) {
        let whole = RequestSnapshot.parse(input)
        comparePieces(input)
        switch whole.refusal {
        case .requestLineTooLong, .fieldTooLong, .tooManyFields, .headTooLarge, .tooManyConnectionOptions: return
        default: break
        }
        let reference = ReferenceRequest(input)
        check(whole.value.map { ReferenceRequest($0) } == reference, "read otherwise than by the slow parser")
        if let head = whole.value, head.method != .connect { compareRewritten(input, head) }
    }

    /// A head that comes in pieces is measured, or refused, as one that comes at once.
    static func comparePieces(_ input: [UInt8], isRequest: Bool = true) {
        let limits = HeadLimits()
        func scan(_ ends: [Int]) -> Result<Int?, HeadError> {
            Result { () throws(HeadError) in
                var scanner = HeadScanner(isRequest: isRequest)
                for end in ends {
                    if let count = try scanner.scan(input.span.extracting(0..<end), limits: limits) { return count }
                }
                return nil
            }
        }
        var cuts = Cuts(input)
        let (whole, pieces) = (scan([input.count]), scan(cuts.ends(of: input.count) + [input.count]))
        check(whole == pieces, "in pieces \(pieces), at once \(whole)")
    }

    private static func compareRewritten(_ input: [UInt8], _ before: RequestSnapshot) {
        var rewrite = RequestRewrite(framing: before.framing)
        rewrite.asksForWebSocket = before.asksForWebSocket
        // A request of HTTP/1.0 may name no host, and goes on with an empty Host, which clients may not send.
        var rebuilt = rebuild(input, rewrite, room: 1 << 16)
        if let place = rebuilt?.firstRange(of: bytes("\r\nHost: \r\n")) {
            rebuilt?.insert(UInt8(ascii: "a"), at: place.upperBound - 2)
        }
        guard let rebuilt, let after = RequestSnapshot.parse(rebuilt, limits: rebuiltLimits).value else {
            fatalError("what was written anew does not parse")
        }
        check(after.framing == before.framing, "framing \(after.framing), was \(before.framing)")
        check(after.methodText == before.methodText && after.query == before.query, "another request line")
        check(after.minorVersion == 1, "another version")
        check(after.asksForWebSocket == before.asksForWebSocket, "another protocol")
        check(foreign(after.fields) == foreign(before.fields), "other fields")
        for name in ["host", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-real-ip"] {
            check(after.fields.count { $0.name.lowercased() == name } == 1, "\(name) not once")
        }
    }

    private static let owned: Set = [
        "host", "content-length", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port",
        "x-forwarded-host", "x-real-ip", "forwarded",
    ]

    /// The fields that go on as they are.
    static func foreign(_ fields: [FieldSnapshot]) -> [FieldSnapshot] {
        fields.filter { $0.isForwarded && !owned.contains($0.name.lowercased()) }
    }
}
