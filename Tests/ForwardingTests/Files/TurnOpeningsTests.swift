import Forwarding
import Foundation
import Reactor
import Testing

/// A file that several requests of one turn ask for is opened once, and the next turn opens it anew.
@Suite("Files of a turn, in process")
struct TurnOpeningsTests {
    private let folder: FileFolder
    private let root: FileRoot
    private let script = FileScript()
    private let turnEnd = TurnEnd()
    private let desk: FileDesk

    init() throws {
        folder = try FileFolder(["a.txt": "0123456789", "sub/b.txt": "b"])
        root = try FileRoot(path: folder.path)
        desk = FileDesk(stores: Stores(), turnEnd: turnEnd, enqueue: script.enqueue)
        // What the kernel has never looked for waits for the disk.
        for path in ["a.txt", "sub/b.txt", "none", "sub"] { _ = root.open(Array(path.utf8).span) }
    }

    private func open(_ path: String) -> FileRoot.Opening {
        desk.open(Array(path.utf8).span, beneath: root)
    }

    private func file(_ path: String) throws -> OpenFile {
        guard case .file(let file) = open(path) else { throw CocoaError(.fileNoSuchFile) }
        return file
    }

    /// A file that is longer than a worker closes without a name.
    private func makeLarge() throws {
        try folder.write("large", [UInt8](repeating: 1, count: 1 << 20))
        _ = root.open(Array("large".utf8).span)
    }

    @Test("within a turn a path is opened once; in the next one it is what it is by then")
    func once() throws {
        #expect(try file("a.txt") === file("a.txt"))
        #expect(try file("a.txt") !== file("sub/b.txt"))
        #expect(folder.openCount == 2)
        try folder.write("new", Array("other".utf8))
        #expect(unsafe rename(folder.path("new"), folder.path("a.txt")) == 0)
        #expect(try file("a.txt").bytes == 10, "the turn goes on")
        turnEnd.run()
        #expect(folder.openCount == 0 && desk.spareCount == 2)
        #expect(try file("a.txt").bytes == 5)
        #expect(desk.spareCount == 1, "it is made of what was left")
        turnEnd.run()
        #expect(folder.openCount == 0)
    }

    @Test("what is no file is remembered for a turn as well, and what would wait is not")
    func refusals() throws {
        guard case .refused(.missing) = open("none"), case .folder = open("sub"),
            case .refused(.outside) = open("../a.txt")
        else {
            Issue.record("they are no files")
            return
        }
        try folder.write("none", [1])
        _ = root.open(Array("none".utf8).span)
        guard case .refused(.missing) = open("none") else {
            Issue.record("the turn goes on")
            return
        }
        turnEnd.run()
        #expect(try file("none").bytes == 1)
        let own = try FileRoot(path: folder.path, descent: .own)
        let path = Array("a.txt".utf8)
        for _ in 0..<2 {
            guard case .wouldWait = desk.open(path.span, beneath: own) else {
                Issue.record("nothing is opened without openat2")
                return
            }
        }
        turnEnd.run()
    }

    @Test("the same path beneath another folder is another file")
    func roots() throws {
        let sub = try FileRoot(path: folder.path("sub"))
        try folder.write("b.txt", [1, 2, 3])
        _ = root.open(Array("b.txt".utf8).span)
        let path = Array("b.txt".utf8)
        guard case .file(let inner) = desk.open(path.span, beneath: sub) else {
            Issue.record("it is there")
            return
        }
        #expect(try file("b.txt").bytes == 3 && inner.bytes == 1)
        turnEnd.run()
    }

    @Test("what somebody has still is his beyond the turn")
    func held() throws {
        var held: OpenFile? = try file("a.txt")
        turnEnd.run()
        #expect(folder.openCount == 1 && desk.spareCount == 0)
        #expect(try file("a.txt") !== held)
        turnEnd.run()
        #expect(held?.bytes == 10 && folder.openCount == 1)
        desk.letGo(&held)
        #expect(held == nil && folder.openCount == 0 && desk.spareCount == 2)
    }

    @Test("many paths in a turn: each is what it is, all are closed, and what is kept is bounded")
    func many() throws {
        let names = (0..<200).map { "many/\($0)" }
        for name in names {
            try folder.write(name, Array(name.utf8))
            _ = root.open(Array(name.utf8).span)
        }
        for _ in 0..<2 {
            var held: [OpenFile?] = []
            for name in names {
                held.append(try file(name))
                #expect(held.last??.bytes == name.utf8.count)
            }
            #expect(folder.openCount == names.count)
            turnEnd.run()
            #expect(folder.openCount == names.count, "all have an owner")
            for index in held.indices { desk.letGo(&held[index]) }
            #expect(folder.openCount == 0 && 1...128 ~= desk.spareCount)
        }
        for name in names { _ = try file(name) }
        #expect(folder.openCount <= 64, "who shares a place closes the one before")
        turnEnd.run()
        #expect(folder.openCount == 0)
        let long = String(repeating: "x", count: 300)
        guard case .wouldWait = open(long) else {
            Issue.record("no name is as long, and the kernel remembers none")
            return
        }
    }

    @Test("a large file without a name is closed by a thread; another one, and a full queue, wait for nobody")
    func slowClose() throws {
        try makeLarge()
        var file: OpenFile? = try self.file("large")
        turnEnd.run()
        desk.letGo(&file)
        #expect(script.jobs.isEmpty && folder.openCount == 0, "it has its name")
        for isFull in [false, true] {
            try makeLarge()
            file = try self.file("large")
            turnEnd.run()
            try FileManager.default.removeItem(atPath: folder.path("large"))
            script.isFull = isFull
            desk.letGo(&file)
            #expect(file == nil && folder.openCount == (isFull ? 0 : 1))
            guard !isFull else { return }
            let job = script.run()
            #expect(folder.openCount == 0)
            desk.onDone(job)
            #expect(desk.awaitedCount == 0 && script.jobs.isEmpty)
        }
    }

    @Test("requests of one turn share their file; in the next one it is what it is by then", arguments: Way.all)
    func requests(way: Way) throws {
        let stage = try Stage(
            ["node1": ""], edge: "sites: [{ paths: { /: { files: \"\(folder.path)\" } } }]\n", way: way)
        func ask() throws -> ScriptedClient {
            try stage.send(
                Stage.head("/a.txt"), from: SocketAddress(host: "198.51.100.7", port: 40_000)!, endsTurn: false)
        }
        let first = try ask()
        try folder.write("new", Array("other".utf8))
        #expect(unsafe rename(folder.path("new"), folder.path("a.txt")) == 0)
        let second = try ask()
        #expect(first.outcome == .whole && second.outcome == .whole)
        #expect(first.text == "0123456789" && second.text == first.text && folder.openCount == 1)
        stage.turn()
        #expect(folder.openCount == 0)
        #expect(try stage.read("/a.txt").text == "other")
        stage.turn()
        #expect(folder.openCount == 0 && stage.isAtRest)
    }
}
