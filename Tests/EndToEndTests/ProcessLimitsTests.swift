import Foundation
import Testing

extension EndToEnd {
    /// What the process takes of the system, and what it lets be.
    @Suite("Process limits")
    struct ProcessLimitsTests {
        /// Runs it under limits, and returns the line of `/proc/PID/limits` that begins with a name, and the log.
        private func limit(_ name: String, prlimit: String, _ flags: String...) throws -> (line: String, log: String) {
            let folder = try TemporaryFolder()
            let file = try folder.write(EdgeText(RefusingAddress().endpoint).text, to: "martlet.yaml")
            let process = try ChildProcess(
                Tool.prlimit.path(), [prlimit, MartletProcess.binary(), "run"] + flags + [file], folder: folder.path)
            try process.errors.wait(for: "listening on")
            let limits = try String(contentsOfFile: "/proc/\(process.identifier)/limits", encoding: .utf8)
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix(name) })
            return (line.dropFirst(name.count).split(separator: " ").joined(separator: " "), process.errors.text)
        }

        @Test(
            "the soft limit of descriptors is raised to the hard one, and what does not fit is said",
            .timeLimit(.minutes(1)))
        func descriptors() throws {
            let (line, log) = try limit("Max open files", prlimit: "--nofile=100:1500")
            #expect(line == "1500 1500 files")
            #expect(
                log.contains(" warning limits.connections is 65536, and 1500 descriptors are enough for 7"), "\(log)")
        }

        @Test("no core is written unless that is asked for", .timeLimit(.minutes(1)))
        func cores() throws {
            let (none, log) = try limit("Max core file size", prlimit: "--core=unlimited:unlimited")
            #expect(none == "0 0 bytes")
            #expect(log.contains(" warning this runs as root") == (geteuid() == 0))
            let asked = try limit("Max core file size", prlimit: "--core=unlimited:unlimited", "--core-dumps").line
            #expect(asked == "unlimited unlimited bytes")
        }

        @Test(
            "whoever has its user's rights cannot look into it, unless cores are asked for", .timeLimit(.minutes(1)),
            arguments: [false, true])
        func dumpable(isAllowed: Bool) throws {
            let folder = try TemporaryFolder()
            let file = try folder.write(EdgeText(RefusingAddress().endpoint).text, to: "martlet.yaml")
            // Where another user finds it, wherever it was built.
            let binary = folder.path + "/martlet"
            try FileManager.default.copyItem(atPath: MartletProcess.binary(), toPath: binary)
            for (path, mode) in [(folder.path, 0o755), (binary, 0o755), (file, 0o644)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            let user = geteuid() == 0 ? 65_534 : Int(geteuid())
            // A change of users takes back that the program ends with its parent.
            let becoming =
                geteuid() == 0
                ? ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--pdeathsig", "TERM"] : []
            let process = try ChildProcess(
                Tool.setpriv.path(), becoming + [binary, "run"] + (isAllowed ? ["--core-dumps"] : []) + [file],
                folder: folder.path)
            try process.errors.wait(for: "listening on")
            // The kernel gives what tells of a process that is not dumpable to root.
            let path = "/proc/\(process.identifier)/status"
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { throw HarnessError("lstat \(path): errno \(errno)") }
            #expect(Int(status.st_uid) == (isAllowed ? user : 0))
        }
    }
}
