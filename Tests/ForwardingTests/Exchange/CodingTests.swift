import Forwarding
import Testing

/// Which answers are compressed, and what is told of it.
@Suite("Coded answers, in process")
struct CodingTests {
    private static let page = String(repeating: "<p>compressible text</p>\n", count: 400)
    private static let html = "Content-Type: text/html"
    private static let asks = "X-Martlet-Coding: 1"

    private func stage(_ keys: String = "") throws -> Stage {
        try Stage(["node1": ""], edge: keys.isEmpty ? "" : "compression: { \(keys) }")
    }

    /// Asks for a page and gets it.
    private func get(
        _ stage: Stage, accepting value: String? = "gzip", fields: [String] = [], method: String = "GET",
        target: String = "/", answer: String = Answer.whole(200, Self.html, content: Self.page)
    ) throws -> ScriptedClient {
        let lines = (value.map { ["Accept-Encoding: \($0)"] } ?? []) + fields + [Self.asks]
        let head = lines.map { $0 + "\r\n" }.joined()
        let reply = try stage.settle(answer) {
            try stage.send("\(method) \(target) HTTP/1.1\r\nHost: shop.test\r\n\(head)\r\n")
        }
        #expect(reply.told("X-Martlet-Coding").isEmpty, "members do not see the question")
        return reply.client
    }

    // MARK: - What clients accept

    @Test(
        "RFC 9110 12.5.3: gzip goes to those who accept it, and says so",
        arguments: [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("deflate, gzip;q=0.5, br", true), ("*", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("gzip;q=0", false), ("gzip;q=0.000, *", false),
            ("identity", false), ("br", false), ("deflate", false), ("*;q=0", false),
            ("gzip;q=0.1, identity;q=0.9", false), ("", false),
        ])
    func negotiation(value: String, isCoded: Bool) throws {
        let stage = try stage()
        let client = try get(stage, accepting: value)
        #expect(client.outcome == .whole && client.field("Vary") == "Accept-Encoding")
        #expect(client.field("Content-Encoding") == (isCoded ? "gzip" : nil))
        #expect(client.field("X-Martlet-Coding") == (isCoded ? "gzip" : "not-accepted"))
        if isCoded {
            let decoded = Gzip.decoded(client.content)
            #expect(decoded?.content == Array(Self.page.utf8) && decoded?.isWhole == true)
            #expect(client.content.count < Self.page.utf8.count / 5)
            #expect(client.field("Content-Length") == nil && client.field("Transfer-Encoding") == "chunked")
        } else {
            #expect(client.text == Self.page && client.field("Content-Length") == "\(Self.page.utf8.count)")
        }
        #expect(stage.isQuiet && stage.bench.lentSlabCount == 0)
    }

    @Test("a request that says nothing of codings gets the answer as it is, and whoever else may get another one")
    func unspoken() throws {
        let client = try get(try stage(), accepting: nil)
        #expect(client.text == Self.page && client.field("Content-Encoding") == nil)
        #expect(client.field("Vary") == "Accept-Encoding" && client.field("X-Martlet-Coding") == "not-accepted")
    }

    @Test(
        "several codings: the client's weights decide, then the declared order",
        arguments: [
            ("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip"), ("*", "zstd"),
            ("gzip;q=1.0, br;q=0.5, zstd;q=0.4", "gzip"), ("*, zstd;q=0", "br"), ("br;q=0", nil),
        ] as [(String, String?)])
    func order(value: String, coding: String?) throws {
        let client = try get(try stage("codings: [zstd, br, gzip]"), accepting: value)
        #expect(client.field("Content-Encoding") == coding)
        #expect(client.field("X-Martlet-Coding") == coding ?? "not-accepted")
        #expect((client.content.count < Self.page.utf8.count / 5) == (coding != nil))
    }

    // MARK: - What pays and may be compressed

    /// What is decided of an answer, and what the request asks for.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        let fields: [String]
        var content = CodingTests.page
        var method = "GET"
        var decision = "gzip"
    }

