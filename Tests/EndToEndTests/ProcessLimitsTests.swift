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
    }
}
