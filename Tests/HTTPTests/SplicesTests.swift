import HTTP
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SplicesTests {
    private static let request =
        "GET /a;jsessionid=x.n1/b?c=d HTTP/1.1\r\nHost: shop\r\nCookie: a=b;S=x.n1\r\nX: y\r\nVia: 1.1 z\r\n"
        + "cookie:S=2\r\nAccept: */*\r\n\r\n"
    private static let answer =
        "HTTP/1.1 302 Found\r\nServer: x\r\nLocation: http://a/b\r\nSet-Cookie: S=x.n1; Path=/\r\nETag: \"x\"\r\n"
        + "Set-Cookie:t=u\r\nX:\r\n\r\n"

    /// The range of a text in another one.
    private static func range(of part: String, in whole: String) -> Range<Int> {
        let (part, whole) = (bytes(part), bytes(whole))
        let start = (0...whole.count - part.count).first { Array(whole[$0..<$0 + part.count]) == part } ?? 0
        return start..<start + part.count
    }

    private static func splices(_ changes: [(String, String)], in source: String) -> Splices {
        var splices = Splices()
        for (old, new) in changes {
            let isReplaced = splices.replace(range(of: old, in: source), with: bytes(new).span)
            #expect(isReplaced)
        }
        return splices
    }

    private static func lines(_ rebuilt: [UInt8]?) -> [String] {
        text(rebuilt ?? []).split(separator: "\r\n").map(String.init)
    }

    private static func rebuiltRequest(_ splices: Splices?) -> [UInt8]? {
        var rewrite = RequestRewrite(framing: .none)
        rewrite.splices = splices
        return rebuild(bytes(request), rewrite)
    }

    private static func rebuiltAnswer(_ splices: Splices?, _ coding: ResponseRewrite.CodingChange = .none) -> [UInt8]? {
        var rewrite = ResponseRewrite(framing: .none)
        rewrite.coding = coding
        rewrite.splices = splices
        return rebuild(answer, rewrite)
    }

    @Test("the target and several values of a request, in any order of telling")
    func ofRequest() {
        let changes = [("S=x.n1", "S=x"), (".n1/b", "/b"), ("S=2", "S=33"), ("y", "")]
        for order in [changes, changes.reversed()] {
            let lines = Self.lines(Self.rebuiltRequest(Self.splices(order, in: Self.request)))
            #expect(
                lines.prefix(5) == [
                    "GET /a;jsessionid=x/b?c=d HTTP/1.1", "Host: shop", "Cookie: a=b;S=x", "cookie: S=33",
                    "Accept: */*",
                ])
        }
    }

    @Test("several values of an answer; bytes are put in at both ends of a value; an emptied field goes")
    func ofAnswer() {
        var splices = Self.splices([(".n1", ".n2"), ("http://a", "https://b"), ("t=u", "")], in: Self.answer)
        let value = Self.range(of: "S=x.n1; Path=/", in: Self.answer)
        let atEnd = splices.replace(value.upperBound..<value.upperBound, with: bytes("; Secure").span)
        let more = splices.replace(value.upperBound..<value.upperBound, with: bytes("; HttpOnly").span)
        let atStart = splices.replace(value.lowerBound..<value.lowerBound, with: bytes("_").span)
        #expect(atEnd && more && atStart)
        #expect(
            Self.lines(Self.rebuiltAnswer(splices)) == [
                "HTTP/1.1 302 Found", "Server: x", "Location: https://b/b",
                "Set-Cookie: _S=x.n2; Path=/; Secure; HttpOnly", "ETag: \"x\"", "X: ",
            ])
    }

    @Test("what the edge writes itself is not spliced, and hides no later splice")
    func ofOmitted() {
        let lines = Self.lines(
            Self.rebuiltRequest(Self.splices([("1.1 z", "9.9 q"), ("*/*", "text/html")], in: Self.request)))
        #expect(lines.contains("Via: 1.1 z, 1.1 martlet") && lines.contains("Accept: text/html"))
        let answer = Self.lines(
            Self.rebuiltAnswer(Self.splices([("\"x\"", "\"y\""), ("t=u", "t=v")], in: Self.answer), .coded(.gzip)))
        #expect(answer.contains("ETag: \"x-gzip\"") && answer.contains("Set-Cookie: t=v"))
    }

    @Test("overlaps are refused, neighbours are not")
    func overlaps() {
        var splices = Splices()
        let some = bytes("abc")
        let results = [10..<20, 15..<16, 5..<11, 19..<25, 5..<10, 20..<30, 10..<10, 12..<12, 20..<20, 30..<30].map {
            splices.replace($0, with: some.span)
        }
        #expect(results == [true, false, false, false, true, true, false, false, false, true])
        splices.removeAll()
        let isReplaced = splices.replace(15..<16, with: some.span)
        #expect(isReplaced)
    }

    @Test("more than a head can have is refused")
    func limit() {
        var splices = Splices()
        for offset in 0..<Limits.splicesMax {
            let isReplaced = splices.replace(offset * 2..<offset * 2 + 1, with: bytes("").span)
            #expect(isReplaced)
        }
        let isOneMore = splices.replace(1_000_000..<1_000_001, with: bytes("").span)
        let isLong = splices.replace(0..<0, with: [UInt8](repeating: 1, count: 61 * 1024).span)
        #expect(!isOneMore && !isLong)
    }

    @Test("random splices: the head is that of a source in which they were made before")
    func model() {
        var random = SplitMix(seed: 7)
        let source = bytes(Self.request)
        let values = ["/a;jsessionid=x.n1/b?c=d", "a=b;S=x.n1", "S=2", "*/*"].map {
            Self.range(of: $0, in: Self.request)
        }
        for _ in 0..<2_000 {
            var splices = Splices()
            var made: [(Range<Int>, [UInt8])] = []
            for value in values where Bool.random(using: &random) {
                // Not the first byte, so that the target stays one and no value is emptied.
                var start = value.lowerBound + 1
                while start < value.upperBound, Bool.random(using: &random) {
                    let range = start..<Int.random(in: start...value.upperBound, using: &random)
                    let new = [UInt8](
                        repeating: UInt8.random(in: 0x61...0x7A, using: &random),
                        count: Int.random(in: 0...3, using: &random))
                    made.append((range, new))
                    start = range.upperBound + 1
                }
            }
            for (range, new) in made.shuffled(using: &random) {
                let isReplaced = splices.replace(range, with: new.span)
                #expect(isReplaced)
            }
            var expected = source
            for (range, new) in made.reversed() { expected.replaceSubrange(range, with: new) }
            let plain = rebuild(expected, RequestRewrite(framing: .none))
            #expect(Self.rebuiltRequest(splices) == plain)
        }
    }

    @Test("what does not fit says so, at every size")
    func room() throws {
        let splices = Self.splices([("S=x.n1", "S=x.somewhere-else"), (".n1/b", "/b")], in: Self.request)
        let whole = try #require(Self.rebuiltRequest(splices))
        var rewrite = RequestRewrite(framing: .none)
        rewrite.splices = splices
        let fitting = (0...whole.count).filter { rebuild(bytes(Self.request), rewrite, room: $0) != nil }
        #expect(fitting == [whole.count])
    }
}
