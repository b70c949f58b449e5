import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.tags(.reactor)) struct FileRootTests {
    /// A path, and what it is by either way down; by the way of our own no link is followed.
    struct Case: CustomTestStringConvertible {
        let path: String
        let kernel: String
        let own: String
        var testDescription: String { path.count > 40 ? "\(path.count) bytes" : "'\(path)'" }

        init(_ path: String, _ both: String) {
            self.init(path, both, own: both)
        }

        init(_ path: String, _ kernel: String, own: String) {
            self.path = path
            self.kernel = kernel
            self.own = own
        }
    }

    static let cases = [
        // What is there.
        Case("", "folder"), Case(".", "folder"), Case("a.txt", "file 6"), Case("./a.txt", "file 6"),
        Case("empty", "file 0"), Case("sub", "folder"), Case("sub/", "folder"), Case("sub/.", "folder"),
        Case("sub/b.txt", "file 6"), Case("sub//b.txt", "file 6"), Case("sub/./deep/../", "outside"),
        Case("sub/deep/c.txt", "file 6"), Case("..a", "file 6"), Case("...", "folder"), Case(".../d", "file 6"),
        // What is not.
        Case("nothing", "missing"), Case("nothing/a.txt", "missing"), Case("A.TXT", "missing"),
        Case("a.txt/", "missing"), Case("a.txt/.", "missing"), Case("a.txt/x", "missing"), Case(" ", "missing"),
        Case(String(repeating: "n", count: 256), "missing"), Case(String(repeating: "a/", count: 2047), "missing"),
        Case(String(repeating: "a/", count: 2047) + "a", "missing"),
        Case(String(repeating: "a/", count: 2048), "missing"), Case(String(repeating: "n", count: 70_000), "missing"),
        // What leads out, or says less than it seems to.
        Case("..", "outside"), Case("../", "outside"), Case("../secret", "outside"), Case("sub/..", "outside"),
        Case("sub/../a.txt", "outside"), Case("sub/../../secret", "outside"), Case("sub/..//x", "outside"),
        Case("/", "outside"), Case("/etc/passwd", "outside"), Case("//etc/passwd", "outside"),
        Case("a.txt\0", "outside"), Case("a.txt\0.jpg", "outside"), Case("\0", "outside"),
        Case("out", "outside"), Case("outdir", "outside"), Case("outdir/secret", "outside"),
        Case("sub/out", "outside"), Case("absolute", "outside"), Case("absolute-folder/a.txt", "outside"),
        Case("passwd", "outside"), Case("loop", "outside"), Case("loop/x", "outside"), Case("out/x", "outside"),
        // Links that stay inside.
        Case("in", "file 6", own: "outside"), Case("in-folder", "folder", own: "outside"),
        Case("in-folder/", "folder", own: "outside"), Case("in-folder/b.txt", "file 6", own: "outside"),
        Case("sub/up", "file 6", own: "outside"), Case("twice/c.txt", "file 6", own: "outside"),
        Case("dangling", "missing", own: "outside"), Case("in/x", "missing", own: "outside"),
        // Neither file nor folder.
        Case("fifo", "special"), Case("socket", "special"), Case("sub/fifo", "special"),
    ]

    /// A tree with everything that is hard about trees.
    static func tree() -> Folder {
        let folder = Folder()
        for name in ["root", "root/sub", "root/sub/deep", "root/..."] { folder.makeFolder(name) }
        for name in ["root/a.txt", "root/sub/b.txt", "root/sub/deep/c.txt", "root/..a", "root/.../d"] {
            folder.write(name, Array("inside".utf8))
        }
        folder.write("root/empty", [])
        folder.write("secret", Array("outside".utf8))
        folder.link("root/in", to: "sub/b.txt")
        folder.link("root/in-folder", to: "sub")
        folder.link("root/twice", to: "in-folder/deep")
        folder.link("root/sub/up", to: "../a.txt")
        folder.link("root/dangling", to: "nowhere")
        folder.link("root/out", to: "../secret")
        folder.link("root/sub/out", to: "../../secret")
        folder.link("root/outdir", to: "..")
        folder.link("root/absolute", to: "\(folder.path)/root/a.txt")
        folder.link("root/absolute-folder", to: "\(folder.path)/root")
        folder.link("root/passwd", to: "/etc/passwd")
        folder.link("root/loop", to: "loop")
        folder.makeFifo("root/fifo")
        folder.makeFifo("root/sub/fifo")
        Kernel.leaveSocketFile(at: "\(folder.path)/root/socket")
        return folder
    }

    private let folder = Self.tree()

    @Test(.enabled(if: FileRoot.isDescentOfKernel), arguments: cases) func theKernelsWayDown(of example: Case) {
        let root = folder.root("root", .kernel)
        #expect("\(root.open(example.path))" == example.kernel)
        // The kernel leaves a path that leads out to the call that may wait.
        let cached = "\(root.openCached(example.path))"
        #expect(cached == example.kernel || cached == "would wait")
        #expect(folder.openCount == 1, "the root alone")
    }

    @Test(arguments: cases) func ourOwnWayDown(of example: Case) {
        let root = folder.root("root", .own)
        #expect("\(root.open(example.path))" == example.own)
        let cached = "\(root.openCached(example.path))"
        #expect(cached == "would wait" || cached == "outside" && example.own == "outside")
        #expect(folder.openCount == 1, "the root alone")
    }

    @Test(.enabled(if: FileRoot.isDescentOfKernel)) func whatWasOpenedIsOpenedWithoutWaiting() throws {
        let root = folder.root("root")
        for path in ["a.txt", "sub/deep/c.txt", "in", "twice/c.txt"] {
            _ = root.open(path)
            let file = try #require(root.openCached(path).file)
            #expect(file.read(10, at: 0).bytes == Array("inside".utf8))
        }
    }

    @Test func noLinkOfTheKernelsOwnIsFollowed() throws {
        for descent in [FileRoot.Descent.kernel, .own] where descent == .own || FileRoot.isDescentOfKernel {
            let root = try FileRoot(path: "/proc/self", descent: descent)
            for path in ["exe", "fd/0", "root", "cwd", "root/etc/passwd"] {
                #expect("\(root.open(path))" == "outside")
            }
            #expect(root.open("status").file != nil)
        }
    }

    @Test func aDeviceIsNoFile() throws {
        for descent in [FileRoot.Descent.kernel, .own] where descent == .own || FileRoot.isDescentOfKernel {
            let root = try FileRoot(path: "/dev", descent: descent)
            for path in ["null", "zero", "full", "tty"] { #expect("\(root.open(path))" == "special") }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func whatMayNotBeReadIsForbidden() {
        folder.allow("root/a.txt", 0)
        folder.allow("root/sub", 0)
        defer { folder.allow("root/sub", 0o755) }
        for descent in [FileRoot.Descent.kernel, .own] {
            let root = folder.root("root", descent)
            #expect("\(root.open("a.txt"))" == "forbidden")
            #expect("\(root.open("sub/b.txt"))" == "forbidden")
        }
    }

    @Test(arguments: [FileRoot.Descent.kernel, .own]) func aLinkThatIsPutInAFilesPlaceLeadsNowhere(
        descent: FileRoot.Descent
    ) throws {
        folder.makeFolder("elsewhere")
        folder.write("elsewhere/b.txt", Array("outside".utf8))
        let root = folder.root("root", descent)
        let isOver = Atomic<Bool>(false)
        let mover = Threads(1) { [folder] _ in
            while !isOver.load(ordering: .relaxed) {
                folder.link("link", to: "../secret")
                folder.move("link", to: "root/a.txt")
                folder.write("file", Array("inside".utf8))
                folder.move("file", to: "root/a.txt")
                folder.move("root/sub", to: "away")
                folder.link("root/sub", to: "../elsewhere")
                folder.remove("root/sub")
                folder.move("away", to: "root/sub")
            }
        }
        var openings: [String: Int] = [:]
        for turn in 0..<20_000 {
            let opening = turn.isMultiple(of: 2) ? root.open("a.txt") : root.open("sub/b.txt")
            openings["\(opening)", default: 0] += 1
            guard let file = opening.file else { continue }
            if file.read(10, at: 0).bytes != Array("inside".utf8) { Issue.record("what is outside was read") }
        }
        isOver.store(true, ordering: .relaxed)
        mover.join()
        #expect(openings["file 6", default: 0] > 0)
        #expect(Set(openings.keys).isSubset(of: ["file 6", "missing", "outside"]), "\(openings)")
        #expect(folder.openCount == 1)
    }

    @Test func aRootIsHeldWhateverItsPathLeadsTo() throws {
        folder.link("current", to: "root")
        let root = folder.root("current")
        #expect(root.isSame(as: folder.root("current")) && root.isSame(as: folder.root("root")))
        folder.makeFolder("next")
        folder.write("next/a.txt", [1, 2])
        folder.link("new", to: "next")
        folder.move("new", to: "current")
        #expect("\(root.open("a.txt"))" == "file 6", "it stays what it was")
        let next = folder.root("current")
        #expect("\(next.open("a.txt"))" == "file 2" && !next.isSame(as: root))
        folder.remove("current")
        #expect(throws: SystemError("open", code: ENOENT)) { try FileRoot(path: root.path) }
        #expect("\(next.open("a.txt"))" == "file 2")
    }

    @Test func aRootIsAFolder() {
        #expect(throws: SystemError("open", code: ENOTDIR)) { try FileRoot(path: "\(folder.path)/secret") }
        #expect(throws: SystemError("open", code: ENOENT)) { try FileRoot(path: "\(folder.path)/nothing") }
    }
}
