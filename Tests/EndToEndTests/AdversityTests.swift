import Foundation
import Testing

extension EndToEnd {
    /// What the process stands on is taken away, or lies: traffic goes on, and memory is bounded. Disks that are full
    /// and logs that nobody reads have suites of their own, and so have names.
    @Suite("Adversity")
    struct AdversityTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        @Test("a configuration that is gone: the served one goes on, until there is one again", .timeLimit(.minutes(1)))
        func configurationGone() throws {
            let yaml = ControlledMartlet.text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let control = try ControlledMartlet(yaml: yaml, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get().text == "one")
            try FileManager.default.removeItem(atPath: control.martlet.configurationFile)
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78))
            #expect(refused.errors.contains("martlet.yaml"), "\(refused.errors)")
            #expect(try client.get().text == "one")
            #expect(try RawClient(control.martlet.cleartext).get().text == "one")
            #expect(try control.json("status")["generation"] as? Int == 1)
            try control.martlet.writeConfiguration(yaml)
            #expect(try control.martlet.reload() == 2)
            #expect(try client.get().text == "one")
        }

        @Test("a clock that is set forth and back by years ends no connection and no session", .timeLimit(.minutes(1)))
        func clock() throws {
            let steps = [0, 400, -800, 0]
            try folder.write([UInt8](repeating: 0, count: 8), to: "clock")
            var environment = try Preloaded.environment("clock", in: folder)
            environment["MARTLET_CLOCK"] = folder.path + "/clock"
            let members = try ["one", "two"].map { try RecordingMember(answering: $0) }
            let text = EdgeText(
                before: members.map(\.endpoint), affinity: "insert",
                settings: ["log: { access: { format: json, path: access.log } }"])
            let martlet = try MartletProcess.run(text.text, in: folder, environment: environment)
            let idle = try RawClient(martlet.cleartext)
            let first = try idle.get()
            let cookie = try #require(first["set-cookie"]?.prefix { $0 != ";" })
            var years: [Int] = []
            for days in steps {
                try step(to: days * 86_400)
                let utc = try #require(TimeZone(secondsFromGMT: 0))
                var calendar = Calendar(identifier: .gregorian)
                calendar.timeZone = utc
                years.append(calendar.component(.year, from: Date(timeIntervalSinceNow: Double(days) * 86_400)))
                #expect(try idle.get(fields: "Cookie: \(cookie)\r\n").text == first.text, "\(days) days")
                let other = try RawClient(martlet.cleartext)
                #expect(try other.get(fields: "Cookie: \(cookie)\r\n").text == first.text, "\(days) days")
                #expect(try martlet.reload() > 1)
            }
            #expect(try martlet.terminate() == .exited(0))
            let lines = try folder.read("access.log").split(separator: "\n")
            #expect(lines.count == 1 + 2 * steps.count)
            for (index, year) in years.enumerated() {
                let those = lines[(1 + 2 * index)...].prefix(2)
                #expect(those.allSatisfy { $0.contains("\"\(year)-") }, "\(year): \(those)")
            }
        }

        /// Writes in place: the file is in the process's memory.
        private func step(to seconds: Int) throws {
            let file = try #require(FileHandle(forWritingAtPath: folder.path + "/clock"))
            try file.write(contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: seconds >> ($0 * 8)) }))
            try file.close()
        }

        @Test("logs that nobody reads take the memory of their queues, and no more", .timeLimit(.minutes(2)))
        func memory() throws {
            let member = try RecordingMember(answering: "x")
            let (log, errors) = (try Fifo("access", in: folder), try Fifo("errors", in: folder))
            var text = EdgeText(member.endpoint, settings: ["log: { access: { format: json, path: access } }"])
            text.workers = 1
            let file = try folder.write(ControlledMartlet.text(text), to: "martlet.yaml")
            let process = try ChildProcess(
                "/bin/sh", ["-c", "exec \"$0\" run \"$1\" 2<>errors", MartletProcess.binary(), file],
                folder: folder.path)
            let line = try errors.read(until: "listening on 127.0.0.1:")
            let endpoint = try #require(Endpoint(line.components(separatedBy: "listening on ")[1]))
            log.fill()
            errors.fill()
            let long = String(repeating: "\u{e9}", count: 600)
            let fields = "User-Agent: \(long)\r\nReferer: \(long)\r\n"
            let client = try RawClient(endpoint)
            func load() throws {
                for _ in 0..<3_000 { #expect(try client.get(fields: fields).status == 200) }
            }
            // Some 36 MB of lines: the queue, which is 16 MiB, is full behind them.
            try load()
            let before = try ProcessUsage(of: process.identifier).residentBytes
            try load()
            try load()
            let grown = try ProcessUsage(of: process.identifier).residentBytes - before
            #expect(grown < 4 << 20, "\(grown) bytes")
        }
    }
}
