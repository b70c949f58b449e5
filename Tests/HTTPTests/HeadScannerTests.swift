import HTTP
import Testing

@Suite struct HeadScannerTests {
    /// Scans pieces that end at the given counts.
    private func scan(_ source: [UInt8], cuts: [Int], isRequest: Bool = true) -> Result<Int?, HeadError> {
        Result { () throws(HeadError) in
            var scanner = HeadScanner(isRequest: isRequest)
            for cut in cuts + [source.count] {
                if let count = try scanner.scan(source.span.extracting(0..<cut), limits: HeadLimits()) { return count }
            }
            return nil
        }
    }

    @Test("valid heads split at every byte have the same end", arguments: ValidRequest.all)
    func splits(_ request: ValidRequest) {
        let source = bytes(request.source)
        for cut in 0..<source.count {
            #expect(scan(source, cuts: [cut]).value == source.count, "cut at \(cut)")
            #expect(scan(Array(source[..<cut]), cuts: []).value == .some(nil), "nothing after \(cut)")
        }
    }

    @Test("valid heads one byte at a time", arguments: ValidRequest.all)
    func dribble(_ request: ValidRequest) {
        let source = bytes(request.source + "GET /next HTTP/1.1\r\n\r\n")
        #expect(
            scan(source, cuts: Array(0..<source.count)).value == request.source.utf8.count
                || request.rule.contains("obs-text"))
    }

    @Test("what is refused at once is refused however it is cut", arguments: RefusedRequest.lines)
    func refusals(_ request: RefusedRequest) {
        let source = bytes(request.source)
        let whole = scan(source, cuts: [])
        #expect(scan(source, cuts: Array(0..<source.count)) == whole)
        for cut in 0..<source.count { #expect(scan(source, cuts: [cut]) == whole, "cut at \(cut)") }
    }

    @Test(
        "RFC 9112 2.2: line ends are refused before the head is whole",
        arguments: [
            ("GET / HTTP/1.1\n", HeadRefusal.bareLineFeed), ("GET / HTTP/1.1\rX", .bareCarriageReturn),
            ("G\0", .nulByte),
            ("GET / HTTP/1.1\r\nA: \u{02}", .controlByte), ("\u{16}\u{03}\u{01}", .controlByte),
            ("\r\n\r\n", .emptyLine),
        ])
    func early(_ source: String, _ reason: HeadRefusal) {
        #expect(scan(bytes(source), cuts: []).refusal == reason)
    }

    @Test("no empty line is skipped before an answer")
    func answers() {
        #expect(scan(bytes("\r\nHTTP/1.1 200 OK\r\n\r\n"), cuts: [], isRequest: false).refusal == .emptyLine)
        #expect(scan(bytes("HTTP/1.1 200 OK\r\n\r\n"), cuts: [], isRequest: false).value == 19)
    }

    @Test("a head has begun with its first byte, not with the empty line before it (RFC 9112 2.2)")
    func begun() throws {
        let source = bytes("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        var scanner = HeadScanner()
        for count in 0..<source.count {
            let end = try scanner.scan(source.span.extracting(0..<count), limits: HeadLimits())
            let hasBegun = scanner.hasBegun
            #expect(end == nil)
            #expect(hasBegun == (count > 2))
        }
    }
}
