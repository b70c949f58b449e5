import Forwarding
import Testing

/// Answers that wait for slow clients, so that members do not.
@Suite("Buffered answers, in process")
struct BufferingTests {
    private let content = Octets.pattern(300_000)

    private func stage(
        _ buffering: String = "buffering: { answers: 1MiB }", members: [String: String] = ["node1": "max: 1"],
        edge: String = Stage.logging, way: Way = Way()
    ) throws -> Stage {
        try Stage(members, settings: buffering, edge: edge, way: way)
    }

    private func head(_ count: Int) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n" }

    @Test("a slow client frees its member at once, and gets each byte once", arguments: Way.all)
    func slow(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.get("/slow", window: 1_000)
        let member = stage.last
        member.answer(head(content.count))
        member.answer(content)
        #expect(!member.isLent && stage.isQuiet && client.outcome == .open && client.content.count == 1_000)
        // Its only place is free.
        let other = try stage.get("/other")
        stage.last.answer(Answer.whole(content: "ok"))
        #expect(other.outcome == .whole && other.text == "ok" && client.outcome == .open)
        while client.outcome == .open { client.read(77_777) }
        #expect(client.outcome == .whole && client.content == content && client.endCount == 1)
        #expect(stage.isAtRest && stage.fileScript.jobs.isEmpty)
        #expect(stage.takeLines().last?.contains("\"buffered\":\"answer\"") == true)
    }

