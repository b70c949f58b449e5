import Foundation
import Testing

extension EndToEnd {
    /// Where lines of the access log go: files that are rotated and full, syslogs that are there and not.
    @Suite("Targets of the access log")
    struct LogTargetTests {
        /// Martlet whose access log is declared so.
        private static func run(
            _ access: String, in folder: TemporaryFolder, program: [String]? = nil
        ) throws -> MartletProcess {
            let member = try RecordingMember(answering: "x")
            var text = EdgeText(member.endpoint, settings: ["log: { access: { \(access) } }"])
            text.workers = 1
            return try MartletProcess.run(text.text, in: folder, program: program)
        }

        /// Sends requests whose targets are numbered from 0; none may fail, or wait for who reads the log.
        private static func load(_ martlet: MartletProcess, _ range: Range<Int>, fields: String = "") throws {
            let client = try RawClient(martlet.cleartext)
            for number in range {
                let status = try client.get("/\(number)", fields: fields).status
                guard status == 200 else { throw HarnessError("/\(number) was answered \(status)") }
            }
        }

        /// The numbers of the targets in lines of the form `{target} {status}`.
        private static func numbers(_ lines: [some StringProtocol]) -> [Int] {
            lines.compactMap { line in
                String(line).wholeMatch(of: #/\/(\d+) 200/#).flatMap { Int($0.output.1) }
            }
        }

        /// How many lines the event log says to be lost.
        private static func lost(_ log: String) -> Int {
            log.matches(of: #/lines lost(?: at the end)?: (\d+)/#).compactMap { Int($0.output.1) }.reduce(0, +)
        }

        // MARK: - Files

        @Test("rotated by logrotate under load, no line is lost and none is there twice", .timeLimit(.minutes(2)))
        func rotation() throws {
            let folder = try TemporaryFolder()
            let martlet = try Self.run("format: \"{target} {status}\", path: access.log", in: folder)
            let user = getuid() == 0 ? "su root root\n" : ""
            let rules = try folder.write(
                """
                \(user)\(folder.path)/access.log {
                    rotate 100
                    missingok
                    nocompress
                    nocreate
                    postrotate
                        kill -USR1 \(martlet.process.identifier)
                    endscript
                }

                """, to: "rotate.conf")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: rules)
            let isOver = Monitor(false)
            let done = Monitor<Int?>(nil)
            Thread.detachNewThread {
                var count = 0
                while !isOver.withLock({ $0 }), (try? Self.load(martlet, count..<count + 50)) != nil { count += 50 }
                done.withLock { $0 = count }
            }
            for number in 1...10 {
                let before = martlet.process.errors.bytes.count
                _ = try ChildProcess.run(
                    Tool.logrotate.path(), ["--force", "--state", "\(folder.path)/state", rules]
                ).succeeded()
                try martlet.process.errors.wait(for: "the access log was opened anew", after: before)
                #expect(!martlet.log.contains("reload"), "rotation \(number)")
            }
            isOver.withLock { $0 = true }
            let count = try #require(done.wait(seconds: 60) { $0 })
            #expect(try martlet.terminate() == .exited(0))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasPrefix("access.log") }
            #expect(files.count == 11)
            let lines = try files.flatMap { try folder.read($0).split(separator: "\n") }
            let numbers = Self.numbers(lines)
            #expect(numbers.count == lines.count && numbers.sorted() == Array(0..<count))
        }

        @Test("SIGUSR1 opens the file anew and reads no configuration", .timeLimit(.minutes(1)))
        func reopening() throws {
            let folder = try TemporaryFolder()
            let martlet = try Self.run("format: \"{target} {status}\", path: access.log", in: folder)
            try Self.load(martlet, 0..<1)
            try martlet.writeConfiguration("nonsense: 1\n")
            try FileManager.default.moveItem(
                atPath: folder.path + "/access.log", toPath: folder.path + "/access.log.1")
            let before = martlet.process.errors.bytes.count
            martlet.process.signal(SIGUSR1)
            try martlet.process.errors.wait(for: "the access log was opened anew", after: before)
            try Self.load(martlet, 1..<2)
            #expect(try martlet.terminate() == .exited(0))
            #expect(!martlet.log.contains("nonsense"))
            let lines = try ["access.log.1", "access.log"].flatMap { try folder.read($0).split(separator: "\n") }
            #expect(Self.numbers(lines) == [0, 1])
        }

        @Test("a file that takes no more costs no request; how many lines are lost is said", .timeLimit(.minutes(1)))
        func full() throws {
            let folder = try TemporaryFolder()
            // A file of 20,000 bytes at most stands for a disk of so many.
            let martlet = try Self.run(
                "format: \"{target} {status}\", path: access.log", in: folder,
                program: [Tool.prlimit.path(), "--fsize=20000:", MartletProcess.binary()])
            try Self.load(martlet, 0..<3_000)
            let said = try martlet.process.errors.wait(for: "the access log cannot be written to ")
            #expect(said.contains("File too large; lines are lost"))
            // There is room again: the line that was cut goes on where it was.
            _ = try ChildProcess.run(
                Tool.prlimit.path(), ["--pid", "\(martlet.process.identifier)", "--fsize=unlimited"]
            ).succeeded()
            try Self.load(martlet, 3_000..<3_100)
            try martlet.process.errors.wait(for: "the access log goes on; lines lost: ")
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n")
            let numbers = Self.numbers(lines)
            #expect(numbers.count == lines.count && numbers == numbers.sorted())
            #expect(numbers.count + Self.lost(martlet.log) == 3_100)
            #expect(numbers.suffix(100) == Array(3_000..<3_100)[...])
        }

        @Test("a line that is cut when the process ends is counted with those behind it", .timeLimit(.minutes(1)))
        func cutAtTheEnd() throws {
            let folder = try TemporaryFolder()
            let martlet = try Self.run(
                "format: \"{target} {status}\", path: access.log", in: folder,
                program: [Tool.prlimit.path(), "--fsize=2003:", MartletProcess.binary()])
            try Self.load(martlet, 1_000..<1_400)
            try martlet.process.errors.wait(for: "the access log cannot be written to ")
            #expect(try martlet.terminate() == .exited(0))
            let text = try folder.read("access.log")
            // Lines of ten bytes, and three of the next one.
            #expect(text.utf8.count == 2_003 && text.hasSuffix("\n/12"))
            #expect(Self.numbers(text.split(separator: "\n")) == Array(1_000..<1_200))
            #expect(Self.lost(martlet.log) == 200)
        }

        // MARK: - Syslogs

        /// A message as RFC 5424 wants it, from `daemon` at the level `informational`.
        private static var message: Regex<(Substring, Substring, Substring, Substring)> {
            #/<30>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ([!-~]{1,255}) edge (\d+) access - (.*)/#
        }

        @Test("each line is a message of RFC 5424", .timeLimit(.minutes(1)), arguments: ["unix", "udp", "tcp"])
        func messages(_ kind: String) throws {
            let folder = try TemporaryFolder()
            let syslog = try PythonScript.start("syslog.py", [kind, folder.path + "/log.sock"])
            let place = try syslog.output.wait(for: "at ").dropFirst(3)
            let address = kind == "unix" ? "log.sock" : "\(kind)://127.0.0.1:\(place)"
            let martlet = try Self.run(
                "format: \"{target} {status}\", syslog: { to: \"\(address)\", program: edge }", in: folder)
            try Self.load(martlet, 0..<300)
            try syslog.output.waitForLines(301)
            #expect(try martlet.terminate() == .exited(0))
            let messages = syslog.output.lines.dropFirst().compactMap { try? Self.message.wholeMatch(in: $0)?.output }
            #expect(messages.count == 300 && Set(messages.map(\.1)).count == 1)
            #expect(messages.allSatisfy { $0.2 == "\(martlet.process.identifier)" })
            #expect(Self.numbers(messages.map(\.3)) == Array(0..<300))
            #expect(Self.lost(martlet.log) == 0)
        }

        @Test("a syslog that is not there costs no request, and each line is counted", .timeLimit(.minutes(1)))
        func absent() throws {
            let folder = try TemporaryFolder()
            let martlet = try Self.run("format: \"{target} {status}\", syslog: log.sock", in: folder)
            try Self.load(martlet, 0..<100)
            try martlet.process.errors.wait(for: "the access log cannot be written to syslog ")
            // It comes, and is connected to within a second or so.
            let syslog = try PythonScript.start("syslog.py", ["unix", folder.path + "/log.sock"])
            try syslog.output.wait(for: "at ")
            var count = 100
            let deadline = Clock.now + 20
            while syslog.output.lines.count < 2, Clock.now < deadline {
                try Self.load(martlet, count..<count + 1)
                count += 1
            }
            try martlet.process.errors.wait(for: "the access log goes on; lines lost: ")
            #expect(try martlet.terminate() == .exited(0))
            try syslog.output.waitForLines(1 + count - Self.lost(martlet.log))
            #expect(syslog.output.lines.count - 1 + Self.lost(martlet.log) == count)
        }

        @Test("a syslog that reads nothing costs no request, and each line is counted", .timeLimit(.minutes(1)))
        func held() throws {
            let folder = try TemporaryFolder()
            let syslog = try PythonScript.start("syslog.py", ["unix", folder.path + "/log.sock", "--held"])
            try syslog.output.wait(for: "at ")
            let martlet = try Self.run("format: json, syslog: log.sock", in: folder)
            // Lines of some 12 KiB: more than the queue of 16 MiB holds, and a socket of ten messages or so.
            let long = String(repeating: "\u{e9}", count: 600)
            try Self.load(martlet, 0..<2_000, fields: "User-Agent: \(long)\r\nReferer: \(long)\r\n")
            try martlet.process.errors.wait(for: "its queue is full, and lines are lost")
            try syslog.write("\n")
            try martlet.process.errors.wait(for: "the access log goes on; lines lost: ", seconds: 40)
            #expect(try martlet.terminate() == .exited(0))
            let lost = Self.lost(martlet.log)
            #expect((1..<2_000).contains(lost))
            try syslog.output.waitForLines(1 + 2_000 - lost)
            #expect(syslog.output.lines.count == 1 + 2_000 - lost)
        }

        // MARK: - Events

        @Test(
            "events go to a syslog by their level, from a reload on and until another one; standard error has the rest",
            .timeLimit(.minutes(1)), arguments: ["unix", "udp", "tcp"])
        func eventMessages(_ kind: String) throws {
            let folder = try TemporaryFolder()
            let syslog = try PythonScript.start("syslog.py", [kind, folder.path + "/log.sock"])
            let place = try syslog.output.wait(for: "at ").dropFirst(3)
            let address = kind == "unix" ? "log.sock" : "\(kind)://127.0.0.1:\(place)"
            let member = try RecordingMember(answering: "x")
            let text = EdgeText(member.endpoint).text
            let martlet = try MartletProcess.run(text, in: folder)
            let declared = "log: { events: { syslog: { to: \"\(address)\", facility: local3 } } }\n"
            try martlet.writeConfiguration(text + declared)
            martlet.process.signal(SIGHUP)
            try syslog.output.wait(for: "generation 2")
            try martlet.writeConfiguration("nonsense: 1\n")
            martlet.process.signal(SIGHUP)
            try syslog.output.wait(for: "reload rejected")
            try martlet.writeConfiguration(text)
            try martlet.reload()
            #expect(try martlet.terminate() == .exited(0))
            // 19 * 8 and the severity (RFC 5424, section 6.2.1).
            let form = #/<(155|156|158)>1 [-0-9T:.]+Z [!-~]{1,255} martlet \d+ events - (.*)/#
            let messages = syslog.output.lines.dropFirst().compactMap { try? form.wholeMatch(in: $0)?.output }
            #expect(messages.count == syslog.output.lines.count - 1, "\(syslog.output.lines)")
            #expect(messages.contains { $0.1 == "155" && $0.2.contains("nonsense") })
            #expect(messages.contains { $0.1 == "158" && $0.2.contains("generation 2") })
            #expect(!martlet.log.contains("nonsense") && !martlet.log.contains("generation 2"))
            #expect(martlet.log.contains(" info ended") && Self.lost(martlet.log) == 0)
        }

        @Test(
            "a syslog of events that is not there is told on standard error, with the number of lines",
            .timeLimit(.minutes(1)))
        func eventsLost() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "x")
            let text = EdgeText(member.endpoint).text
            let martlet = try MartletProcess.run(text, in: folder)
            let before = martlet.process.errors.bytes.count
            try martlet.writeConfiguration(text + "log: { events: { syslog: log.sock } }\n")
            martlet.process.signal(SIGHUP)
            try martlet.process.errors.wait(for: "events cannot be written to syslog ", after: before)
            #expect(try martlet.terminate() == .exited(0))
            #expect(Self.lost(martlet.log) > 1 && !martlet.log.contains(" info ended"))
        }

