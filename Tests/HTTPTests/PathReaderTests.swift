import Bytes
import HTTP
import Testing

@Suite("PathReader") struct PathReaderTests {
    private func normalized(_ path: String) -> String {
        let source = bytes(path)
        var reader = PathReader(source.span)
        var result: [UInt8] = []
        while let byte = reader.next() { result.append(byte) }
        return text(result)
    }

    private func hasPrefix(_ path: String, _ prefix: String) -> Bool {
        let (path, prefix) = (bytes(path), bytes(prefix))
        return PathReader.path(path.span, hasPrefix: prefix.span)
    }

    @Test(
        "RFC 3986 6.2.2: escapes, parameters and slashes in normal form",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a/", "/a/"), ("//a///b//", "/a/b/"), ("/%61", "/a"), ("/%7Eann", "/~ann"),
            ("/%7eann", "/~ann"), ("/%c3%a9", "/%C3%A9"), ("/%C3%A9", "/%C3%A9"), ("/%2f", "/%2F"),
            ("/a%20b", "/a%20b"),
            ("/%", "/%"), ("/%4", "/%4"), ("/%4g", "/%4g"), ("/%g4", "/%g4"), ("/%%41", "/%A"), ("/%2541", "/%2541"),
            ("/a;x", "/a"), ("/a;x/b", "/a/b"), ("/a;x=1;y=2/b;z", "/a/b"), ("/;x/b", "/b"), ("/a/;x/b", "/a/b"),
            ("/a;", "/a"), ("/a;/", "/a/"), ("/a;%2f/b", "/a/b"), ("/A", "/A"), ("/%41", "/A"),
        ])
    func normalForm(_ path: String, _ expected: String) {
        #expect(normalized(path) == expected)
    }

    @Test(
        "a prefix holds whole segments",
        arguments: [
            ("/", "/", true), ("/anything", "/", true), ("/app", "/app", true), ("/app/", "/app", true),
            ("/app/x", "/app", true), ("/application", "/app", false), ("/ap", "/app", false), ("/app;x", "/app", true),
            ("/app;x/admin", "/app/admin", true), ("//app//admin", "/app/admin", true),
            ("/app/%61dmin", "/app/admin", true), ("/app/%41dmin", "/app/admin", false), ("/APP", "/app", false),
            ("/%7Eann", "/~ann", true), ("/%c3%a9/x", "/%C3%A9", true), ("/%C3", "/%C3%A9", false),
            ("/app%2Fadmin", "/app/admin", false), ("/app%2Fadmin", "/app", false), ("/a%20b", "/a%20b", true),
            ("/;x/app", "/app", true), ("/app;jsessionid=1.node1", "/app", true),
        ])
    func prefixes(_ path: String, _ prefix: String, _ matches: Bool) {
        #expect(hasPrefix(path, prefix) == matches)
    }

    @Test("any bytes at all are read to the end")
    func anyBytes() {
        var state: UInt64 = 1
        for _ in 0..<5_000 {
            let path = (0..<Int(state % 24)).map { index -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return index == 0 ? 0x2F : Array("/;%.2fFeE5c0\\a".utf8)[Int(state >> 33) % 14]
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var reader = PathReader(path.span)
            var count = 0
            while reader.next() != nil { count += 1 }
            #expect(count <= path.count)
            // Reading what was read changes nothing more, but for a percent sign that an escape has resolved to.
            let once = normalized(text(path))
            if !once.contains("%") { #expect(normalized(once) == once) }
        }
    }
}
