import Forwarding
import Foundation
import HTTP
import Reactor
import Testing

/// What a path with `files` answers, and what it leaves to the balancer beside it.
@Suite("Files, in process")
struct FileAnswerTests {
    private let folder: FileFolder

    init() throws {
        folder = try FileFolder([
            "a.txt": "0123456789", "index.html": "<p>home</p>", "sub/index.html": "<p>sub</p>", "empty/x": "",
            "zero.css": "", "x.php": "<?php", "x.PHP.bak": "<?php", ".env": "secret", ".well-known/key": "key",
            "a b.txt": "blank",
        ])
        try folder.touch("a.txt", at: 1_700_000_000)
    }

    private func stage(
        _ keys: String = "", path: String = "/static", others: String = "", edge: String = "", way: Way = Way(),
        descent: FileRoot.Descent = .kernel
    ) throws -> Stage {
        let files = "\(path): { files: \"\(folder.path)\"\(keys.isEmpty ? "" : ", " + keys) }"
        let sites = "sites: [{ paths: { \(files)\(others.isEmpty ? "" : ", " + others) } }]\n"
        return try Stage(["node1": ""], edge: sites + edge, way: way, descent: descent)
    }

    // MARK: - What is there

    @Test("a file: its content, its type, what it is known by, and no member is asked", arguments: Way.all)
    func whole(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.read("/static/a.txt")
        #expect(client.outcome == .whole && client.status == 200 && client.text == "0123456789")
        #expect(client.field("Content-Type") == "text/plain" && client.field("Content-Length") == "10")
        #expect(client.field("Last-Modified") == "Tue, 14 Nov 2023 22:13:20 GMT")
        #expect(client.field("Accept-Ranges") == "bytes" && client.field("ETag")?.hasSuffix("-a\"") == true)
        let head = try stage.read("/static/a.txt", method: "HEAD")
        #expect(head.outcome == .whole && head.content == [] && head.field("Content-Length") == "10")
        #expect(head.field("ETag") == client.field("ETag"))
        #expect(try stage.read("/static/zero.css").outcome == .whole)
        #expect(stage.connections.isEmpty && stage.isAtRest)
    }

    @Test(
        "a path's spellings, and what answers for folders", arguments: Way.all,
        [
            ("/static/a%2Etxt", "0123456789"), ("/static/a.txt?x=1", "0123456789"),
            ("/static/a.txt;jsessionid=1", "0123456789"), ("/static/", "<p>home</p>"), ("/static/sub/", "<p>sub</p>"),
            ("/static//sub//", "<p>sub</p>"), ("/static/.well-known/key", "key"), ("/static/a%20b.txt", "blank"),
        ])
    func spellings(way: Way, pair: (target: String, content: String)) throws {
        let stage = try stage(way: way)
        let client = try stage.read(pair.target)
        #expect(client.outcome == .whole && client.text == pair.content)
        #expect(stage.isAtRest)
    }

    @Test(
        "what is no file, by the code of the reason",
        arguments: [
            ("/static/none", 404, "no-file"), ("/static/a.txt/", 404, "no-file"), ("/static/empty/", 404, "no-file"),
            ("/static/.env", 404, "file-hidden"), ("/static/x.php", 404, "file-hidden"),
            ("/static/x.PHP.bak", 404, "file-hidden"), ("/static/a.txt%00", 404, "no-file"),
            ("/static/out", 404, "file-outside"), ("/static/pipe", 404, "no-file"),
            ("/static/sub%2Findex.html", 404, "no-file"),
        ])
    func missing(target: String, status: Int, code: String) throws {
        try folder.link("out", to: "/etc/passwd")
        folder.makePipe("pipe")
        let stage = try stage()
        #expect(try stage.read(target).outcome == .refused(status, code))
        #expect(stage.isAtRest && stage.connections.isEmpty)
    }

    @Test("a link that stays beneath the folder is followed; without openat2 none is")
    func links() throws {
        try folder.link("in", to: "a.txt")
        let byKernel = try stage()
        #expect(try byKernel.read("/static/in").text == "0123456789")
        let own = try stage(descent: .own)
        let client = try own.read("/static/in")
        #expect(client.outcome == .refused(404, "file-outside") && own.isAtRest)
    }

