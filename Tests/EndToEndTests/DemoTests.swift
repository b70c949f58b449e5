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

        /// A demo, and the lines that it tells its user to copy.
        private struct Demo {
            let process: ChildProcess
            let folder: TemporaryFolder
            /// What it prints of where its sockets are.
            let sockets: String
            let lines: [String]

            init() throws {
                folder = try TemporaryFolder()
                // A blank in the path, so that quoting is tried as well.
                process = try ChildProcess(
                    MartletProcess.binary(), ["demo", "--listen", "127.0.0.1:0", "--certificates", "my certificates"],
                    folder: folder.path)
                try process.output.wait(for: "Ctrl-C")
                try process.errors.wait(for: "listening on")
                lines = process.output.lines.filter { $0.hasPrefix("  ") }.map { String($0.drop { $0 == " " }) }
                let control = try #require(process.output.text.firstMatch(of: #/--control (\S+)\/control/#))
                sockets = String(control.1)
            }
        }

        @Test("each line of the guide works, word for word, in its order", .timeLimit(.minutes(2)))
        func guide() throws {
            let demo = try Demo()
            defer { demo.process.terminate() }
            try #require(demo.lines.count == 17)
            var lines = demo.lines[...]
            func next() throws -> String { try sh(lines.removeFirst()) }

            let known = try next()
            let session = try #require(sessions(known).first)
            #expect(sessions(known).count == 4 && Set(sessions(known)).count == 1)
            #expect(known.contains("answers request 4 of"))
            let (own, other) = session.hasSuffix("node1") ? ("node1", "node2") : ("node2", "node1")
            let strangers = sessions(try next())
            #expect(Set(strangers).count == 4 && strangers.count { $0.hasSuffix(other) } == 4)

            let explained = try next()
            #expect(explained.hasPrefix("proxy/\(own) gets it: the cookie asks for \(own)."), "\(explained)")

            try failover(own, other, String(session.prefix(32)), next)

            let (plain, gzipped) = (Int(try next().trimmed) ?? 0, Int(try next().trimmed) ?? 0)
            #expect(plain > 1024 && gzipped > 0 && gzipped < plain / 4)
            #expect(try next().lowercased().contains("content-encoding: gzip"))

            let serial = try next()
            #expect(serial.hasPrefix("serial="))
            #expect(try next().contains("development.pem"))
            _ = try next()
            try demo.process.errors.wait(for: "reloaded")
            #expect(try next() != serial)

            #expect(try next().contains("sessions would move as they end"))
            #expect(try next().contains("proxy/node1 is draining: 0 exchanges under way"))
            #expect(try next().contains("proxy/node1"))
        }

        /// A backend is taken away, and who asks notices nothing; it is brought back.
        private func failover(_ own: String, _ other: String, _ digits: String, _ next: () throws -> String) throws {
            #expect(try next() == "\(own) is away\n")
            let answer = try next()
            #expect(answer.contains("\(other) answers request 5 of session \(digits).\(other)"), "\(answer)")
            let status = try next()
            let row = status.split(separator: "\n").first { $0.hasPrefix("  \(own) ") }
            #expect(row?.contains("in error") == true, "\(status)")
            #expect(try next() == "\(own) is back\n")
        }

        @Test("a backend that was brought back is given sessions again", .timeLimit(.minutes(2)))
        func comesBack() throws {
            let demo = try Demo()
            defer { demo.process.terminate() }
            let stop = try #require(demo.lines.first { $0.contains("/stop/") })
            let start = try #require(demo.lines.first { $0.hasSuffix("/start") })
            #expect(try sh(stop).contains("the paths are /stop/node1, /stop/node2, /start"), "no session, no backend")
            #expect(try sh(start) == "nobody is away\n")
            let strangers = demo.lines[1]
            let away = stop.replacing(#/stop\/.*/#, with: "stop/node2")
            #expect(try sh(away) == "node2 is away\n")
            #expect(sessions(try sh(strangers)).count { $0.hasSuffix("node1") } == 4)
            #expect(try sh(start) == "node2 is back\n")
            _ = try sh("until \(strangers) | grep -q node2; do :; done")
        }

        @Test("its folder of sockets is for its user alone, and gone when it has ended", .timeLimit(.minutes(1)))
        func folder() throws {
            let demo = try Demo()
            defer { demo.process.terminate() }
            func mode(_ path: String) throws -> Int {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
            }
            #expect(try mode(demo.sockets) == 0o700)
            for socket in ["control", "backends"] { #expect(try mode("\(demo.sockets)/\(socket)") == 0o600) }
            demo.process.signal(SIGINT)
            #expect(try demo.process.waitForEnd() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: demo.sockets))
        }

        @Test("what stands in the way is said before the guide", .timeLimit(.minutes(1)))
        func obstacles() throws {
            let folder = try TemporaryFolder()
            let taken = try ChildProcess(
                MartletProcess.binary(), ["demo", "--listen", "127.0.0.1:0"], folder: folder.path)
            defer { taken.terminate() }
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
