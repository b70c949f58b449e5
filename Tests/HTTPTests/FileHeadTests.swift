import Bytes
import HTTP
import Testing

@Suite struct FileHeadTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test("a whole file")
    func whole() throws {
        let (head, fields) = try #require(FileAsking.fields(.whole, type: "text/css"))
        #expect(head.status == 200 && head.framing == .length(1000) && head.keepsAlive)
        #expect(
            fields == [
                "Content-Type": "text/css", "Content-Length": "1000", "Accept-Ranges": "bytes",
                "Last-Modified": Self.date, "ETag": FileAsking.tag(of: FileAsking.facts),
            ])
        let toHead = try #require(FileAsking.fields(.whole, type: "text/css", to: .head))
        #expect(toHead.fields == fields && toHead.head.declaredFraming == .length(1000) && toHead.head.framing == .none)
    }

    @Test("a part of one")
    func part() throws {
        let (head, fields) = try #require(FileAsking.fields(.part(7..<12), varies: true))
        #expect(head.status == 206 && head.framing == .length(5))
        #expect(
            fields == [
                "Content-Type": "text/plain", "Content-Length": "5", "Content-Range": "bytes 7-11/1000",
                "Last-Modified": Self.date, "ETag": FileAsking.tag(of: FileAsking.facts), "Vary": "Accept-Encoding",
            ])
    }

    @Test("a precompressed variant", arguments: [(ContentCoding.gzip, "gzip"), (.brotli, "br"), (.zstd, "zstd")])
    func variant(_ coding: ContentCoding, _ token: String) throws {
        let facts = FileFacts(bytes: 300, modifiedNanos: FileAsking.facts.modifiedNanos, coding: coding)
        let (head, fields) = try #require(FileAsking.fields(.whole, of: facts, varies: true))
        #expect(head.status == 200 && head.framing == .length(300))
        #expect(
            fields == [
                "Content-Type": "text/plain", "Content-Encoding": token, "Content-Length": "300",
                "Last-Modified": Self.date, "ETag": FileAsking.tag(of: facts), "Vary": "Accept-Encoding",
            ])
        let rest = try #require(FileAsking.fields(.notModified, of: facts, varies: true)).fields
        #expect(rest == fields.filter { ["Last-Modified", "ETag", "Vary"].contains($0.key) })
    }

    @Test("RFC 9110 15.4.5, 15.5.13: what has no content")
    func bodiless() throws {
        let (head, fields) = try #require(FileAsking.fields(.notModified))
        #expect(head.status == 304 && head.framing == .none && head.declaredFraming == .none && head.keepsAlive)
        #expect(fields == ["Last-Modified": Self.date, "ETag": FileAsking.tag(of: FileAsking.facts)])
        let failed = try #require(FileAsking.fields(.preconditionFailed))
        #expect(failed.head.status == 412 && failed.fields == ["Content-Length": "0"])
    }

    @Test("RFC 9110 8.8.2.1: no date lies ahead of the answer's, and there is none before 1970")
    func dates() throws {
        for now in [784_111_777, 784_111_778, .max / 2_000_000_000] {
            #expect(FileAsking.fields(.whole, now: now)?.fields["Last-Modified"] == Self.date)
        }
        let ahead = try #require(FileAsking.fields(.whole, now: 784_111_776)).fields
        #expect(ahead["Last-Modified"] == "Sun, 06 Nov 1994 08:49:36 GMT")
        for nanos in [0, -1, Int.min] {
            let fields = try #require(FileAsking.fields(.whole, of: FileFacts(bytes: 1, modifiedNanos: nanos))).fields
            #expect(fields["Last-Modified"] == nil && fields["ETag"] != nil)
        }
        let last = try #require(FileAsking.fields(.whole, of: FileFacts(bytes: 1, modifiedNanos: .max))).fields
        #expect(last["Last-Modified"] == "Sun, 22 Nov 2026 18:43:12 GMT")
    }

    @Test("the longest head fits 512 bytes, and what does not fit is told")
    func room() throws {
        let facts = FileFacts(bytes: .max, modifiedNanos: .min, coding: .zstd)
        let type = MediaTypes.type(of: bytes("a.pptx").span)
        for (reply, facts) in [
            (FileReply.part(.max - 1..<Int.max), FileFacts(bytes: .max, modifiedNanos: .max)), (.whole, facts),
        ] {
            let whole = try #require(
                written(room: 512) {
                    FileHead.write(reply, of: facts, type: type, varies: true, now: FileAsking.now, to: &$0)
                })
            for room in 0..<whole.count {
                let cut = written(room: room) {
                    FileHead.write(reply, of: facts, type: type, varies: true, now: FileAsking.now, to: &$0)
                }
                #expect(cut == nil)
            }
        }
    }

    @Test(
        "a folder without its slash is found behind it, on the same host",
        arguments: [
            ("/a", nil, "/a/"), ("/a/b", "x=1&y=%2f", "/a/b/?x=1&y=%2f"), ("/a", "", "/a/?"),
            ("//evil.test", nil, "/evil.test/"),
            ("///evil.test/a", "q", "/evil.test/a/?q"), ("/\\evil.test", nil, "/evil.test/"), ("/a;x", nil, "/a;x/"),
            ("/a%20b", nil, "/a%20b/"), ("/", nil, "/"), ("//", "q", "/?q"), ("\\/\\evil.test", nil, "/evil.test/"),
        ] as [(String, String?, String)])
    func moved(_ path: String, _ query: String?, _ location: String) throws {
        let (path, rest) = (bytes(path), bytes(query ?? ""))
        let head = try #require(
            written(room: 128 + path.count + rest.count) { output in
                FileHead.writeMoved(path: path.span, query: query == nil ? nil : rest.span, to: &output)
            })
        let parsed = try #require(ResponseSnapshot.parse(head).value)
        #expect(parsed.status == 301 && parsed.framing == .length(0))
        #expect(parsed.fields.contains { $0.name == "Location" && $0.value == location })
    }

    @Test("RFC 9110 15.5.17: who asks for bytes that there are not is told how many there are")
    func length() throws {
        let line = try #require(written(room: 64) { FileHead.writeLength(of: FileAsking.facts, to: &$0) })
        #expect(line == bytes("Content-Range: bytes */1000\r\n"))
        let longest = FileFacts(bytes: .max, modifiedNanos: 0)
        #expect(written(room: 64) { FileHead.writeLength(of: longest, to: &$0) } != nil)
        for room in 0..<line.count {
            #expect(written(room: room) { FileHead.writeLength(of: FileAsking.facts, to: &$0) } == nil)
        }
    }

    @Test("who asks by OPTIONS is told which methods there are")
    func methods() throws {
        let head = try #require(written(room: 128) { FileHead.writeMethods(to: &$0) })
        let parsed = try #require(ResponseSnapshot.parse(head).value)
        #expect(parsed.status == 204 && parsed.keepsAlive)
        #expect(parsed.fields.contains { $0.name == "Allow" && $0.value == "GET, HEAD, OPTIONS" })
    }

    @Test("a reply's content is what its head announces")
    func content() {
        for (reply, range) in [
            (FileReply.whole, 0..<1000), (.part(3..<9), 3..<9), (.notModified, 0..<0), (.preconditionFailed, 0..<0),
        ] {
            #expect(reply.content(of: FileAsking.facts) == range)
            let head = FileAsking.fields(reply)?.head
            #expect(head?.status == reply.status)
            if case .length(let length) = head?.framing { #expect(Int(length) == range.count) }
        }
    }
}
