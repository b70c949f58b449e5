import Foundation
import Testing

extension EndToEnd {
    /// Pipes that nobody reads, in the place of the logs: requests, signals and reloads go on.
    @Suite("Blocked logs")
    struct BlockedLogTests {
        /// Which of the logs goes into a pipe.
        enum Blocked: String, CaseIterable, Sendable {
            /// The access log, as standard output or at its path.
            case output, path
            /// Standard error.
            case errors
        }

        /// Martlet whose logs go into pipes.
        private struct Stage {
            let folder: TemporaryFolder
            let member: RecordingMember
            let log: Fifo
            let errors: Fifo
            let process: ChildProcess
            let endpoint: Endpoint
            let yaml: String

            init(_ blocked: Blocked, member: RecordingMember, settings: [String] = []) throws {
                folder = try TemporaryFolder()
                self.member = member
                (log, errors) = (try Fifo("access", in: folder), try Fifo("errors", in: folder))
                let path = blocked == .output ? "\"-\"" : "access"
                var text = EdgeText(
                    member.endpoint,
                    settings: ["log: { access: { format: json, path: \(path) } }"] + settings)
                text.workers = 1
                yaml = ControlledMartlet.text(text)
                let file = try folder.write(yaml, to: "martlet.yaml")
                // Opened for reading too, a FIFO needs nobody at its other end.
                process = try ChildProcess(
                    "/bin/sh", ["-c", "exec \"$0\" run \"$1\" 1<>access 2<>errors", MartletProcess.binary(), file],
                    folder: folder.path)
                let line = try errors.read(until: "listening on 127.0.0.1:")
                endpoint = try #require(Endpoint(line.components(separatedBy: "listening on ")[1]))
            }

            /// Asks until a generation is served.
            func wait(forGeneration number: Int, seconds: Double = 20) throws {
                let deadline = Clock.now + seconds
                let socket = folder.path + "/control.sock"
                while try ControlledMartlet.json(["status"], socket: socket)["generation"] as? Int != number {
                    guard Clock.now < deadline else {
                        throw HarnessError("generation \(number) is not served within \(seconds) s")
                    }
                }
            }

            /// Sends requests whose lines in the log are some 12 KiB each, and reads their answers.
            func load(_ count: Int) throws {
                let long = String(repeating: "\u{e9}", count: 600)
                let fields = "User-Agent: \(long)\r\nReferer: \(long)\r\n"
                let client = try RawClient(endpoint)
                for _ in 0..<count { #expect(try client.get(fields: fields).status == 200) }
            }
        }

        @Test(
            "SIGTERM ends it within the time that the logs have, and the exit is 0", .timeLimit(.minutes(1)),
            arguments: Blocked.allCases)
        func terminates(_ blocked: Blocked) throws {
            let stage = try Stage(blocked, member: RecordingMember(answering: "x"))
            if blocked == .errors { stage.errors.fill() } else { stage.log.fill() }
            #expect(try RawClient(stage.endpoint).get().text == "x")
            stage.process.signal(SIGTERM)
            #expect(try stage.process.waitForEnd(seconds: 20) == .exited(0))
            guard blocked != .errors else { return }
            try stage.errors.read(until: "the access log took no more; lines lost at the end: 1")
            try stage.errors.read(until: " info ended")
        }

        @Test("a second SIGTERM ends it at once, whatever is blocked", .timeLimit(.minutes(1)))
        func terminatesAtOnce() throws {
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                while try connection.readRequest() != nil {
                    _ = gate.wait(seconds: 40) { $0 ? true : nil }
                    try connection.send(Answer.ok("done"))
                }
            }
            let stage = try Stage(.path, member: member)
            stage.log.fill()
            stage.errors.fill()
            let idle = try RawClient(stage.endpoint)
            let client = try RawClient(stage.endpoint)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(member.waitForRequests(1))
            stage.process.signal(SIGTERM)
            // The one worker has heeded the first one when it closes what is idle.
            #expect(idle.ends(seconds: 20))
            stage.process.signal(SIGTERM)
            #expect(try stage.process.waitForEnd(seconds: 20) == .exited(128 + SIGTERM))
        }

        @Test(
            "SIGHUP is heeded while standard error is blocked, and its line comes when it is read",
            .timeLimit(.minutes(1)))
        func reloads() throws {
            let stage = try Stage(.errors, member: RecordingMember(answering: "x"))
            stage.errors.fill()
            stage.process.signal(SIGHUP)
            try stage.wait(forGeneration: 2)
            #expect(try RawClient(stage.endpoint).get().text == "x")
            try stage.errors.read(until: "reloaded: generation 2 is served by every worker")
        }

        @Test(
            "an access log that is not read loses lines, and says how many when it is", .timeLimit(.minutes(1)),
            arguments: [Blocked.output, .path])
        func lost(_ blocked: Blocked) throws {
            let stage = try Stage(blocked, member: RecordingMember(answering: "x"))
            // Some 24 MB: more than the queue holds.
            try stage.load(2_000)
            try stage.errors.read(until: "the access log takes too little: its queue is full, and lines are lost")
            let log = try stage.log.follow()
            let said = try stage.errors.read(until: "the access log goes on; lines lost: ")
            let lost = try #require(Int(said.components(separatedBy: "lost: ")[1]))
            #expect((1..<2_000).contains(lost))
            // All of them are in the pipe by now.
            try log.waitForLines(2_000 - lost)
            #expect(log.lines.count == 2_000 - lost)
            #expect(log.lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        }

        @Test("a reload that names another file leaves the pipe that is blocked", .timeLimit(.minutes(1)))
        func redirects() throws {
            let stage = try Stage(.path, member: RecordingMember(answering: "x"))
            stage.log.fill()
            #expect(try RawClient(stage.endpoint).get("/before").text == "x")
            let yaml = stage.yaml.replacingOccurrences(of: "path: access", with: "path: access.log")
            try stage.folder.write(yaml, to: "martlet.yaml")
            stage.process.signal(SIGHUP)
            try stage.errors.read(until: "reloaded: generation 2")
            #expect(try RawClient(stage.endpoint).get("/after").text == "x")
            stage.process.signal(SIGTERM)
            #expect(try stage.process.waitForEnd(seconds: 20) == .exited(0))
            let lines = try stage.folder.read("access.log").split(separator: "\n")
            #expect(lines.count == 2 && lines[0].contains("/before") && lines[1].contains("/after"))
        }
    }
}
