import HTTP
import TestSupport
import Testing

@Suite struct RequestFuzzTests {
    /// Both parsers take the head and understand the same, or both refuse it; a head taken is rebuilt to one that says
    /// the same.
    private func compare(_ source: [UInt8]) {
        let result = RequestSnapshot.parse(source)
        let reference = ReferenceRequest(source)
        // What the reference does not know: too many options in Connection.
        if result.refusal == .tooManyConnectionOptions { return }
        #expect(
            result.value.map { ReferenceRequest($0) } == reference,
            "\(text(source)) \(String(describing: result.refusal))")
        if result.value != nil { checkRebuilt(source) }
    }

    private func checkRebuilt(_ source: [UInt8]) {
        guard let before = RequestSnapshot.parse(source).value, before.method != .connect else { return }
        var rewrite = RequestRewrite(framing: before.framing)
        rewrite.asksForWebSocket = before.asksForWebSocket
        // A request that names no host anywhere (HTTP/1.0) goes on with an empty Host, which clients may not send.
        var rebuilt = rebuild(source, rewrite)
        if let place = rebuilt?.firstRange(of: bytes("\r\nHost: \r\n")) {
            rebuilt?.insert(UInt8(ascii: "a"), at: place.upperBound - 2)
        }
        guard let rebuilt, let after = RequestSnapshot.parse(rebuilt).value else {
            Issue.record("not rebuilt: \(text(source))")
            return
        }
        #expect(after.framing == before.framing && after.methodText == before.methodText && after.minorVersion == 1)
        #expect(after.query == before.query && after.asksForWebSocket == before.asksForWebSocket)
        let owned = [
            "content-length", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-host",
            "x-real-ip", "forwarded",
        ]
        func foreign(_ fields: [FieldSnapshot]) -> [FieldSnapshot] {
            fields.filter { $0.isForwarded && $0.name.lowercased() != "host" && !owned.contains($0.name.lowercased()) }
        }
        #expect(foreign(after.fields) == foreign(before.fields), "\(text(source))")
        for name in ["host", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-real-ip"] {
            #expect(after.fields.filter { $0.name.lowercased() == name }.count == 1, "\(name) in \(text(rebuilt))")
        }
    }

    @Test("every byte of every valid head replaced by every other", arguments: ValidRequest.all)
    func mutated(_ request: ValidRequest) {
        let original = bytes(request.source)
        for index in original.indices {
            for byte: UInt8 in [
                0, 9, 10, 13, 32, 34, 35, 44, 47, 48, 53, 58, 59, 63, 64, 65, 91, 95, 97, 127, 128, 255,
            ] {
                var source = original
                source[index] = byte
                compare(source)
            }
        }
    }

    @Test("pieces of heads put together at random", .timeLimit(.minutes(10)))
    func random() {
        let lines = [
            "Host: a", "Host:b", "host : a", "Content-Length: 5", "Content-Length: 05", "Content-Length: 5,5",
            "Content-Length:5 ",
            "Transfer-Encoding: chunked", "Transfer-Encoding: Chunked ", "Transfer-Encoding: gzip",
            "transfer-encoding: chunked, x",
            "Connection: close", "Connection: keep-alive, x-a", "Connection: host, content-length, cookie", "X-A: 1",
            "x-a:2", "X-A:",
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: evil", "X_Forwarded_For: 1", "Via: 1.0 fred", "Via:",
            "Forwarded: for=x", "X-Real-IP: 6.6.6.6", "x-real_ip: 6.6.6.6", "X.Forwarded.Port: 6",
            "X-Forwarded-Port: 6",
            " folded", "", ":", "Cookie: a=b; c=d", "Upgrade: websocket", "Connection: upgrade", "Expect: 100-continue",
            "Bad\u{00}: x",
        ]
        let starts = [
            "GET / HTTP/1.1", "POST /p?q HTTP/1.1", "GET / HTTP/1.0", "GET http://a/x HTTP/1.1", "OPTIONS * HTTP/1.1",
            "OPTIONS http://a HTTP/1.1",
            "HEAD /x HTTP/1.1", "PUT / HTTP/1.5", "get / HTTP/1.1", "GET /", "\r\nGET / HTTP/1.1",
        ]
        var generator = SplitMix(seed: 2026)
        for _ in 0..<20_000 {
            var head = starts.randomElement(using: &generator) ?? ""
            if Int.random(in: 0..<8, using: &generator) > 0 { head += "\r\nHost: a" }
            for _ in 0..<Int.random(in: 0..<5, using: &generator) {
                head += Int.random(in: 0..<60, using: &generator) == 0 ? "\n" : "\r\n"
                head += lines.randomElement(using: &generator) ?? ""
            }
            compare(bytes(head + "\r\n\r\n"))
        }
    }

    @Test("random bytes never crash a parser")
    func noise() {
        var generator = SplitMix(seed: 7)
        var request = RequestHead(fieldCountMax: 4)
        var response = ResponseHead(fieldCountMax: 4)
        let alphabet = bytes("GET / HTTP/1.1\r\n: ,;?*@[]\u{00}\u{7F}\u{FF}\"\\aZ09")
        for _ in 0..<50_000 {
            let count = Int.random(in: 0..<80, using: &generator)
            let source = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let limits = HeadLimits(fieldCountMax: 4)
            var scanner = HeadScanner()
            _ = try? scanner.scan(source.span, limits: limits)
            try? request.parse(source.span, limits: limits)
            try? response.parse(source.span, to: .get, limits: limits)
            let start = bytes("GET / HTTP/1.1\r\nHost: a\r\n") + source
            try? request.parse(start.span, limits: limits)
        }
    }
}
