import Forwarding
import Testing

/// Requests whose content is gzip, for members that ask for it inflated (`inflate-requests`).
@Suite("Inflated requests, in process")
struct InflatingTests {
    private func stage(_ edge: String = "", inflates: Bool = true) throws -> Stage {
        try Stage(["node1": ""], settings: inflates ? "inflate-requests: true" : "", edge: edge)
    }

    /// Sends content as far as it is taken, in pieces of a size.
    private func send(_ content: [UInt8], in pieces: Int = .max, by client: ScriptedClient) {
        var offset = 0
        while offset < content.count, client.outcome == .open {
            let end = min(content.count, offset + min(pieces, content.count))
            let taken = client.send(Array(content[offset..<end]))
            if taken == 0, !client.isResumed { break }
            offset += taken
        }
        if client.outcome == .open { client.end() }
    }

    private func post(
        _ stage: Stage, _ content: [UInt8], coding: String = "gzip", isChunked: Bool = false,
        fields: String = "Accept: x",
        pieces: Int = .max
    ) throws -> ScriptedClient {
        let client = try stage.post(
            length: isChunked ? nil : content.count, fields: "Content-Encoding: \(coding)", fields)
        send(content, in: pieces, by: client)
        return client
    }

    @Test("content of any size arrives inflated, in chunks", arguments: [0, 1, 10, 16_384, 100_000], [false, true])
    func sizes(count: Int, isChunked: Bool) throws {
        let stage = try stage()
        let content = Octets.noise(count)
        let client = try post(stage, Gzip.coded(content), isChunked: isChunked)
        let request = stage.last.request
        #expect(request.values(of: "Transfer-Encoding") == ["chunked"] && request.values(of: "Content-Length").isEmpty)
        #expect(request.values(of: "Content-Encoding").isEmpty)
        #expect(stage.last.received.whole == content)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.isQuiet && stage.bench.lentSlabCount == 0)
    }

    @Test("however it is cut", arguments: [1, 2, 3, 100])
    func pieces(size: Int) throws {
        let stage = try stage()
        let content = Octets.noise(1_000) + [UInt8](repeating: 0, count: 1_000)
        _ = try post(stage, Gzip.coded(content), coding: "x-gzip", pieces: size)
        #expect(stage.last.received.whole == content)
    }

    @Test("a member that takes little at a time gets all of it", arguments: [7, 100, 5_000])
    func slowly(window: Int) throws {
        let stage = try stage()
        stage.opensAtOnce = false
        let content = Octets.noise(40_000)
        let coded = Gzip.coded(content)
        let client = try stage.post(length: coded.count, fields: "Content-Encoding: gzip")
        let connection = stage.last
        connection.window = window
        connection.accept()
        var (offset, turns) = (0, 0)
        while offset < coded.count, turns < 20_000 {
            offset += client.send(Array(coded[offset...]))
            connection.take(window)
            turns += 1
        }
        client.end()
        connection.take()
        #expect(offset == coded.count && connection.received.whole == content)
    }

    @Test("RFC 1952 2.2: several gzip members are one content")
    func members() throws {
        let stage = try stage()
        let (first, second) = (Octets.noise(5_000), Array("second".utf8))
        _ = try post(stage, Gzip.coded(first) + Gzip.coded([]) + Gzip.coded(second))
        #expect(stage.last.received.whole == first + second)
    }

    /// What is no whole gzip.
    static let broken: [(String, @Sendable ([UInt8]) -> [UInt8])] = [
        ("not at all", { _ in Array("no gzip".utf8) }), ("without its last byte", { Array($0.dropLast()) }),
        ("without its end", { Array($0.dropLast(9)) }), ("its head alone", { Array($0.prefix(10)) }),
        ("its first byte alone", { Array($0.prefix(1)) }), ("with a byte behind it", { $0 + [0] }),
        ("with words behind it", { $0 + Array("words".utf8) }),
        (
            "with another checksum",
            {
                var coded = $0
                coded[coded.count - 5] ^= 1
                return coded
            }
        ),
    ]