    @Test("a folder without its slash is sent to with one, and its query with it")
    func folders() throws {
        let stage = try stage()
        let client = try stage.read("/static/sub?x=1")
        #expect(client.outcome == .whole && client.status == 301 && client.field("Location") == "/static/sub/?x=1")
        #expect(try stage.read("/static").field("Location") == "/static/")
        #expect(stage.isAtRest)
    }

    @Test("methods: 405 and what is allowed, 204 to OPTIONS")
    func methods() throws {
        let stage = try stage(edge: Stage.logging)
        let refused = try stage.post("/static/a.txt", length: 0)
        #expect(refused.outcome == .refused(405, "method-not-allowed"))
        #expect(lines(of: refused).contains("Allow: GET, HEAD, OPTIONS"))
        let asked = try stage.read("/static/none", method: "OPTIONS")
        #expect(asked.status == 204 && asked.field("Allow") == "GET, HEAD, OPTIONS")
        #expect(stage.takeLines()[0].contains("\"reason\":\"method-not-allowed\""))
        #expect(stage.isAtRest)
    }

    /// The lines of an answer of Martlet's own, and its content behind them.
    private func lines(of client: ScriptedClient) -> [String] {
        guard let own = client.own else { return [] }
        let bytes = [UInt8](capacity: 1 << 16) { (output: inout OutputSpan<UInt8>) in
            _ = own.write(code: own.outcome.code, to: .get, closes: false, date: Span(), into: &output)
        }
        return String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test("what is no file's content says nothing of caches that the path says of files, but why")
    func refusals() throws {
        let stage = try stage("fields: { answer: { set: { Cache-Control: max-age=60, X-A: b } } }")
        #expect(try stage.read("/static/a.txt").field("Cache-Control") == "max-age=60")
        let method = lines(of: try stage.post("/static/a.txt", length: 0))
        let range = lines(of: try stage.read("/static/a.txt", fields: "Range: bytes=10-"))
        for (answer, words) in [(method, "405 Method Not Allowed"), (range, "416 Range Not Satisfiable")] {
            #expect(answer[0] == "HTTP/1.1 \(words)")
            #expect(answer.filter { $0.hasPrefix("Cache-Control") } == ["Cache-Control: no-store"])
            #expect(answer.contains("X-A: b") && answer.contains("Content-Type: text/plain; charset=utf-8"))
            #expect(answer.last?.hasPrefix(words) == true, "the words of any refusal")
        }
        #expect(range.contains("Content-Range: bytes */10") && stage.isAtRest)
    }

    // MARK: - Conditions and parts

    @Test("ranges: a part, none that there is, and several as the whole", arguments: Way.all)
    func ranges(way: Way) throws {
        let stage = try stage(way: way)
        let part = try stage.read("/static/a.txt", fields: "Range: bytes=2-4")
        #expect(part.status == 206 && part.text == "234" && part.field("Content-Range") == "bytes 2-4/10")
        #expect(try stage.read("/static/a.txt", fields: "Range: bytes=-3").text == "789")
        let beyond = try stage.read("/static/a.txt", fields: "Range: bytes=10-")
        #expect(beyond.outcome == .refused(416, "range"))
        #expect(lines(of: beyond).contains("Content-Range: bytes */10"))
        #expect(try stage.read("/static/a.txt", fields: "Range: bytes=0-1,3-4").status == 200)
        #expect(stage.isAtRest)
    }

    @Test("conditions: 304 to who has it, 412 to who meant another one", arguments: Way.all)
    func conditions(way: Way) throws {
        let stage = try stage(way: way)
        let tag = try #require(try stage.read("/static/a.txt").field("ETag"))
        let known = try stage.read("/static/a.txt", fields: "If-None-Match: \(tag)")
        #expect(known.outcome == .whole && known.status == 304 && known.content == [] && known.field("ETag") == tag)
        #expect(
            try stage.read("/static/a.txt", fields: "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT").status == 304)
        #expect(try stage.read("/static/a.txt", fields: "If-Match: \"other\"").status == 412)
        #expect(try stage.read("/static/a.txt", fields: "Range: bytes=0-1", "If-Range: \(tag)").status == 206)
        #expect(try stage.read("/static/a.txt", fields: "Range: bytes=0-1", "If-Range: \"other\"").status == 200)
        #expect(stage.isAtRest)
    }

