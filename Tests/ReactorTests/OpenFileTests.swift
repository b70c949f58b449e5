import Bytes
import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.tags(.reactor)) struct OpenFileTests {
    private let folder = Folder()

    /// Bytes that differ from page to page.
    static func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 12) }
    }

    private func open(_ name: String) throws -> OpenFile {
        try #require(folder.root().open(name).file)
    }

    @Test func saysWhatItWasWhenItWasOpened() throws {
        folder.write("a", [1, 2, 3])
        folder.setTime("a", seconds: 1_700_000_000, nanoseconds: 123_456_789)
        let file = try open("a")
        #expect(file.bytes == 3)
        #expect(file.modifiedNanoseconds == 1_700_000_000_123_456_789)
        #expect(try file.isSame(as: open("a")))
        folder.setTime("a", seconds: 1_700_000_000, nanoseconds: 123_456_790)
        #expect(try !file.isSame(as: open("a")))
        folder.write("b", [1, 2, 3])
        folder.setTime("b", seconds: 1_700_000_000, nanoseconds: 123_456_789)
        #expect(try !file.isSame(as: open("b")), "another file of the same length and time")
    }

    @Test func aTimeBeyondTheClockIsCut() throws {
        folder.write("late", [])
        folder.write("early", [])
        folder.setTime("late", seconds: 15_000_000_000, nanoseconds: 1)
        folder.setTime("early", seconds: -1, nanoseconds: 5)
        let late = try open("late").modifiedNanoseconds
        // Some file systems end before.
        #expect(late == .max || late < 9_000_000_000 * 1_000_000_000)
        #expect(try open("early").modifiedNanoseconds == -999_999_995)
    }

    @Test func readsWhatIsAskedForAndNoMoreThanFits() throws {
        folder.write("a", Self.content(10_000))
        let file = try open("a")
        #expect(file.read(100, at: 50) == (.transferred(100), Array(Self.content(10_000)[50..<150])))
        let buffer = Buffer(capacity: 64)
        #expect(file.read(at: 0, upTo: 10, into: buffer) == .transferred(10))
        #expect(file.read(at: 10, upTo: 1000, into: buffer) == .transferred(54))
        #expect(buffer.bytes == Array(Self.content(64)))
        #expect(file.read(100, at: 9_990).transfer == .transferred(10))
        #expect(file.read(1, at: 10_000).transfer == .ended)
        #expect(file.readCached(100, at: 50) == (.transferred(100), Array(Self.content(10_000)[50..<150])))
        #expect(file.readCached(1, at: 10_000).transfer == .wouldWait, "who waits finds the end")
    }

    @Test(.enabled(if: Folder.canCool, "there are no disks here")) func aColdFileIsWaitedForByThreadsAlone() throws {
        let content = Self.content(300_000)
        folder.write("cold", content)
        folder.cool("cold")
        let file = try open("cold")
        #expect(!file.isCached(0..<300_000))
        #expect(file.read(300_000, at: 0) == (.transferred(300_000), content))
        #expect(file.readCached(300_000, at: 0) == (.transferred(300_000), content))
    }

    @Test func aFileThatHasBecomeShorterEnds() throws {
        folder.write("a", Self.content(100_000))
        let file = try open("a")
        folder.truncate("a", to: 10)
        #expect(file.bytes == 100_000)
        #expect(file.read(100, at: 0).transfer == .transferred(10))
        #expect(file.read(100, at: 10).transfer == .ended)
        #expect(file.readCached(100, at: 50_000).transfer == .wouldWait)
        #expect(!file.isCached(0..<100))
    }

    @Test(arguments: [FileRoot.Descent.kernel, .own]) func aFileLargerThanAnInteger(descent: FileRoot.Descent) throws {
        folder.write("large", [])
        folder.truncate("large", to: 5 << 30)
        let file = try #require(folder.root(".", descent).open("large").file)
        #expect(file.bytes == 5 << 30)
        #expect(file.read(4, at: (5 << 30) - 2) == (.transferred(2), [0, 0]))
    }

    @Test(.enabled(if: Folder.canLookIntoMemory, "the kernel does not tell")) func knowsWhatLiesInMemory() throws {
        folder.write("a", Self.content(100_000))
        let file = try open("a")
        for range in [0..<0, 0..<1, 0..<100_000, 4095..<4097, 99_999..<100_000, 4096..<8192] {
            #expect(file.isCached(range))
        }
        #expect(!file.isCached(0..<100_001), "nothing lies behind the end")
        #expect(!file.isCached(200_000..<200_001))
    }

    @Test func aFileWithoutANameIsNobodyElses() throws {
        var file: OpenFile? = try OpenFile.temporary(in: folder.path)
        #expect(file?.bytes == 0)
        #expect(folder.openCount == 1)
        #expect("\(folder.root().open("."))" == "folder")
        file = nil
        #expect(folder.openCount == 0)
        #expect(throws: SystemError("open", code: ENOENT)) { try OpenFile.temporary(in: "\(folder.path)/nowhere") }
    }

    @Test(.enabled(if: Folder.canLookIntoMemory, "the kernel does not tell")) func aSocketSendsWhatLiesInMemory()
        throws
    {
        let content = Self.content(1_000_000)
        folder.write("a", content)
        let file = try open("a")
        let (near, far) = Kernel.socketPair()
        let (socket, peer) = (TestSocket(taking: near), TestSocket(taking: far))
        #expect(socket.send([9, 9], hasMore: true) == .transferred(2))
        var (offset, blockedCount) = (0, 0)
        var received: [UInt8] = []
        while offset < content.count {
            switch socket.send(file, offset..<min(offset + 524_288, content.count)) {
            case .transferred(let count): offset += count
            case .wouldBlock:
                blockedCount += 1
                received += peer.receiveAll()
            case let other:
                Issue.record("\(String(describing: other))")
                return
            }
        }
        while received.count < content.count + 2 {
            let more = peer.receiveAll()
            guard !more.isEmpty else { break }
            received += more
        }
        #expect(blockedCount > 0)
        // Comparing within the expectation would look for what differs, for minutes.
        let isWhole = received == [9, 9] + content
        #expect(isWhole)
    }

    @Test(.enabled(if: Folder.canLookIntoMemory && Folder.canCool)) func aSocketSendsNothingOfAColdFile() throws {
        folder.write("cold", Self.content(300_000))
        folder.cool("cold")
        let file = try open("cold")
        let (near, far) = Kernel.socketPair()
        let (socket, peer) = (TestSocket(taking: near), TestSocket(taking: far))
        #expect(socket.send(file, 0..<300_000) == nil)
        #expect(peer.receive(into: Buffer(capacity: 8)) == .wouldBlock)
        _ = file.read(150_000, at: 0)
        folder.truncate("cold", to: 10)
        #expect(socket.send(file, 50..<60) == nil, "the page is there, the bytes are not")
        guard case .transferred = socket.send(file, 0..<10) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(peer.receiveAll() == Array(Self.content(10)))
    }

    @Test(.enabled(if: Folder.canLookIntoMemory)) func aPeerThatHasGoneEndsNoProcess() throws {
        folder.write("a", [1])
        let file = try open("a")
        let result = Mutex<TransferResult?>(nil)
        let thread = try OperatingSystemThread(name: "sender") {
            let (near, far) = Kernel.socketPair()
            let socket = TestSocket(taking: near)
            _ = TestSocket(taking: far)
            result.withLock { $0 = socket.send(file, 0..<1) }
        }
        thread.join()
        #expect(result.withLock { $0 } == .failed(EPIPE))
    }
}
