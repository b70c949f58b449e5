import Foundation
import Reactor
import Testing

/// What files say of the memory that a control group may have (cgroups(7)).
@Suite("Control groups")
struct ControlGroupTests {
    /// Files in place of the kernel's.
    private func memory(_ membership: String, _ files: [String: String]) throws -> Int? {
        let folder = Folder()
        for (path, text) in files.merging(["membership": membership], uniquingKeysWith: { first, _ in first }) {
            let url = URL(fileURLWithPath: "\(folder.path)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: false, encoding: .utf8)
        }
        return ControlGroup.memoryBytesMax(membership: "\(folder.path)/membership", root: folder.path)
    }

    @Test("the least of a group and those above it")
    func least() throws {
        let membership = "0::/system.slice/martlet.service\n"
        let own = "system.slice/martlet.service/memory.max"
        #expect(try memory(membership, [own: "536870912\n"]) == 512 << 20)
        #expect(try memory(membership, [own: "max\n"]) == nil)
        #expect(try memory(membership, [own: "max\n", "system.slice/memory.max": "1000\n"]) == 1_000)
        #expect(try memory(membership, [own: "2000\n", "memory.max": "1000\n"]) == 1_000)
        #expect(try memory(membership, [own: "2000\n", "other/memory.max": "1000\n"]) == 2_000)
    }

    @Test("a container's, which sees its own group as the top")
    func container() throws {
        #expect(try memory("0::/\n", ["memory.max": "1000\n"]) == 1_000)
        #expect(try memory("0::/../../elsewhere\n", ["memory.max": "1000\n"]) == 1_000)
    }

    @Test("of the first version, whose number for any is a great one")
    func first() throws {
        let membership = "8:pids:/a\n4:cpu,memory:/a/b\n0::/\n"
        #expect(try memory(membership, ["memory/a/b/memory.limit_in_bytes": "1000\n"]) == 1_000)
        #expect(try memory(membership, ["memory/memory.limit_in_bytes": "1000\n"]) == 1_000)
        #expect(try memory(membership, ["memory/a/b/memory.limit_in_bytes": "9223372036854771712\n"]) == nil)
    }

    @Test("files that are not there, or say nothing")
    func nothing() throws {
        #expect(try memory("0::/a\n", [:]) == nil)
        #expect(try memory("nonsense\n", ["memory.max": "1000\n"]) == nil)
        #expect(try memory("0::/\n", ["memory.max": "\n"]) == nil)
        #expect(ControlGroup.memoryBytesMax(membership: "/nowhere/at/all", root: "/nowhere") == nil)
    }

    @Test("the resident size is told as the whole of what the process takes tells it")
    func resident() throws {
        let resident = ProcessUsage.residentBytesNow()
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        let told = try #require(Int(line.filter(\.isNumber))) << 10
        // The kernel's counts are summed up now and then.
        #expect(abs(resident - told) < 16 << 20 && resident > 1 << 20)
        #expect(ProcessUsage().virtualBytes > resident)
    }
}