    @Test("what is no gzip: 400, and the client is told why", arguments: 0..<broken.count, [false, true])
    func malformed(index: Int, isChunked: Bool) throws {
        let stage = try stage()
        let content = Self.broken[index].1(Gzip.coded(Octets.noise(50_000)))
        let client = try post(stage, content, isChunked: isChunked)
        let words = Comment(rawValue: Self.broken[index].0)
        #expect(client.outcome == .refused(400, "content-coding-broken"), words)
        #expect(client.toldReason == "content-coding-broken" && stage.last.isClosed, words)
        #expect(!stage.last.received.isWhole, "the member does not take it for whole")
        #expect(stage.isQuiet && stage.bench.lentSlabCount == 0)
        // What was broken leaves nothing to the next one.
        _ = try post(stage, Gzip.coded([1, 2, 3]))
        #expect(stage.last.received.whole == [1, 2, 3])
    }

    @Test(
        "content that expands too much: 413; a tiny one may be of spaces",
        arguments: [
            ("", 1_000_000, false), ("limits: { request-expansion: 2000 }", 1_000_000, true), ("", 60_000, true),
            ("limits: { request-expansion: 2 }", 60_000, true), ("limits: { request-expansion: 2 }", 70_000, false),
        ])
    func expansion(edge: String, count: Int, passes: Bool) throws {
        let stage = try stage(edge)
        let content = [UInt8](repeating: 0x20, count: count)
        let client = try post(stage, Gzip.coded(content))
        guard !passes else {
            #expect(client.outcome == .open && stage.last.received.whole == content)
            return
        }
        #expect(client.outcome == .refused(413, "request-expansion") && client.toldReason == "request-expansion")
        #expect(stage.isQuiet && stage.bench.lentSlabCount == 0)
    }

    @Test(
        "request-body counts inflated bytes, and those that are not inflated",
        arguments: [
            (10_000, true, true), (10_001, true, false), (10_000, false, true), (10_001, false, false),
        ])
    func limit(count: Int, inflates: Bool, passes: Bool) throws {
        let stage = try stage("limits: { request-body: 10000 }", inflates: inflates)
        let content = [UInt8](repeating: 7, count: count)
        let client = try post(
            stage, inflates ? Gzip.coded(content) : content, coding: inflates ? "gzip" : "identity", isChunked: true,
            pieces: 1_000)
        #expect(client.outcome == (passes ? .open : .refused(413, "request-body")))
        #expect(stage.last.received.whole == (passes ? content : nil))
        guard !inflates, !passes else { return }
        let declared = try stage.post(length: count)
        #expect(declared.outcome == .refused(413, "request-body"), "by what it says already")
    }

    @Test(
        "what is coded otherwise, and what a digest or a range speaks of, passes as it came",
        arguments: [
            ("br", "Accept: x"), ("gzip, gzip", "Accept: x"), ("deflate", "Accept: x"), ("identity", "Accept: x"),
            ("gzip", "Content-Digest: sha-256=:x:"), ("gzip", "Content-Range: bytes 0-1/2"),
            ("gzip", "Content-Encoding: br"),
        ])
    func untouched(coding: String, field: String) throws {
        let stage = try stage()
        let coded = Gzip.coded(Octets.noise(5_000))
        _ = try post(stage, coded, coding: coding, fields: field)
        #expect(stage.last.received.content == coded)
        #expect(stage.last.request.values(of: "Content-Encoding").first == coding)
        #expect(stage.last.request.values(of: "Content-Length") == ["\(coded.count)"])
    }

    @Test("members that do not ask for it get it as it came, coded")
    func undeclared() throws {
        let stage = try stage(inflates: false)
        let coded = Gzip.coded(Octets.noise(5_000))
        _ = try post(stage, coded)
        #expect(stage.last.received.content == coded)
        #expect(stage.last.request.values(of: "Content-Encoding") == ["gzip"])
    }

    @Test("a content that is kept whole is sent again to the next member, inflated")
    func repeated() throws {
        let stage = try Stage(settings: "inflate-requests: true\nretry-on: [503]")
        let content = Octets.noise(5_000)
        let coded = Gzip.coded(content)
        let client = try stage.post(length: coded.count, fields: "Content-Encoding: gzip", method: "PUT")
        send(coded, by: client)
        stage.last.answer(Answer.whole(503))
        #expect(stage.connections.count == 2 && stage.last.received.whole == content)
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && stage.bench.lentSlabCount == 0)
    }
}
