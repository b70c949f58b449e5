import HTTP
import TestSupport
import Testing

@Suite struct ByteRangeTests {
    /// What is sent of a file for a value of `Range`: `0..<5`, `all`, or `none` for 416.
    private func sent(_ range: String, bytes: Int, method: String = "GET", fields: String = "") -> String {
        let facts = FileFacts(bytes: bytes, modifiedNanos: 784_111_777_123_456_789)
        let reply = FileAsking.reply("Range: \(range)\r\n\(fields)", of: facts, method: method)
        switch reply {
        case .whole: return "all"
        case .part(let part): return "\(part)"
        case .rangeNotSatisfiable: return "none"
        default: return "\(reply?.status ?? 0)"
        }
    }

    @Test(
        "RFC 9110 14.1.2: one range of a file of 1,000 bytes",
        arguments: [
            ("bytes=0-499", "0..<500"), ("bytes=500-999", "500..<1000"), ("bytes=-500", "500..<1000"),
            ("bytes=500-", "500..<1000"), ("bytes=0-0", "0..<1"), ("bytes=-1", "999..<1000"),
            ("bytes=999-", "999..<1000"), ("bytes=999-999", "999..<1000"), ("bytes=0-", "0..<1000"),
            ("bytes=0-999", "0..<1000"), ("bytes=0-1000", "0..<1000"), ("bytes=-1000", "0..<1000"),
            ("bytes=-1001", "0..<1000"), ("bytes=7-7", "7..<8"), ("bytes=00007-0009", "7..<10"),
            ("Bytes=0-4", "0..<5"), ("BYTES=-4", "996..<1000"), ("bytes=0-4,", "0..<5"), ("bytes=,0-4", "0..<5"),
            ("bytes= 0-4", "0..<5"), ("bytes=0-4 ", "0..<5"), ("bytes=, ,0-4\t, ,", "0..<5"),
            ("bytes=0-9223372036854775807", "0..<1000"), ("bytes=0-9223372036854775808", "0..<1000"),
            ("bytes=0-99999999999999999999999999", "0..<1000"), ("bytes=-99999999999999999999999", "0..<1000"),
            ("bytes=1-18446744073709551616", "1..<1000"),
        ])
    func served(_ range: String, _ expected: String) {
        #expect(sent(range, bytes: 1000) == expected)
    }

    @Test(
        "RFC 9110 15.5.17: a range that begins behind the end is 416",
        arguments: [
            "bytes=1000-", "bytes=1000-1000", "bytes=1000-2000", "bytes=1001-", "bytes=-0", "bytes=-000",
            "bytes=9223372036854775807-", "bytes=9223372036854775808-", "bytes=18446744073709551616-",
            "bytes=99999999999999999999999999-99999999999999999999999999", "bytes=1000-,",
        ])
    func unsatisfiable(_ range: String) {
        #expect(sent(range, bytes: 1000) == "none")
    }

    @Test(
        "RFC 9110 14.2: several ranges, other units and what breaks the grammar get the whole",
        arguments: [
            "bytes=0-1,2-3", "bytes=0-0,-1", "bytes=0-,0-", "bytes=1000-,2000-", "bytes=0-4,x", "bytes=0-4;5-6",
            "bytes=5-4", "bytes=1001-1000", "bytes=", "bytes=,", "bytes=-", "bytes=--1", "bytes=-1-", "bytes=0--1",
            "bytes=1", "bytes=a-b", "bytes=0x0-0x4", "bytes=0-4a", "bytes=+0-4", "bytes=0 -4", "bytes=0- 4",
            "bytes=0-4 5", "bytes =0-4", "bytes:0-4", "bytes 0-4", "bytes", "", "0-4", "=0-4", "items=0-4",
            "bytesx=0-4", "byte=0-4", "bytes=\"0-4\"", "bytes=0-4/1000", "bytes=*", "bytes=0-4=", "none",
            "bytes=1-2-3", "seconds=0-4", "bytes=0\u{2D}\u{B2}",
        ])
    func whole(_ range: String) {
        #expect(sent(range, bytes: 1000) == "all")
    }

    @Test("an empty file, one of one byte, and one of all that there are")
    func extremes() {
        for range in ["bytes=0-", "bytes=0-0", "bytes=-5", "bytes=-0", "bytes=5-", "bytes=1-2"] {
            #expect(sent(range, bytes: 0) == "all")
        }
        #expect(sent("bytes=0-", bytes: 1) == "0..<1" && sent("bytes=1-", bytes: 1) == "none")
        #expect(sent("bytes=-1", bytes: .max) == "\(Int.max - 1)..<\(Int.max)")
        #expect(sent("bytes=0-", bytes: .max) == "0..<\(Int.max)")
        #expect(sent("bytes=\(Int.max - 1)-", bytes: .max) == "\(Int.max - 1)..<\(Int.max)")
        #expect(sent("bytes=\(Int.max)-", bytes: .max) == "none")
    }