    static let cases = [
        Case(testDescription: "JSON", fields: ["Content-Type: application/json; charset=utf-8"]),
        Case(testDescription: "an event stream", fields: ["Content-Type: text/event-stream"]),
        Case(testDescription: "no type", fields: [], decision: "media-type"),
        Case(testDescription: "an image", fields: ["Content-Type: image/png"], decision: "media-type"),
        Case(testDescription: "just long enough", fields: [html], content: String(repeating: "x", count: 1_024)),
        Case(
            testDescription: "too short", fields: [html], content: String(repeating: "x", count: 1_023),
            decision: "too-short"),
        Case(testDescription: "nothing", fields: [html], content: "", decision: "no-content"),
        Case(testDescription: "coded already", fields: [html, "Content-Encoding: br"], decision: "already-coded"),
        Case(
            testDescription: "no-transform", fields: [html, "Cache-Control: public, no-transform"],
            decision: "no-transform"),
        Case(
            testDescription: "a part", status: 206, fields: [html, "Content-Range: bytes 0-9999/20000"],
            decision: "partial"),
        Case(testDescription: "a digest of it", fields: [html, "Repr-Digest: sha-256=:x:"], decision: "digest"),
        Case(testDescription: "an error's page", status: 404, fields: [html]),
        Case(testDescription: "an answer to HEAD", fields: [html], content: "", method: "HEAD", decision: "no-content"),
    ]

    @Test("only what pays and may be compressed is, and who asks is told why", arguments: cases)
    func decisions(_ one: Case) throws {
        let lines = one.fields + ["X-Martlet-Coding: forged", "Content-Length: \(one.content.utf8.count)"]
        let head = "HTTP/1.1 \(one.status) X\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        let client = try get(try stage(), method: one.method, answer: head + one.content)
        #expect(client.status == one.status && client.outcome == .whole)
        #expect(client.head.values(of: "X-Martlet-Coding") == [one.decision])
        if one.decision == "gzip" {
            #expect(client.field("Content-Encoding") == "gzip")
            #expect(Gzip.decoded(client.content)?.content == Array(one.content.utf8))
        } else {
            #expect(client.text == one.content)
            #expect(client.field("Content-Encoding") == (one.decision == "already-coded" ? "br" : nil))
        }
    }

    @Test("an answer to HEAD has the fields of the one to GET, and no content")
    func head() throws {
        let answer = "HTTP/1.1 200 OK\r\n\(Self.html)\r\nContent-Length: 5000\r\nETag: \"x\"\r\n\r\n"
        let client = try get(try stage(), method: "HEAD", answer: answer)
        #expect(client.outcome == .whole && client.field("X-Martlet-Coding") == "gzip-fields")
        #expect(client.field("Content-Encoding") == "gzip" && client.field("ETag") == "\"x-gzip\"")
        #expect(client.field("Content-Length") == nil && client.content.isEmpty)
        let plain = try get(try stage(), accepting: "identity", method: "HEAD", answer: answer)
        #expect(plain.field("Content-Length") == "5000" && plain.field("Content-Encoding") == nil)
    }

    @Test(
        "what is declared: types, the shortest length, and nothing at all",
        arguments: [
            ("enabled: false", "text/html", 10_000, "disabled"), ("types: [image/*]", "image/png", 10_000, "gzip"),
            ("types: [image/*]", "text/html", 10_000, "media-type"),
            ("minimum-length: 20KiB", "text/html", 10_000, "too-short"),
            ("minimum-length: 0", "text/html", 10, "gzip"), ("engine: zlib, level: 9", "text/html", 10_000, "gzip"),
        ])
    func declared(keys: String, type: String, length: Int, decision: String) throws {
        let content = String(repeating: "0123456789", count: length / 10)
        let answer = Answer.whole(200, "Content-Type: \(type)", "ETag: \"x\"", content: content)
        let client = try get(try stage(keys), answer: answer)
        #expect(client.field("X-Martlet-Coding") == decision)
        #expect(client.field("ETag") == (decision == "gzip" ? "\"x-gzip\"" : "\"x\""))
        #expect(client.field("Vary") == (decision == "gzip" ? "Accept-Encoding" : nil))
        let text = decision == "gzip" ? Gzip.decoded(client.content)?.content : client.content
        #expect(text == Array(content.utf8))
    }

