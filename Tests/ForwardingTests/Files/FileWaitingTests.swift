import Forwarding
import Foundation
import Reactor
import Testing

/// Answers from files that wait: for the disk, for the client, for the next turn.
@Suite("Files that are waited for, in process")
struct FileWaitingTests {
    private let folder: FileFolder
    private let long = Octets.pattern(300_000)

    init() throws {
        folder = try FileFolder(["a.txt": "0123456789"])
        try folder.write("long", long)
    }

    private func stage(_ keys: String = "", way: Way = Way(), descent: FileRoot.Descent = .own) throws -> Stage {
        let files = "/: { files: \"\(folder.path)\"\(keys.isEmpty ? "" : ", " + keys) }"
        return try Stage(["node1": ""], edge: "sites: [{ paths: { \(files) } }]\n", way: way, descent: descent)
    }

    @Test("a file that the disk is asked for, whose request is looked at again", arguments: Way.all)
    func disk(way: Way) throws {
        let stage = try stage("precompressed: true", way: way)
        let client = try stage.get("/a.txt", fields: "Range: bytes=1-2")
        #expect(client.outcome == .open && stage.fileScript.jobs.count == 1)
        #expect(stage.runFiles() == 4, "the file and three variants")
        #expect(client.outcome == .whole && client.status == 206 && client.text == "12")
        let none = try stage.get("/none")
        stage.runFiles()
        #expect(none.outcome == .refused(404, "no-file"))
        #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0)
    }

    @Test("what turns out to be no file goes to the balancer", arguments: Way.all)
    func balancer(way: Way) throws {
        let stage = try stage("balancer: shop", way: way)
        let client = try stage.get("/none", fields: "X-Field: 1")
        #expect(stage.connections.isEmpty)
        stage.runFiles()
        #expect(stage.last.request.hasPrefix("GET /none HTTP/1.1\r\n") && stage.last.request.contains("X-Field: 1"))
        stage.last.answer(Answer.whole(content: "the member's"))
        #expect(client.outcome == .whole && client.text == "the member's" && stage.isAtRest)
    }

    @Test("a client that leaves while the disk is asked, before and behind it", arguments: Way.all)
    func leaves(way: Way) throws {
        let stage = try stage("balancer: shop", way: way)
        let early = try stage.get("/a.txt")
        early.leave()
        let late = try stage.get("/a.txt")
        #expect(stage.fileScript.jobs.count == 2)
        let done = [stage.fileScript.run(), stage.fileScript.run()]
        late.leave()
        done.forEach(stage.bench.files.onDone)
        #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0 && stage.connections.isEmpty)
        let next = try stage.get("/a.txt")
        stage.runFiles()
        #expect(next.text == "0123456789" && early.endCount == 1 && late.endCount == 1)
    }

    @Test(
        "no file is looked for before the password is checked", arguments: ["", "balancer: shop, "], Way.all)
    func users(balancer: String, way: Way) throws {
        let stage = try stage(balancer + "users: { file: htpasswd, realm: Shop }", way: way)
        #expect(try stage.get("/a.txt").outcome == .refused(401, "denied-user"))
        let refused = try stage.get("/a.txt", fields: Stage.asAda)
        stage.decide(.undone)
        #expect(refused.outcome == .refused(503, "users-busy") && stage.isAtRest)
        let leaving = try stage.get("/a.txt", fields: Stage.asAda)
        leaving.leave()
        stage.decide(.undone)
        let client = try stage.get("/a.txt", fields: Stage.asAda, "Range: bytes=1-2")
        client.read(100)
        stage.turn()
        #expect(client.outcome == .open && stage.passwords.jobs.count == 1 && stage.fileScript.jobs.isEmpty)
        stage.decide()
        #expect(client.outcome == .open && stage.fileScript.jobs.count == 1)
        stage.runFiles()
        #expect(client.outcome == .whole && client.status == 206 && client.text == "12")
        #expect(stage.isAtRest && stage.bench.files.awaitedCount == 0)
    }