    @Test("explain says what waits, and in what")
    func explained() throws {
        func told(_ buffering: String) throws -> Explanation.Buffered? {
            let stage = try stage(buffering)
            var explainer = Explainer(edge: stage.edge, keys: [nil], now: stage.now)
            return try explainer.explain(ExplainedRequest()).buffered
        }
        #expect(try told("") == nil)
        let answers = try #require(try told("buffering: 1MiB"))
        #expect(answers.answers?.memory == 1 << 20 && answers.answers?.file == 1 << 30 && answers.requests == nil)
        let both = try #require(
            try told("buffering: { answers: 64KiB, requests: 2MiB, file: 4MiB, folder: /srv/tmp }"))
        #expect(both.answers?.memory == 64 << 10 && both.requests?.memory == 2 << 20 && !both.isForLengthless)
        #expect(both.requests?.file == 4 << 20 && both.requests?.folder == "/srv/tmp")
        let memory = try #require(try told("buffering: { requests: 64KiB, file: off }"))
        #expect(memory.answers == nil && memory.requests?.file == 0)
    }

    @Test("a path says it in the balancer's place: that nothing waits, or what", arguments: Way.all)
    func ofPath(way: Way) throws {
        let paths = "/: shop, /live: { balancer: shop, buffering: off }, /low: { balancer: shop, buffering: 64KiB }"
        let rooms: [(target: String, memory: Int?)] = [("/a", 1 << 20), ("/live/a", nil), ("/low", 64 << 10)]
        for (target, memory) in rooms {
            let stage = try stage(edge: Stage.logging + "\nsites: [{ paths: { \(paths) } }]", way: way)
            var explainer = Explainer(edge: stage.edge, keys: [nil], now: stage.now)
            #expect(try explainer.explain(ExplainedRequest(path: target)).buffered?.answers?.memory == memory)
            let client = try stage.get(target, window: 1_000)
            stage.last.answer(head(50_000))
            stage.last.answer(Octets.pattern(50_000))
            #expect(stage.inFlightCount == (memory == nil ? 1 : 0), "\(target)")
            client.leave()
            #expect(stage.isAtRest)
        }
    }

    @Test("a path's requests are gathered where it says so, or not")
    func gatheredAtPath() throws {
        for (target, isGathered) in [("/", false), ("/up", true)] {
            let paths = "/: shop, /up: { balancer: shop, buffering: { requests: 64KiB } }"
            let stage = try stage("", members: ["node1": ""], edge: "sites: [{ paths: { \(paths) } }]")
            let client = try stage.post(target, length: 5)
            #expect(stage.connections.isEmpty == isGathered)
            client.send("hello")
            client.end()
            #expect(stage.last.received.text == "hello")
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole && stage.isAtRest)
        }
    }

    @Test("without it the member waits for its client", arguments: Way.all)
    func unbuffered(way: Way) throws {
        let stage = try stage("", way: way)
        let client = try stage.get("/slow", window: 1_000)
        stage.last.answer(head(content.count))
        stage.last.answer(content)
        #expect(stage.inFlightCount == 1 && client.content.count == 1_000)
        client.leave()
        #expect(stage.isAtRest && stage.takeLines().last?.contains("\"buffered\":\"\"") == true)
    }

    @Test("a fast client waits for nothing: each piece is with it when the member has said it", arguments: Way.all)
    func events(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.get("/events")
        stage.last.answer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in 1...3 {
            stage.last.answer("3\r\n\(number)\n\n\r\n")
            stage.last.pause()
            #expect(client.text == (1...number).map { "\($0)\n\n" }.joined() && client.flushCount >= number)
        }
        #expect(stage.bench.lentSlabCount == 0)
        stage.last.answer("0\r\nX-Sum: 1\r\n\r\n")
        #expect(client.outcome == .whole && client.trailers.contains("X-Sum: 1") && stage.isAtRest)
        #expect(stage.takeLines().last?.contains("\"buffered\":\"\"") == true)
    }

    @Test("more than memory goes to a file, and comes back in order; trailers come last", arguments: Way.all)
    func file(way: Way) throws {
        let stage = try stage("buffering: { answers: 64KiB, file: 1MiB, folder: /tmp }", way: way)
        let client = try stage.get("/slow", window: 0)
        let member = stage.last
        member.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        member.answer(Array("\(String(content.count, radix: 16))\r\n".utf8) + content)
        stage.runFiles()
        member.answer("\r\n0\r\nX-Sum: 1\r\n\r\n")
        stage.runFiles()
        #expect(!member.isLent && stage.isQuiet && client.content.isEmpty && client.outcome == .open)
        while client.outcome == .open {
            client.read(50_000)
            stage.runFiles()
        }
        #expect(client.outcome == .whole && client.content == content && client.trailers.contains("X-Sum: 1"))
        stage.runFiles()
        #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0)
    }

    @Test("beyond the bound the member waits, and goes on when its client has read", arguments: Way.all)
    func bound(way: Way) throws {
        let stage = try stage("buffering: { answers: 64KiB, file: off }", way: way)
        let client = try stage.get("/slow", window: 0)
        let member = stage.last
        member.answer(head(content.count))
        member.answer(content)
        #expect(member.isLent && stage.inFlightCount == 1 && stage.fileScript.jobs.isEmpty)
        while client.outcome == .open { client.read(40_000) }
        #expect(client.content == content && !member.isLent && stage.isAtRest)
    }

    @Test("where no file can be had the member waits", arguments: Way.all)
    func noFile(way: Way) throws {
        let stage = try stage("buffering: { answers: 64KiB, folder: /nowhere }", way: way)
        let client = try stage.get("/slow", window: 0)
        let member = stage.last
        member.answer(head(content.count))
        member.answer(content)
        stage.runFiles()
        #expect(member.isLent && stage.fileScript.jobs.isEmpty)
        while client.outcome == .open { client.read(40_000) }
        #expect(client.content == content && stage.isAtRest)
    }

    @Test("a client that leaves while its answer is in memory, in a file, or on its way there", arguments: 0..<6)
    func leaves(jobs: Int) throws {
        for way in Way.all {
            let stage = try stage("buffering: { answers: 64KiB, folder: /tmp }", way: way)
            let client = try stage.get("/left", window: jobs == 0 ? .max : 10)
            stage.last.answer(head(content.count))
            stage.last.answer(Array(content.dropLast()))
            for _ in 0..<jobs where !stage.fileScript.jobs.isEmpty {
                stage.bench.files.onDone(stage.fileScript.run())
                stage.bench.endTurn()
            }
            client.leave()
            stage.runFiles()
            #expect(client.outcome == .gone && client.endCount == 1, "\(way)")
            #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0, "\(way)")
            let next = try stage.get("/next")
            stage.last.answer(Answer.whole(content: "ok"))
            #expect(next.text == "ok" && next.outcome == .whole && stage.isAtRest, "\(way)")
        }
    }

    @Test("an answer that breaks off: what came before goes out, and then the end is seen", arguments: Way.all)
    func broken(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.get("/slow", window: 100)
        stage.last.answer(head(content.count))
        stage.last.answer(Array(content[..<200_000]))
        stage.last.fail(.broken("reset"))
        #expect(client.outcome == .open && stage.isQuiet)
        while client.outcome == .open { client.read(30_000) }
        #expect(client.outcome == .broken && client.content == Array(content[..<200_000]) && stage.isAtRest)
        #expect(stage.takeLines().last?.contains("\"reason\":\"answer-broken\"") == true)
    }

    @Test("a coded answer waits behind its coding", arguments: Way.all)
    func coded(way: Way) throws {
        let stage = try stage(edge: "compression: { engine: zlib }\n" + Stage.logging, way: way)
        let client = try stage.get("/slow", fields: "Accept-Encoding: gzip")
        client.window = 5
        let text = String(repeating: "some words that are said again, ", count: 3_000)
        stage.last.answer(Answer.whole(200, "Content-Type: text/plain", content: text))
        #expect(stage.isQuiet && client.outcome == .open && client.content.count == 5)
        while client.outcome == .open { client.read(7) }
        let decoded = try #require(Gzip.decoded(client.content))
        #expect(client.outcome == .whole && decoded.isWhole && decoded.content == Array(text.utf8) && stage.isAtRest)
    }

    @Test("a turn has a bounded part of what waits, the next one has more", arguments: Way.all)
    func budget(way: Way) throws {
        let stage = try stage("buffering: { answers: 4MiB, file: off }", way: way)
        let client = try stage.get("/slow", window: 0)
        let long = Octets.pattern(3_000_000)
        stage.last.answer(head(long.count))
        stage.last.answer(long)
        #expect(stage.isQuiet)
        client.read()
        #expect(client.outcome == .open && 1 << 20..<(1 << 20) + (1 << 16) + 1 ~= client.content.count)
        stage.turn()
        stage.turn()
        #expect(client.outcome == .whole && client.content == long && stage.isAtRest)
    }

    @Test("each coding ends once, however often the client says that it takes more", arguments: ["zstd", "br", "gzip"])
    func codedOnce(coding: String) throws {
        let stage = try stage(edge: "compression: { codings: [zstd, br, gzip] }")
        let text = String(repeating: "some words that are said again, ", count: 3_000)
        func answer(window: Int) throws -> [UInt8] {
            let client = try stage.get("/", fields: "Accept-Encoding: \(coding)")
            client.window = window
            stage.last.answer(Answer.whole(200, "Content-Type: text/plain", content: text))
            while client.outcome == .open { client.read(window) }
            #expect(client.outcome == .whole && client.field("Content-Encoding") == coding)
            return client.content
        }
        #expect(try answer(window: 3) == answer(window: .max))
        #expect(stage.isAtRest)
    }

    @Test("a tunnel and an answer without content have nothing that waits", arguments: Way.all)
    func never(way: Way) throws {
        let stage = try stage(way: way)
        let client = try stage.askForWebSocket()
        stage.last.answer(Answer.switching)
        client.window = 2
        stage.last.answer("hello")
        #expect(client.text == "he" && stage.tunnelCount == 1)
        client.leave()
        let head = try stage.get("/", method: "HEAD")
        stage.last.answer(Answer.whole(content: ""))
        #expect(head.outcome == .whole && stage.isAtRest)
    }
}
