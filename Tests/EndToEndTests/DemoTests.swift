import Foundation
import Testing

extension EndToEnd {
    /// `martlet demo`, and what it tells its user to copy.
    @Suite("Demo")
    struct DemoTests {
        private func sh(_ line: String) throws -> String {
            try ChildProcess.run("/bin/sh", ["-c", line]).succeeded()
        }

        /// What stands behind `session` in each line.
        private func sessions(_ text: String) -> [Substring] {
            text.matches(of: #/session (\w+\.node[12])/#).map(\.1)
        }

        @Test("each line of the guide works, word for word", .timeLimit(.minutes(1)))
        func guide() throws {
            let folder = try TemporaryFolder()
            // A blank in the path, so that quoting is tried as well.
            let demo = try ChildProcess(
                MartletProcess.binary(), ["demo", "--listen", "127.0.0.1:0", "--certificates", "my certificates"],
                folder: folder.path)
            defer { try? FileManager.default.removeItem(atPath: "/tmp/martlet-demo.\(demo.identifier).cookies") }
            try demo.output.wait(for: "Ctrl-C")
            try demo.errors.wait(for: "listening on")
            let lines = demo.output.lines.filter { $0.hasPrefix("  ") }.map { String($0.drop { $0 == " " }) }
            try #require(lines.count == 9)

            let strangers = sessions(try sh(lines[0]))
            #expect(Set(strangers).count == 4)
            #expect(strangers.count { $0.hasSuffix("node1") } == 2)
            let known = try sh(lines[1])
            #expect(sessions(known).count == 4 && Set(sessions(known)).count == 1)
            #expect(known.contains("answers request 4 of"))

            let (plain, gzipped) = (Int(try sh(lines[2]).trimmed) ?? 0, Int(try sh(lines[3]).trimmed) ?? 0)
            #expect(plain > 1024 && gzipped > 0 && gzipped < plain / 4)
            #expect(try sh(lines[4]).lowercased().contains("content-encoding: gzip"))

            let serial = try sh(lines[5])
            #expect(serial.hasPrefix("serial="))
            #expect(try sh(lines[6]).contains("development.pem"))
            _ = try sh(lines[7])
            try demo.errors.wait(for: "reloaded")
            #expect(try sh(lines[8]) != serial)

            demo.signal(SIGINT)
            #expect(try demo.waitForEnd() == .exited(0))
        }

        @Test("what stands in the way is said before the guide", .timeLimit(.minutes(1)))
        func obstacles() throws {
            let folder = try TemporaryFolder()
            let taken = try ChildProcess(
                MartletProcess.binary(), ["demo", "--listen", "127.0.0.1:0"], folder: folder.path)
            let line = try taken.errors.wait(for: "listening on")
            let port = try #require(line.firstMatch(of: #/127\.0\.0\.1:(\d+)/#)).1
            try folder.write("nothing", to: "broken/a.pem")
            let cases: [([String], Int32, String)] = [
                (["--listen", "127.0.0.1:\(port)"], 78, "in use"),
                (["--listen", "nowhere"], 78, "nowhere"),
                (["--listen", "unix:\(folder.path)/socket"], 78, "IP address"),
                (["--listen", "127.0.0.1:0", "--certificates", "broken"], 78, "a.pem"),
                (["--listen", "127.0.0.1:0", "--certificates", "/proc/none"], 69, "/proc/none"),
            ]
            for (arguments, code, word) in cases {
                let finished = try MartletProcess.command(["demo"] + arguments, folder: folder.path)
                #expect(finished.ending == .exited(code), "\(arguments)")
                #expect(finished.errors.contains(word), "\(arguments): \(finished.errors)")
                #expect(finished.output.isEmpty, "\(arguments)")
            }
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