    // MARK: - Codings

    @Test("precompressed variants go to who takes them, and are not older than their file")
    func precompressed() throws {
        try folder.write("app.js", Array("plain".utf8))
        try folder.write("app.js.br", Array("brotli".utf8))
        try folder.write("app.js.gz", Array("old".utf8))
        try folder.touch("app.js.gz", at: 1_000)
        let stage = try stage("precompressed: true")
        let coded = try stage.read("/static/app.js", fields: "Accept-Encoding: gzip, br")
        #expect(coded.text == "brotli" && coded.field("Content-Encoding") == "br")
        #expect(coded.field("Content-Type") == "text/javascript" && coded.field("Vary") == "Accept-Encoding")
        let plain = try stage.read("/static/app.js", fields: "Accept-Encoding: gzip")
        #expect(plain.text == "plain" && plain.field("Vary") == "Accept-Encoding")
        #expect(try stage.read("/static/a.txt", fields: "Accept-Encoding: br").field("Vary") == nil)
        #expect(stage.isAtRest)
    }

    @Test("compression on the way, whose tag is known again", arguments: Way.all)
    func compressed(way: Way) throws {
        let text = String(repeating: "compressible ", count: 20_000)
        try folder.write("long.html", Array(text.utf8))
        let stage = try stage(edge: "compression: { codings: [gzip] }", way: way)
        let client = try stage.read("/static/long.html", fields: "Accept-Encoding: gzip")
        #expect(client.outcome == .whole && client.field("Content-Encoding") == "gzip")
        #expect(Gzip.decoded(client.content)?.content == Array(text.utf8))
        let tag = try #require(client.field("ETag"))
        let again = try stage.read("/static/long.html", fields: "Accept-Encoding: gzip", "If-None-Match: \(tag)")
        #expect(again.status == 304 && stage.isAtRest)
    }

    // MARK: - Beside a balancer

    @Test("what is no file goes to the balancer, and so does all that is not read", arguments: Way.all)
    func balancer(way: Way) throws {
        let stage = try stage("balancer: shop", path: "/", way: way)
        #expect(try stage.read("/a.txt").text == "0123456789")
        for target in ["/none", "/x.php", "/.env", "/a%00", "/empty/"] {
            #expect(try stage.settle { try stage.read(target) }.target == target)
        }
        let reply = try stage.settle { try stage.post("/a.txt", length: 0) }
        #expect(reply.member == "node1")
        #expect(try stage.read("/sub").field("Location") == "/sub/")
        #expect(stage.isAtRest)
    }

    @Test("rules and other paths come first: a closed path is no file's, nor is one that reads in two ways")
    func order() throws {
        let stage = try stage("balancer: shop", path: "/", others: "/sub: { answer: 403 }")
        #expect(try stage.read("/sub/index.html").outcome == .refused(403, "fixed-answer"))
        #expect(try stage.read("/x/../sub/index.html").outcome == .refused(400, "path-ambiguous"))
        #expect(try stage.read("/s%75b/index.html").outcome == .refused(403, "fixed-answer"))
    }

    @Test("the log says by which path, and why not")
    func log() throws {
        let stage = try stage(edge: Stage.logging)
        _ = try stage.read("/static/a.txt")
        _ = try stage.read("/static/none")
        _ = try stage.read("/static/a.txt", fields: "Range: bytes=99-")
        let lines = stage.takeLines()
        #expect(lines.count == 3)
        #expect(lines[0].contains("\"answered_by\":\"martlet\",\"reason\":\"\""))
        #expect(lines[0].contains("\"rule\":\"/static files\"") && lines[0].contains("\"sent_bytes\":10"))
        #expect(lines[1].contains("\"reason\":\"no-file\"") && lines[2].contains("\"reason\":\"range\""))
    }
}