        @Test("where journald reads standard error, each line has its priority in front", .timeLimit(.minutes(1)))
        func priorities() throws {
            let shell = "JOURNAL_STREAM=$(stat --dereference --format=%d:%i /dev/stderr) exec \"$0\" \"$@\""
            let martlet = try Self.run(
                "path: access.log", in: TemporaryFolder(),
                program: ["/bin/sh", "-c", shell, MartletProcess.binary()])
            martlet.process.signal(SIGUSR1)
            try martlet.process.errors.wait(for: "<6>")
            try martlet.writeConfiguration("nonsense: 1\n")
            martlet.process.signal(SIGHUP)
            try martlet.process.errors.wait(for: "reload rejected")
            #expect(try martlet.terminate() == .exited(0))
            let form = #/<[3-6]>\d{4}-\d\d-\d\dT[0-9:.]+Z (info|warning|error) .*/#
            let lines = martlet.process.errors.lines
            #expect(lines.allSatisfy { $0.wholeMatch(of: form) != nil }, "\(lines)")
            #expect(lines.contains { $0.hasPrefix("<3>") && $0.contains(" error ") })
            #expect(lines.contains { $0.hasPrefix("<6>") && $0.contains(" info listening on ") })
        }

        @Test("events as JSON: a reload says what it has changed", .timeLimit(.minutes(1)))
        func events() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "x")
            let text = EdgeText(member.endpoint, settings: ["log: { events: { format: json } }"]).text
            let martlet = try MartletProcess.run(text, in: folder)
            try martlet.writeConfiguration(text + "timeouts: { body: 9s }\n")
            try martlet.reload()
            #expect(try martlet.terminate() == .exited(0))
            let events = try JSONLines.objects(martlet.log)
            #expect(events.allSatisfy { Set($0.keys) == ["time", "level", "message"] })
            let messages = events.compactMap { $0["message"] as? String }
            #expect(messages.contains { $0.hasPrefix("martlet ") && $0.contains("configuration: ") })
            #expect(messages.contains { $0.hasSuffix(": 1 key changed (key timeouts.body: 30s -> 9s)") }, "\(messages)")
            #expect(messages.last == "ended")
        }
    }
}
