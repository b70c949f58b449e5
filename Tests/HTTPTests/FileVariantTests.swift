import Bytes
import HTTP
import Testing

@Suite struct FileVariantTests {
    private func choose(_ existing: ContentCodings, _ fields: String, method: String = "GET") -> ContentCoding? {
        let source = FileAsking.request(fields, method: method)
        var head = RequestHead(fieldCountMax: 100)
        guard (try? head.parse(source.span, limits: HeadLimits())) != nil else { return nil }
        return FileVariants.choose(existing, for: head, in: source.span)
    }

    @Test(
        "RFC 9110 12.5.3: the greatest weight, of equal ones the densest",
        arguments: [
            ("gzip, deflate, br, zstd", ContentCoding.brotli), ("zstd, gzip", .zstd), ("gzip", .gzip), ("br", .brotli),
            ("x-gzip", .gzip), ("*", .brotli), ("*, br;q=0", .zstd), ("gzip;q=1, br;q=0.5", .gzip),
            ("br;q=0.001", .brotli), ("identity;q=0.5, gzip;q=0.5", .gzip), ("identity;q=0", nil),
            ("identity, gzip;q=0.5", nil), ("deflate", nil), ("", nil), ("*;q=0", nil), ("gzip;q=0", nil),
            ("identity;q=1, *;q=0", nil),
        ] as [(String, ContentCoding?)])
    func weights(_ value: String, _ coding: ContentCoding?) {
        #expect(choose(.all, "Accept-Encoding: \(value)\r\n") == coding)
        #expect(choose(.all, "Accept-Encoding: \(value)\r\n", method: "HEAD") == coding)
        #expect(choose([], "Accept-Encoding: \(value)\r\n") == nil)
    }

    @Test("only what there is is chosen")
    func existing() {
        let all = "Accept-Encoding: gzip, br, zstd\r\n"
        #expect(choose(ContentCodings(.gzip), all) == .gzip && choose(ContentCodings(.zstd), all) == .zstd)
        #expect(choose([ContentCodings(.gzip), ContentCodings(.zstd)], all) == .zstd)
        #expect(choose(ContentCodings(.gzip), "Accept-Encoding: br\r\n") == nil && choose(.all, "") == nil)
    }

    @Test("parts are those of the file itself")
    func parts() {
        #expect(choose(.all, "Accept-Encoding: br\r\nRange: bytes=0-4\r\n") == nil)
        #expect(choose(.all, "Accept-Encoding: br\r\nRange: bytes=0-4\r\n", method: "HEAD") == .brotli)
    }

    @Test("a variant that is older than its file is none; parts of a second do not count")
    func age() {
        let second = 1_000_000_000
        let file = FileFacts(bytes: 5, modifiedNanos: 7 * second + 500)
        for (nanos, isFresh) in [
            (7 * second + 500, true), (7 * second, true), (8 * second, true), (7 * second - 1, false), (0, false),
            (-second, false),
        ] {
            #expect(FileFacts(bytes: 3, modifiedNanos: nanos, coding: .gzip).isVariant(of: file) == isFresh)
        }
        #expect(!FileFacts(bytes: 3, modifiedNanos: 8 * second).isVariant(of: file))
    }

    @Test("names of variants")
    func suffixes() {
        #expect(ContentCoding.allCases.map { "\($0.fileSuffix)" } == [".gz", ".br", ".zst"])
    }

    @Test(
        "media types by the last suffix, in any case",
        arguments: [
            ("index.html", "text/html"), ("a/b.CSS", "text/css"), ("a.js", "text/javascript"),
            ("a.mjs", "text/javascript"),
            ("a.min.js", "text/javascript"), ("app.js.map", "application/json"), ("a.json", "application/json"),
            ("a.wasm", "application/wasm"), ("a.webmanifest", "application/manifest+json"), ("a.svg", "image/svg+xml"),
            ("a.PNG", "image/png"), ("a.jpeg", "image/jpeg"), ("favicon.ico", "image/x-icon"), ("a.avif", "image/avif"),
            ("a.woff2", "font/woff2"), ("a.mp4", "video/mp4"), ("a.mp3", "audio/mpeg"),
            ("a.m3u8", "application/vnd.apple.mpegurl"),
            ("a.pdf", "application/pdf"), ("a.tar.gz", "application/gzip"), ("a.txt", "text/plain"),
            ("a.xml", "application/xml"),
            ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (".well-known/assetlinks.json", "application/json"), ("a", "application/octet-stream"),
            ("", "application/octet-stream"), (".", "application/octet-stream"), ("a.", "application/octet-stream"),
            ("html", "application/octet-stream"), (".html", "application/octet-stream"),
            ("a/.css", "application/octet-stream"),
            ("a.css/b", "application/octet-stream"), ("a.css/", "application/octet-stream"),
            ("a.cssx", "application/octet-stream"),
            ("a.htmlhtml", "application/octet-stream"), ("a.html ", "application/octet-stream"),
            ("a.webmanifestx", "application/octet-stream"), ("a.c\u{0}", "application/octet-stream"),
            ("a.css\u{0}", "application/octet-stream"), ("a.bin", "application/octet-stream"),
            ("a.php", "application/octet-stream"),
        ])
    func mediaTypes(_ path: String, _ type: String) {
        let path = bytes(path)
        let found = MediaTypes.type(of: path.span)
        #expect("\(found)" == type)
    }
}