    // MARK: - Entity tags

    @Test(
        "RFC 9110 8.8.3.3: the tag is marked, and members meet their own in conditional requests",
        arguments: [
            ("If-None-Match: \"x-gzip\"", "If-None-Match: \"x\""),
            ("If-None-Match: \"o\", W/\"x-gzip\"", "If-None-Match: \"o\", W/\"x\""),
            ("If-Match: \"x-gzip\"", "If-Match: \"x\""), ("If-None-Match: \"x-br\"", "If-None-Match: \"x-br\""),
            ("If-Range: \"x-gzip\"", "If-Range: \"x-gzip\""),
        ])
    func tags(sent: String, seen: String) throws {
        let stage = try stage()
        let answer = Answer.whole(200, Self.html, "ETag: \"x\"", content: Self.page)
        #expect(try get(stage, answer: answer).field("ETag") == "\"x-gzip\"")
        #expect(try get(stage, accepting: "br", answer: answer).field("ETag") == "\"x\"")
        let again = try stage.ask(fields: ["Accept-Encoding: gzip", sent])
        #expect(again.request.split(separator: "\r\n").contains { $0 == seen })
    }

    @Test("a 304 has the tag that its client knows")
    func notModified() throws {
        let stage = try stage()
        let answer = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"
        for (condition, tag, decision) in [("\"x-gzip\"", "\"x-gzip\"", "gzip-tag"), ("\"x\"", "\"x\"", "status")] {
            let client = try get(stage, fields: ["If-None-Match: \(condition)"], answer: answer)
            #expect(client.status == 304 && client.field("ETag") == tag)
            #expect(client.field("X-Martlet-Coding") == decision && client.field("Content-Encoding") == nil)
        }
        // Who cannot have the compressed page is not told that it has not changed.
        let other = try stage.ask(fields: ["Accept-Encoding: br", "If-None-Match: \"x-gzip\""])
        #expect(other.told("If-None-Match") == ["\"x-gzip\""])
    }

    @Test(
        "Vary grows where it does not say so yet",
        arguments: [
            ("Vary: Accept-Language", ["Accept-Language, Accept-Encoding"]), ("Vary: *", ["*"]),
            ("Vary: accept-encoding", ["accept-encoding"]),
        ])
    func vary(field: String, expected: [String]) throws {
        let client = try get(try stage(), answer: Answer.whole(200, Self.html, field, content: Self.page))
        #expect(client.head.values(of: "Vary") == expected)
    }

    // MARK: - On the way

    @Test("an answer of unknown length is compressed, and at each pause of the member all of it is there")
    func pauses() throws {
        let stage = try stage()
        let client = try stage.get(fields: "Accept-Encoding: gzip")
        stage.last.answer(Answer.head(200, "Content-Type: text/event-stream"))
        #expect(client.field("Content-Encoding") == "gzip" && client.field("X-Martlet-Coding") == nil)
        var sent = ""
        for number in 0..<20 {
            sent += "data: \(number)\n\n"
            stage.last.answer("data: \(number)\n\n")
            stage.last.pause()
            let decoded = Gzip.decoded(client.content)
            #expect(decoded?.content == Array(sent.utf8) && decoded?.isWhole == false)
        }
        let count = client.content.count
        stage.last.pause()
        #expect(client.content.count == count, "a pause without anything new adds nothing")
        stage.last.end()
        #expect(client.outcome == .whole && Gzip.decoded(client.content)?.isWhole == true)
        #expect(stage.bench.lentSlabCount == 0)
    }