    @Test("RFC 9110 14.2: Range is for GET only", arguments: ["HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
    func methods(_ method: String) {
        #expect(sent("bytes=0-4", bytes: 1000, method: method) == "all")
        #expect(sent("bytes=2000-", bytes: 1000, method: method) == "all")
    }

    @Test("two Range fields ask for nothing that is clear")
    func twice() {
        #expect(sent("bytes=0-4", bytes: 1000, fields: "Range: bytes=0-4\r\n") == "all")
        #expect(sent("bytes=2000-", bytes: 1000, fields: "range: bytes=0-4\r\n") == "all")
    }

    @Test("a precompressed variant has no parts")
    func variants() {
        let facts = FileFacts(bytes: 1000, modifiedNanos: 1, coding: .brotli)
        #expect(FileAsking.reply("Range: bytes=0-4\r\n", of: facts) == .whole)
        #expect(FileAsking.reply("Range: bytes=2000-\r\n", of: facts) == .whole)
    }

    @Test(
        "RFC 9110 13.1.5: If-Range lets a part be sent of the same content only",
        arguments: [
            ("{tag}", true), ("W/{tag}", false), ("\"x\"", false), ("*", false), ("{tag}, {tag}", false),
            ("{tag},", false), ("", false), ("{tag-gzip}", false), ("{tag-identity}", false),
            ("Sun, 06 Nov 1994 08:49:37 GMT", true), ("Sun, 06 Nov 1994 08:49:38 GMT", false),
            ("Sun, 06 Nov 1994 08:49:36 GMT", false), ("Sunday, 06-Nov-94 08:49:37 GMT", true),
            ("Sun Nov  6 08:49:37 1994", true), ("Tue, 06 Nov 2096 08:49:37 GMT", false), ("yesterday", false),
            ("Sun, 06 Nov 1994 08:49:37", false),
        ])
    func ifRange(_ value: String, _ holds: Bool) {
        for codings in [nil, ContentCodings.all] {
            let facts = FileFacts(bytes: 1000, modifiedNanos: 784_111_777_123_456_789)
            func reply(_ range: String) -> FileReply? {
                FileAsking.reply("Range: \(range)\r\nIf-Range: \(value)\r\n", of: facts, undoing: codings)
            }
            #expect(reply("bytes=0-4") == (holds ? .part(0..<5) : .whole))
            #expect(reply("bytes=1000-") == (holds ? .rangeNotSatisfiable : .whole))
            #expect(reply("bytes=0-4,6-7") == .whole)
        }
        #expect(FileAsking.reply("If-Range: \(value)\r\n") == .whole)
    }

    @Test("two If-Range fields name nothing that is clear, and a file without a date has none that fits")
    func ifRangeTwice() {
        let facts = FileFacts(bytes: 1000, modifiedNanos: 784_111_777_123_456_789)
        let twice = "Range: bytes=0-4\r\nIf-Range: {tag}\r\nIf-Range: {tag}\r\n"
        #expect(FileAsking.reply(twice, of: facts) == .whole)
        for nanos in [0, -1, Int.min] {
            let old = FileFacts(bytes: 1000, modifiedNanos: nanos)
            let dated = "Range: bytes=0-4\r\nIf-Range: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            #expect(FileAsking.reply(dated, of: old) == .whole)
            #expect(FileAsking.reply("Range: bytes=0-4\r\nIf-Range: {tag}\r\n", of: old) == .part(0..<5))
        }
    }

    @Test("any value at all gives a part of the file, all of it, or 416")
    func anyValue() throws {
        var random = SplitMix(seed: 3)
        let letters = Array("bytes=,-- 0123456789\t\"\\;".utf8)
        for _ in 0..<5_000 {
            let rest = (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random) }
            let size = Int.random(in: 0...20, using: &random)
            let facts = FileFacts(bytes: size, modifiedNanos: 1)
            let value = "bytes=" + text(rest.compactMap { $0 })
            switch try #require(FileAsking.reply("Range: \(value)\r\n", of: facts)) {
            case .whole, .rangeNotSatisfiable: break
            case .part(let part): #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size)
            default: Issue.record("neither: \(value)")
            }
        }
    }
}
