import HTTP
import Testing

@Suite struct CompressionTests {
    private static let all = [
        EncoderKind.zstd(level: 2, windowBits: 16), .brotli(level: 5, windowBits: 16), .zlib(level: 1),
    ]

    private func request(_ fields: String, method: String = "GET", target: String = "/") -> [UInt8] {
        bytes("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }

    private func wishes(_ request: [UInt8], _ policy: CompressionPolicy = .standard()) -> CodingWishes {
        var head = RequestHead(fieldCountMax: 100)
        guard (try? head.parse(request.span, limits: HeadLimits())) != nil else { return CodingWishes() }
        return CodingWishes(head, in: request.span, policy: policy)
    }

    private func decide(
        _ fields: String, status: Int = 200, method: Method = .get, request: String = "Accept-Encoding: gzip\r\n",
        target: String = "/", policy: CompressionPolicy = .standard()
    ) -> CompressionDecision? {
        let source = bytes("HTTP/1.1 \(status) X\r\n\(fields)\r\n")
        var head = ResponseHead(fieldCountMax: 128)
        guard (try? head.parse(source.span, to: method, limits: HeadLimits())) != nil else { return nil }
        let wishes = wishes(self.request(request, target: target), policy)
        return policy.decide(head, in: source.span, method: method, wishes: wishes)
    }

    @Test(
        "decisions by fields",
        arguments: [
            ("Content-Type: text/html\r\nContent-Length: 5000\r\n", CompressionDecision.compress(.gzip)),
            ("Content-Type: Text/HTML ; charset=utf-8\r\n", .compress(.gzip)),
            ("Content-Type: text/event-stream\r\n", .compress(.gzip)),
            ("Content-Type: application/problem+json\r\n", .compress(.gzip)),
            ("Content-Type: image/svg+xml\r\n", .compress(.gzip)),
            ("Content-Type: text/html\r\nContent-Length: 1024\r\n", .compress(.gzip)),
            ("Content-Type: text/html\r\nContent-Length: 1023\r\n", .tooShort),
            ("Content-Type: text/html\r\nContent-Length: 0\r\n", .noContent),
            ("Content-Type: image/png\r\n", .mediaType),
            ("Content-Type: text/\r\n", .mediaType), ("Content-Type: textile/x\r\n", .mediaType),
            ("Content-Length: 5000\r\n", .mediaType),
            ("Content-Type: application/+json\r\n", .mediaType),
            ("Content-Type: text/html\r\nContent-Encoding: br\r\n", .alreadyCoded),
            ("Content-Type: text/html\r\nContent-Encoding: identity\r\n", .compress(.gzip)),
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
        #expect(decide(html, status: 304) == .status)
        #expect(decide(html, status: 404) == .compress(.gzip) && decide(html, status: 103) == .noContent)
        #expect(decide(html, method: .head) == .fieldsOnly(.gzip) && decide(html, method: .connect) == .status)
        #expect(decide(html, request: "Accept-Encoding: br\r\n") == .notAccepted)
        #expect(decide(html, policy: CompressionPolicy.standard(minimumLength: 5001)) == .tooShort)
        let own = CompressionPolicy.standard(types: ["application/x-own"])
        #expect(decide(html, policy: own) == .mediaType)
    }

    @Test(
        "RFC 9110 13.1.2, 15.4.5: a 304 has the tag by which its client knows the content",
        arguments: [
            ("\"x-gzip\"", "\"x\"", CompressionDecision.tagOnly(.gzip)), ("\"x-br\"", "\"x\"", .tagOnly(.brotli)),
            ("\"x-zstd\"", "\"x\"", .tagOnly(.zstd)), ("\"y\", W/\"x-gzip\"", "\"x\"", .tagOnly(.gzip)),
            ("\"x-gzip\"", "W/\"x\"", .tagOnly(.gzip)), ("\"x\"", "\"x\"", .status), ("*", "\"x\"", .status),
            ("", "\"x\"", .status), ("\"-gzip\"", "\"\"", .tagOnly(.gzip)), ("x-gzip", "x", .status),
            ("\"x-gzip\" ,", "\"x\"", .tagOnly(.gzip)), ("\"a-gzip\", \"b-br\"", "\"b\"", .tagOnly(.brotli)),
            ("\"a-gzip\", \"b-br\"", "\"c\"", .status), ("\"x-gzip\", \"x-br\"", "\"x\"", .tagOnly(.brotli)),
            ("\"x-br\", \"x-gzip\"", "\"x\"", .tagOnly(.brotli)),
            ("\"x-gzip-identity\"", "\"x-gzip\"", .tagOnly(.identity)),
            ("\"1-br\", \"2-br\", \"3-br\", \"4-br\", \"5-br\"", "\"4\"", .tagOnly(.brotli)),
            ("\"1-br\", \"2-br\", \"3-br\", \"4-br\", \"5-br\"", "\"5\"", .status),
        ])
    func notModified(_ condition: String, _ tag: String, _ decision: CompressionDecision) {
        let policy = CompressionPolicy.standard(kinds: Self.all)
        for other in ["", "If-None-Match: \"a\"\r\n"] {
            let fields = "Accept-Encoding: gzip, br, zstd;q=0.5\r\n\(other)If-None-Match: \(condition)\r\n"
            let found = decide("ETag: \(tag)\r\n", status: 304, request: fields, policy: policy)
            #expect(found == decision)
        }
    }

    @Test("a tag of a coding that the client does not accept is none of its tags")
    func unreadableTag() {
        let policy = CompressionPolicy.standard(kinds: Self.all)
        let fields = "Accept-Encoding: br\r\nIf-None-Match: \"x-gzip\"\r\n"
        #expect(decide("ETag: \"x\"\r\n", status: 304, request: fields, policy: policy) == .status)
    }

    @Test(
        "the breach guard leaves alone what another site may have made a session's answer show",
        arguments: [
            ("cross-site", "/?q=abc", "Cookie: a=b\r\n", "", true),
            ("cross-site", "/?abc", "Cookie: a=b\r\n", "", true),
            ("Cross-Site", "/?q=abc", "Authorization: x\r\n", "", true),
            ("cross-site", "/?q=abc", "", "Set-Cookie: a=b\r\n", true), ("cross-site", "/?q=abc", "", "", false),
            ("cross-site", "/ab", "Cookie: a=b\r\n", "", false), ("cross-site", "/", "Cookie: a=b\r\n", "", false),
            ("cross-site", "/abc", "Cookie: a=b\r\n", "", true),
            ("same-site", "/?q=abc", "Cookie: a=b\r\n", "", false), ("", "/?q=abc", "Cookie: a=b\r\n", "", false),
            ("cross-site", "/", "Cookie: a=b\r\nContent-Length: 1\r\n", "", true),
            ("none", "/?q=abc", "Cookie: a=b\r\n", "", false),
        ])
    func breach(_ site: String, _ target: String, _ request: String, _ answer: String, _ isReflected: Bool) {
        let fields = "Accept-Encoding: gzip\r\n\(request)" + (site.isEmpty ? "" : "Sec-Fetch-Site: \(site)\r\n")
        let html = "Content-Type: text/html\r\n\(answer)"
        let guarding = CompressionPolicy.standard(guardsAgainstBreach: true)
        let expected = isReflected ? CompressionDecision.reflected : .compress(.gzip)
        #expect(decide(html, request: fields, target: target, policy: guarding) == expected)
        #expect(decide(html, request: fields, target: target) == .compress(.gzip))
    }

    @Test("a coding that a reload took away is not used")
    func coding() {
        let request = request("Accept-Encoding: br\r\n")
        let wishes = wishes(request, CompressionPolicy.standard(kinds: Self.all))
        let source = bytes("HTTP/1.1 200 X\r\nContent-Type: text/html\r\n\r\n")
        var head = ResponseHead(fieldCountMax: 128)
        #expect((try? head.parse(source.span, to: .get, limits: HeadLimits())) != nil)
        let decision = CompressionPolicy.standard().decide(head, in: source.span, method: .get, wishes: wishes)
        #expect(wishes.coding == .brotli && decision == .notAccepted)
    }

    @Test("each decision has a code of its own and says what the fields tell")
    func codes() {
        #expect(Set(CompressionDecision.allCases.map { "\($0.code)" }).count == CompressionDecision.allCases.count)
        #expect(CompressionDecision.compress(.brotli).change == .coded(.brotli))
        #expect(CompressionDecision.fieldsOnly(.gzip).change == .coded(.gzip))
        #expect(CompressionDecision.tagOnly(.zstd).change == .tagged(.zstd))
        #expect(CompressionDecision.notAccepted.change == .varies && CompressionDecision.reflected.change == .varies)
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
}

extension CompressionPolicy {
    /// A policy of zlib; what is left out is as good as any.
    static func standard(
        types: [String] = ["text/*", "application/json", "application/*+json", "image/svg+xml"],
        minimumLength: UInt64 = 1024, kinds: [EncoderKind] = [.zlib(level: 1)], guardsAgainstBreach: Bool = false
    ) -> CompressionPolicy {
        CompressionPolicy(
            types: types.compactMap(MediaTypePattern.init), minimumLength: minimumLength, kinds: kinds,
            guardsAgainstBreach: guardsAgainstBreach)
    }
}