    @Test("what is no file, and no reading, goes to the balancer once the password is checked", arguments: Way.all)
    func usersOfBalancer(way: Way) throws {
        for (target, method) in [("/none", "GET"), ("/.hidden", "GET"), ("/a.txt", "DELETE")] {
            let stage = try stage("balancer: shop, users: { file: htpasswd, realm: Shop }", way: way)
            let client = try stage.get(target, fields: Stage.asAda, method: method)
            #expect(client.outcome == .open && stage.connections.isEmpty && stage.fileScript.jobs.isEmpty)
            stage.decide()
            stage.runFiles()
            #expect(stage.last.request.hasPrefix("\(method) \(target) HTTP/1.1\r\n"))
            stage.last.answer(Answer.whole(content: "the member's"))
            #expect(client.outcome == .whole && client.text == "the member's" && stage.isAtRest)
        }
    }

    @Test("what a folder has not, is refused once the password is checked", arguments: Way.all)
    func usersOfNothing(way: Way) throws {
        let refusals = [("/none", "GET", "no-file"), ("/.hidden", "GET", "file-hidden")]
        for (target, method, reason) in refusals {
            let stage = try stage("users: { file: htpasswd, realm: Shop }", way: way)
            let client = try stage.get(target, fields: Stage.asAda, method: method)
            #expect(client.outcome == .open && stage.fileScript.jobs.isEmpty)
            stage.decide()
            stage.runFiles()
            #expect(client.outcome == .refused(404, reason) && stage.isAtRest)
        }
        let stage = try stage("users: { file: htpasswd, realm: Shop }", way: way)
        let client = try stage.get("/a.txt", fields: Stage.asAda, method: "DELETE")
        #expect(client.outcome == .open)
        stage.decide()
        #expect(client.outcome == .refused(405, "method-not-allowed") && stage.isAtRest)
    }

    @Test("a full queue is 503 and not a wait")
    func full() throws {
        let stage = try stage()
        stage.fileScript.isFull = true
        #expect(try stage.get("/a.txt").outcome == .refused(503, "files-busy"))
        #expect(stage.isAtRest)
    }

    @Test("a slow client gets each byte once, and leaves when it likes", arguments: Way.all)
    func slow(way: Way) throws {
        let stage = try stage(way: way, descent: .kernel)
        let client = try stage.get("/long", window: 1_000)
        #expect(client.outcome == .open && client.content.count == 1_000)
        for _ in 0..<100 where client.outcome == .open { client.read(7_777) }
        #expect(client.content == long && client.outcome == .whole && stage.isAtRest)
        let leaving = try stage.get("/long", window: 100_000)
        leaving.leave()
        #expect(stage.isAtRest && stage.fileScript.jobs.isEmpty)
    }

    @Test("a file that becomes shorter while it is sent is broken off", arguments: Way.all)
    func shortened(way: Way) throws {
        let stage = try stage(way: way, descent: .kernel)
        let client = try stage.get("/long", window: 1_000)
        folder.cut("long", to: 70_000)
        for _ in 0..<20 where client.outcome == .open {
            client.read(50_000)
            stage.runFiles()
        }
        #expect(client.outcome == .broken && client.content == Array(long[..<client.content.count]))
        #expect(client.content.count <= 70_000 && stage.isAtRest)
    }

    @Test("a turn has a bounded part of a long file, the next one has more")
    func budget() throws {
        let content = Octets.pattern(3_000_000)
        try folder.write("longer", content)
        let stage = try stage(descent: .kernel)
        let client = try stage.get("/longer")
        #expect(client.outcome == .open && 1 << 20..<(1 << 20) + (1 << 16) + 1 ~= client.content.count)
        stage.turn()
        #expect(client.outcome == .open && client.content.count >= 2 << 20)
        stage.turn()
        #expect(client.outcome == .whole && client.content == content && stage.isAtRest)
    }

    @Test("an HTTP/1 client in cleartext, over a socket: whole, in parts, pipelined")
    func socket() throws {
        let files = "sites: [{ paths: { /: { files: \"\(folder.path)\" } } }]\n"
        let stage = try ClientStage(edge: files)
        let client = try stage.connect()
        let get = "GET /long HTTP/1.1\r\nHost: a\r\n"
        client.send(get + "\r\n" + get + "Range: bytes=5-9\r\n\r\n")
        var bytes: [UInt8] = []
        for _ in 0..<100 {
            stage.turn()
            bytes += client.received()
            stage.stage.runFiles()
        }
        let first = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
        #expect(Array(bytes[first...].prefix(long.count)) == long)
        #expect(String(decoding: bytes[(first + long.count)...], as: UTF8.self).hasPrefix("HTTP/1.1 206 "))
        #expect(Array(bytes.suffix(5)) == Array(long[5...9]) && stage.stage.isAtRest)
    }
}
