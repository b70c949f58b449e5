import Foundation

/// What the kernel can do to a running process.
extension MartletProcess {
    /// Lets it stand still while `body` prepares what it is to find all at once.
    func whileStopped(_ body: () throws -> Void) throws {
        process.signal(SIGSTOP)
        defer { process.signal(SIGCONT) }
        let deadline = Clock.now + 20
        while try !isStopped() {
            guard Clock.now < deadline else { throw HarnessError("not all of its threads stand still after 20 s") }
        }
        try body()
    }

    /// Whether each thread stands still; one is stopped when it next would leave the kernel.
    private func isStopped() throws -> Bool {
        let folder = "/proc/\(process.identifier)/task"
        return try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { thread in
            let stat = try String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8)
            // The name in parentheses may hold anything; the state follows it.
            return stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].dropFirst(2).first == "T"
        }
    }

    /// Lowers its limit of descriptors, so that it gets only so many more.
    func limitDescriptors(leaving count: Int) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd")
        let taken = Set(names.compactMap { Int($0) })
        var (limit, left) = (0, count)
        while left > 0 || taken.contains(limit) {
            if !taken.contains(limit) { left -= 1 }
            limit += 1
        }
        let arguments = ["--pid", "\(process.identifier)", "--nofile=\(limit):\(limit)"]
        _ = try ChildProcess.run(Tool.prlimit.path(), arguments).succeeded()
    }
}
