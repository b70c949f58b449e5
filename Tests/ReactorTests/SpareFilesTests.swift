import Bytes
import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor)) struct SpareFilesTests {
    private let folder = Folder()

    init() {
        folder.write("a", [1])
        folder.write("b", [1, 2])
    }

    private func open(_ name: String, from spare: SpareFiles) throws -> OpenFile {
        let path = Array(name.utf8)
        let root = folder.root()
        // What the kernel has never looked for waits for the disk.
        _ = root.open(name)
        guard case .file(let file) = root.openCached(path.span, from: spare) else {
            throw SystemError("open", code: ENOENT)
        }
        return file
    }

    @Test func aFileIsMadeOfOneThatIsClosed() throws {
        let spare = SpareFiles(countMax: 8)
        var file: OpenFile? = try open("a", from: spare)
        let identity = file.map(ObjectIdentifier.init)
        spare.letGo(&file)
        #expect(file == nil && spare.keptCount == 1 && folder.openCount == 0)
        let other = try open("b", from: spare)
        #expect(ObjectIdentifier(other) == identity && spare.keptCount == 0)
        #expect(other.bytes == 2 && other.read(2, at: 0) == (.transferred(2), [1, 2]))
        #expect(try other.isSame(as: #require(folder.root().open("b").file)))
    }

    @Test func aFileThatSomebodyHasStaysOpen() throws {
        let spare = SpareFiles(countMax: 8)
        let held = try open("a", from: spare)
        var file: OpenFile? = held
        spare.letGo(&file)
        #expect(file == nil && spare.keptCount == 0 && folder.openCount == 1)
        #expect(held.read(1, at: 0).transfer == .transferred(1))
    }

    @Test func noMoreAreKeptThanMayBe() throws {
        let spare = SpareFiles(countMax: 2)
        var files: [OpenFile?] = try (0..<5).map { _ in try open("a", from: spare) }
        #expect(folder.openCount == 5)
        for index in files.indices { spare.letGo(&files[index]) }
        #expect(spare.keptCount == 2 && folder.openCount == 0)
    }

    @Test func aFileSaysWhetherItHasAName() throws {
        let file = try #require(folder.root().open("a").file)
        #expect(!file.isNameless)
        folder.remove("a")
        #expect(file.isNameless)
        #expect(try OpenFile.temporary(in: folder.path).isNameless)
    }

    @Test(.enabled(if: Folder.hasMemory, "there is no file system in memory"))
    func whatIsInMemoryIsReadWithoutAThread() throws {
        let folder = Folder(in: Folder.memory)
        let content = OpenFileTests.content(300_000)
        folder.write("a", content)
        let file = try #require(folder.root().openCached("a").file)
        #expect(file.isCached(0..<300_000))
        #expect(file.readCached(300_000, at: 0) == (.transferred(300_000), content))
        let (near, far) = Kernel.socketPair()
        let (socket, peer) = (TestSocket(taking: near), TestSocket(taking: far))
        #expect(socket.send(file, 0..<1_000) == .transferred(1_000))
        #expect(peer.receiveAll() == Array(content[..<1_000]))
        folder.truncate("a", to: 10)
        #expect(socket.send(file, 5_000..<6_000) == .ended, "it has become shorter")
        #expect(file.readCached(1, at: 5_000).transfer == .wouldWait, "who waits finds the end")
    }
}
