import HTTP
import Testing

/// Whether shared caches may store an answer (RFC 9111, section 3).
@Suite struct AnswerStoringTests {
    private func mayBeStored(_ fields: String) -> Bool? {
        let source = bytes("HTTP/1.1 200 OK\r\n\(fields)\r\n")
        var head = ResponseHead(fieldCountMax: 128)
        guard (try? head.parse(source.span, to: .get, limits: HeadLimits())) != nil else { return nil }
        return head.mayBeStoredForOthers(in: source.span)
    }

    @Test(
        "by what it says and what may be guessed from",
        arguments: [
            ("", false), ("ETag: \"x\"\r\n", false), ("Last-Modified: d\r\n", true), ("Expires: 0\r\n", true),
            ("Cache-Control: public\r\n", true), ("Cache-Control: max-age=60\r\n", true),
            ("Cache-Control: must-revalidate, S-MaxAge=1\r\n", true), ("Cache-Control: must-revalidate\r\n", false),
            ("Cache-Control: private, max-age=60\r\nExpires: d\r\n", false),
            ("Expires: d\r\nCache-Control: max-age=60\r\nCache-Control: NO-STORE\r\n", false),
            ("Cache-Control: no-cache\r\nLast-Modified: d\r\n", false),
            ("Cache-Control: private=\"set-cookie, x\", max-age=60\r\n", true),
            ("Cache-Control: no-cache=\"set-cookie\"\r\nLast-Modified: d\r\n", true),
            ("Cache-Control: x=\"private\", max-age=1\r\n", true), ("Cache-Control: ,\r\n", false),
        ])
    func said(_ fields: String, _ expected: Bool) {
        #expect(mayBeStored(fields) == expected)
    }
}
