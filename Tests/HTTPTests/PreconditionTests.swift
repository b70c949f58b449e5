import HTTP
import TestSupport
import Testing

@Suite struct PreconditionTests {
    private static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let behind = "Sun, 06 Nov 1994 08:49:38 GMT"

    /// Fields, and the status of the answer to GET.
    static let cases: [(fields: String, status: Int)] = [
        ("", 200), ("Accept: */*\r\n", 200),
        // RFC 9110, 13.1.1
        ("If-Match: {tag}\r\n", 200), ("If-Match: *\r\n", 200), ("If-Match: \"x\"\r\n", 412),
        ("If-Match: W/{tag}\r\n", 412), ("If-Match: \"x\", {tag}\r\n", 200), ("If-Match: {tag}, \"x\"\r\n", 200),
        ("If-Match: \"x\"\r\nIf-Match: {tag}\r\n", 200), ("If-Match: \"x\"\r\nIf-Match: \"y\"\r\n", 412),
        ("If-Match:\r\n", 412), ("If-Match: x\r\n", 412), ("If-Match: \"x\", *\r\n", 412),
        ("If-Match: \"{tag}\"\r\n", 412), ("If-Match: {tag}x\r\n", 412),
        // 13.1.2
        ("If-None-Match: {tag}\r\n", 304), ("If-None-Match: *\r\n", 304), ("If-None-Match: \"x\"\r\n", 200),
        ("If-None-Match: W/{tag}\r\n", 304), ("If-None-Match: w/{tag}\r\n", 200), ("If-None-Match: W/ {tag}\r\n", 200),
        ("If-None-Match: \"x\", W/{tag}\r\n", 304), ("If-None-Match: \"x\",{tag},\"y\"\r\n", 304),
        ("If-None-Match: ,,{tag}\r\n", 304), ("If-None-Match: \"x\"\r\nIf-None-Match: {tag}\r\n", 304),
        ("If-None-Match: \"a,b\", {tag}\r\n", 304), ("If-None-Match:\r\n", 200), ("If-None-Match: \"\"\r\n", 200),
        ("If-None-Match: \"*\"\r\n", 200), ("If-None-Match: **\r\n", 200), ("If-None-Match: {tag} \"x\"\r\n", 200),
        // 13.1.3
        ("If-Modified-Since: \(same)\r\n", 304), ("If-Modified-Since: \(behind)\r\n", 304),
        ("If-Modified-Since: \(before)\r\n", 200), ("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 304),
        ("If-Modified-Since: Sunday, 06-Nov-94 08:49:36 GMT\r\n", 200),
        ("If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n", 304),
        ("If-Modified-Since: Sun Nov  6 08:49:36 1994\r\n", 200),
        ("If-Modified-Since: Fri, 06 Nov 9998 08:49:37 GMT\r\n", 304),
        ("If-Modified-Since: Wed, 31 Dec 1969 23:59:59 GMT\r\n", 200), ("If-Modified-Since: 0\r\n", 200),
        ("If-Modified-Since:\r\n", 200), ("If-Modified-Since: today\r\n", 200),
        ("If-Modified-Since: \(same); length=1000\r\n", 200), ("If-Modified-Since: \(same), \(same)\r\n", 200),
        ("If-Modified-Since: \(same)\r\nIf-Modified-Since: \(same)\r\n", 200),
        // 13.1.4
        ("If-Unmodified-Since: \(same)\r\n", 200), ("If-Unmodified-Since: \(behind)\r\n", 200),
        ("If-Unmodified-Since: \(before)\r\n", 412), ("If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 412),
        ("If-Unmodified-Since: yesterday\r\n", 200), ("If-Unmodified-Since:\r\n", 200),
        ("If-Unmodified-Since: \(before)\r\nIf-Unmodified-Since: \(before)\r\n", 200),
        // 13.2.2: If-Match rules out If-Unmodified-Since, If-None-Match If-Modified-Since.
        ("If-Match: {tag}\r\nIf-Unmodified-Since: \(before)\r\n", 200),
        ("If-Unmodified-Since: \(behind)\r\nIf-Match: \"x\"\r\n", 412),
        ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(same)\r\n", 200),
        ("If-Modified-Since: \(before)\r\nIf-None-Match: {tag}\r\n", 304),
        // The first two go before the last two.
        ("If-Match: \"x\"\r\nIf-None-Match: {tag}\r\n", 412), ("If-None-Match: {tag}\r\nIf-Match: \"x\"\r\n", 412),
        ("If-Match: {tag}\r\nIf-None-Match: {tag}\r\n", 304), ("If-Match: {tag}\r\nIf-None-Match: \"x\"\r\n", 200),
        ("If-Match: \"x\"\r\nIf-Modified-Since: \(same)\r\n", 412),
        ("If-Match: {tag}\r\nIf-Modified-Since: \(same)\r\n", 304),
        ("If-Unmodified-Since: \(before)\r\nIf-None-Match: {tag}\r\n", 412),
        ("If-Unmodified-Since: \(same)\r\nIf-Modified-Since: \(same)\r\n", 304),
        ("If-Unmodified-Since: \(before)\r\nIf-Modified-Since: \(same)\r\n", 412),
        // Ranges come last.
        ("If-None-Match: {tag}\r\nRange: bytes=0-4\r\n", 304), ("If-None-Match: \"x\"\r\nRange: bytes=0-4\r\n", 206),
        ("If-None-Match: {tag}\r\nRange: bytes=2000-\r\n", 304), ("If-Match: \"x\"\r\nRange: bytes=2000-\r\n", 412),
        ("If-Match: {tag}\r\nRange: bytes=0-4\r\n", 206), ("If-Match: {tag}\r\nRange: bytes=2000-\r\n", 416),
        ("If-Modified-Since: \(same)\r\nRange: bytes=0-4\r\n", 304),
        ("If-Modified-Since: \(before)\r\nRange: bytes=0-4\r\nIf-Range: {tag}\r\n", 206),
        ("If-Unmodified-Since: \(same)\r\nRange: bytes=0-4\r\nIf-Range: \"x\"\r\n", 200),
        ("If-Unmodified-Since: \(before)\r\nRange: bytes=0-4\r\nIf-Range: {tag}\r\n", 412),
    ]

    @Test("RFC 9110 13.2.2: conditions, in their order", arguments: cases)
    func conditions(_ fields: String, _ status: Int) {
        #expect(FileAsking.reply(fields)?.status == status)
        // An answer to HEAD is that to GET, but for ranges.
        let toHead = status == 206 || status == 416 ? 200 : status
        #expect(FileAsking.reply(fields, method: "HEAD")?.status == toHead)
        // Other methods are refused where they would not have to be carried out.
        let isSince = fields.contains("If-Modified-Since") && status == 304 && !fields.contains("If-None-Match")
        let toOthers = isSince ? 200 : status == 304 ? 412 : toHead
        #expect(FileAsking.reply(fields, method: "PUT")?.status == toOthers)
    }

    @Test(
        "marks of compressed answers are taken off, once, where the edge compresses and the client accepts them",
        arguments: [
            ("{tag-gzip}", ContentCodings?.none, false), ("{tag-gzip}", .all, true), ("{tag-br}", .all, true),
            ("{tag-zstd}", .all, true), ("{tag-identity}", .all, true), ("{tag-identity}", .some([]), true),
            ("{tag-gzip}", .some([]), false), ("{tag-gzip}", ContentCodings(.gzip), true),
            ("{tag-br}", ContentCodings(.gzip), false), ("\"x\", {tag-zstd}", .all, true),
            ("W/{tag-gzip}", .all, true), ("\"x-gzip\"", .all, false), ("\"-gzip\"", .all, false),
        ])
    func marks(_ tag: String, _ codings: ContentCodings?, _ matches: Bool) {
        let reply = FileAsking.reply("If-None-Match: \(tag)\r\n", undoing: codings)
        #expect(reply == (matches ? .notModified : .whole))
        let isWeak = tag.hasPrefix("W/")
        let other = FileAsking.reply("If-Match: \(tag)\r\n", undoing: codings)
        #expect(other == (matches && !isWeak ? .whole : .preconditionFailed))
    }

    @Test("a variant is known by a tag of its own, which no mark can be mistaken for")
    func variants() {
        var tags: Set<String> = []
        for coding in [nil, ContentCoding.gzip, .brotli, .zstd] {
            let facts = FileFacts(bytes: 0xBB, modifiedNanos: 0xDD, coding: coding)
            let tag = FileAsking.tag(of: facts)
            tags.insert(tag)
            #expect(tag == "\"dd-\(coding.map { "\($0.token)-" } ?? "")bb\"")
            for codings in [nil, ContentCodings.all] {
                #expect(FileAsking.reply("If-None-Match: {tag}\r\n", of: facts, undoing: codings) == .notModified)
                for other in [nil, ContentCoding.gzip, .brotli, .zstd] where other != coding {
                    let others = FileAsking.tag(of: FileFacts(bytes: 0xBB, modifiedNanos: 0xDD, coding: other))
                    #expect(FileAsking.reply("If-None-Match: \(others)\r\n", of: facts, undoing: codings) == .whole)
                }
            }
        }
        #expect(tags.count == 4)
    }

    @Test("dates say nothing of a file that was changed before there were any")
    func ancient() {
        for nanos in [0, -1, Int.min] {
            let facts = FileFacts(bytes: 5, modifiedNanos: nanos)
            for date in ["Thu, 01 Jan 1970 00:00:00 GMT", Self.same, "Mon, 01 Jan 1900 00:00:00 GMT"] {
                #expect(FileAsking.reply("If-Modified-Since: \(date)\r\n", of: facts) == .whole)
                #expect(FileAsking.reply("If-Unmodified-Since: \(date)\r\n", of: facts) == .whole)
            }
            #expect(FileAsking.reply("If-None-Match: {tag}\r\n", of: facts) == .notModified)
        }
    }

    @Test("every change of time or length is another tag")
    func tags() {
        var random = SplitMix(seed: 11)
        var seen: Set<String> = []
        for _ in 0..<2_000 {
            let facts = FileFacts(
                bytes: Int.random(in: 0...(.max), using: &random),
                modifiedNanos: Int.random(in: .min...(.max), using: &random))
            let tag = FileAsking.tag(of: facts)
            let time = String(UInt64(bitPattern: Int64(facts.modifiedNanos)), radix: 16)
            #expect(tag == "\"\(time)-\(String(facts.bytes, radix: 16))\"")
            seen.insert(tag)
        }
        #expect(seen.count == 2_000)
    }
}
