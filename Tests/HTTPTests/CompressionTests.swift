import HTTP
import Testing

@Suite struct CompressionTests {
    @Test(
        "RFC 9110 12.5.3: Accept-Encoding",
        arguments: [
            ([], false), ([""], false), (["gzip"], true), (["GZIP"], true), (["x-gzip"], true),
            (["deflate, gzip, br"], true),
            (["gzip;q=0"], false), (["gzip;q=0.000"], false), (["gzip;q=0.001"], true), (["gzip; q=1.0"], true),
            (["gzip;Q=0.5"], true),
            (["*"], true), (["*;q=0"], false), (["*;q=0, gzip"], true), (["*, gzip;q=0"], false), (["identity"], false),
            (["identity;q=0"], false), (["identity;q=0, gzip;q=0.1"], true), (["identity, gzip;q=0.5"], false),
            (["identity;q=0.5, gzip;q=0.5"], true),
            (["br", "gzip"], true), (["br", "*;q=0"], false), (["gzip;q=1.001"], false), (["gzip;q=2"], false),
            (["gzip;q="], false),
            (["gzip;q=0.1234"], false), (["gzip;x=1"], false), (["gzip q=1"], false), (["gzipx"], false),
            (["br;q=1,gzip;q=.5"], false),
            ([",, gzip ,"], true), (["gzip ; q=0.3"], true), (["gzip;q=-1"], false), (["gzip;q=1.000"], true),
        ] as [([String], Bool)])
    func negotiation(_ values: [String], _ prefers: Bool) throws {
        let fields = values.map { "Accept-Encoding: \($0)\r\n" }.joined()
        let source = bytes("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        var head = RequestHead(fieldCountMax: 16)
        try head.parse(source.span, limits: HeadLimits(fieldCountMax: 16))
        let accepted = AcceptEncoding(head, in: source.span)
        #expect(accepted.prefersGzip == prefers)
    }

    private func decide(
        _ fields: String, status: Int = 200, method: Method = .get, accepted: Bool = true, marked: Bool = false,
        policy: CompressionPolicy = CompressionPolicy()
    ) -> CompressionDecision? {
        let source = bytes("HTTP/1.1 \(status) X\r\n\(fields)\r\n")
        var head = ResponseHead(fieldCountMax: 128)
        guard (try? head.parse(source.span, to: method, limits: HeadLimits())) != nil else { return nil }
        return policy.decide(head, in: source.span, method: method, accepted: accepted, hadMarkedTag: marked)
    }

    @Test(
        "decisions by fields",
        arguments: [
            ("Content-Type: text/html\r\nContent-Length: 5000\r\n", CompressionDecision.compress),
            ("Content-Type: Text/HTML ; charset=utf-8\r\n", .compress),
            ("Content-Type: text/event-stream\r\n", .compress),
            ("Content-Type: application/problem+json\r\n", .compress), ("Content-Type: image/svg+xml\r\n", .compress),
            ("Content-Type: text/html\r\nContent-Length: 1024\r\n", .compress),
            ("Content-Type: text/html\r\nContent-Length: 1023\r\n", .tooShort),
            ("Content-Type: text/html\r\nContent-Length: 0\r\n", .noContent),
            ("Content-Type: image/png\r\n", .mediaType),
            ("Content-Type: text/\r\n", .mediaType), ("Content-Type: textile/x\r\n", .mediaType),
            ("Content-Length: 5000\r\n", .mediaType),
            ("Content-Type: application/+json\r\n", .mediaType),
            ("Content-Type: text/html\r\nContent-Encoding: br\r\n", .alreadyCoded),
            ("Content-Type: text/html\r\nContent-Encoding: identity\r\n", .compress),
            ("Content-Type: text/html\r\nCache-Control: public, No-Transform\r\n", .noTransform),
            ("Content-Type: text/html\r\nCache-Control: a\r\nCache-Control: no-transform\r\n", .noTransform),
            ("Content-Type: text/html\r\nContent-Range: bytes 0-1/2\r\n", .partial),
            ("Content-Type: text/html\r\nRepr-Digest: x\r\n", .digest),
        ])
    func fields(_ fields: String, _ decision: CompressionDecision) {
        #expect(decide(fields) == decision)
    }

    @Test("decisions by status, method and client")
    func others() {
        let html = "Content-Type: text/html\r\nContent-Length: 5000\r\n"
        #expect(decide(html, status: 206) == .partial && decide(html, status: 204) == .noContent)
        #expect(decide(html, status: 304) == .status && decide(html, status: 304, marked: true) == .tagOnly)
        #expect(decide(html, status: 404) == .compress && decide(html, status: 103) == .noContent)
        #expect(decide(html, method: .head) == .fieldsOnly && decide(html, method: .connect) == .status)
        #expect(decide(html, accepted: false) == .notAccepted)
        #expect(decide(html, policy: CompressionPolicy(minimumLength: 5001)) == .tooShort)
        let own = CompressionPolicy(types: [MediaTypePattern("application/x-own")].compactMap { $0 })
        #expect(decide(html, policy: own) == .mediaType)
    }

    @Test(
        "RFC 9110 13.1.2: a marked tag among the conditions",
        arguments: [
            ("\"x-gzip\"", true), ("\"y\", W/\"x-gzip\"", true), ("\"x\"", false), ("*", false), ("", false),
            ("\"-gzip\"", true),
            ("x-gzip", false), ("\"x-gzip\" ,", true),
        ])
    func markedConditions(_ value: String, _ isMarked: Bool) throws {
        for other in ["", "If-None-Match: \"a\"\r\n"] {
            let source = bytes("GET / HTTP/1.1\r\nHost: a\r\n\(other)If-None-Match: \(value)\r\n\r\n")
            var head = RequestHead(fieldCountMax: 10)
            try head.parse(source.span, limits: HeadLimits())
            let found = EntityTagMark.isMarked(head, in: source.span)
            #expect(found == isMarked)
        }
    }

    @Test("each decision has a code of its own and says what the fields tell")
    func codes() {
        #expect(Set(CompressionDecision.allCases.map { "\($0.code)" }).count == CompressionDecision.allCases.count)
        #expect(CompressionDecision.compress.change == .gzip && CompressionDecision.fieldsOnly.change == .gzip)
        #expect(CompressionDecision.tagOnly.change == .taggedOnly && CompressionDecision.notAccepted.change == .varies)
        #expect(CompressionDecision.disabled.change == .none && CompressionDecision.tooShort.change == .untouched)
    }

    @Test(
        "patterns of media types",
        arguments: [
            ("text/html", true), ("text/*", true), ("application/*+json", true), ("*/*", false), ("text", false),
            ("text/", false),
            ("/html", false), ("text/a b", false), ("text/html;q=1", false), ("a/b/c", false), ("a/*x*", false),
            ("", false),
        ])
    func patterns(_ text: String, _ isPattern: Bool) {
        #expect((MediaTypePattern(text) != nil) == isPattern)
    }

    @Test("every default type is a pattern")
    func defaults() {
        #expect(CompressionPolicy.defaultTypes.allSatisfy { MediaTypePattern($0) != nil })
    }
}