    @Test("a client that reads little at a time gets all of it", arguments: [1, 7, 1_000])
    func slowly(window: Int) throws {
        let stage = try stage()
        let client = try stage.get(fields: "Accept-Encoding: gzip")
        client.window = window
        // Hard to compress, so that there is something to hold back.
        let content = String(decoding: Octets.noise(20_000).map { 0x30 + $0 % 64 }, as: UTF8.self)
        stage.last.answer(Answer.whole(200, Self.html, content: content))
        var turns = 0
        while client.outcome == .open, turns < 40_000 {
            client.read(window)
            turns += 1
        }
        #expect(client.outcome == .whole && turns > 1)
        #expect(Gzip.decoded(client.content)?.content == Array(content.utf8))
        #expect(stage.isQuiet && stage.bench.lentSlabCount == 0)
    }

    @Test("an answer that breaks off: what the encoder has taken goes out, and nobody takes it for whole")
    func broken() throws {
        let stage = try stage()
        let client = try stage.get(fields: "Accept-Encoding: gzip")
        stage.last.answer(Answer.head(200, Self.html, "Content-Length: 50000") + Self.page)
        stage.last.fail(.broken("reset"))
        let decoded = Gzip.decoded(client.content)
        #expect(client.outcome == .broken && decoded?.content == Array(Self.page.utf8) && decoded?.isWhole == false)
        #expect(stage.bench.lentSlabCount == 0)
    }

    // MARK: - The breach guard

    @Test(
        "breach-guard: what another site made a session's answer show is left alone",
        arguments: [
            ("/?q=secret", ["Cookie: a=b", "Sec-Fetch-Site: cross-site"], true),
            ("/?q=secret", ["Authorization: Basic eA==", "Sec-Fetch-Site: cross-site"], true),
            ("/login?q=secret", ["Sec-Fetch-Site: cross-site"], true),
            ("/?q=secret", ["Cookie: a=b", "Sec-Fetch-Site: same-origin"], false),
            ("/?q=secret", ["Cookie: a=b"], false),
            ("/?q=secret", ["Sec-Fetch-Site: cross-site"], false),
            ("/", ["Cookie: a=b", "Sec-Fetch-Site: cross-site"], false),
        ])
    func breachGuard(target: String, fields: [String], isReflected: Bool) throws {
        let set = target.hasPrefix("/login") ? "Set-Cookie: s=1" : "X-Other: 1"
        let answer = Answer.whole(200, Self.html, set, content: Self.page)
        let guarded = try get(try stage("breach-guard: true"), fields: fields, target: target, answer: answer)
        #expect(guarded.field("X-Martlet-Coding") == (isReflected ? "reflected" : "gzip"))
        #expect((guarded.field("Content-Encoding") == nil) == isReflected && guarded.field("Vary") == "Accept-Encoding")
        let free = try get(try stage(), fields: fields, target: target, answer: answer)
        #expect(free.field("X-Martlet-Coding") == "gzip")
    }

    @Test("breach-guard: content of a request may be shown as well, and the log says what was left alone")
    func reflectedContent() throws {
        let stage = try Stage(["node1": ""], edge: "compression: { breach-guard: true }\n" + Stage.logging)
        let client = try stage.post(
            length: 1, fields: "Accept-Encoding: gzip", "Cookie: a=b", "Sec-Fetch-Site: cross-site", Self.asks)
        client.send("x")
        client.end()
        stage.last.answer(Answer.whole(200, Self.html, content: Self.page))
        #expect(client.field("X-Martlet-Coding") == "reflected" && client.text == Self.page)
        let lines = stage.takeLines()
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("\"coding\":\"reflected\"") })
    }
}
