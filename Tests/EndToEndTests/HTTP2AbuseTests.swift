import Foundation
import Testing

extension EndToEnd {
    /// Clients that keep to HTTP/2 and do harm by it: each is stopped early, and costs little until then.
    @Suite("HTTP/2: abuse")
    struct HTTP2AbuseTests {
        /// A kind of abuse, and how it ends.
        struct Abuse: Sendable, CustomTestStringConvertible {
            /// As `http2_abuse.py` calls it.
            let testDescription: String
            /// Error codes that the GOAWAY may have; none for what costs so little that it may go on.
            let codes: [Int]
            /// The glitch that the log names, or other words of its line; of several one: which limit is met first
            /// depends on how much is read at once.
            let logged: [String]

            init(_ name: String, _ codes: [Int] = [11], logged: String...) {
                testDescription = name
                self.codes = codes
                self.logged = logged
            }
        }

        static let abuses = [
            Abuse("rapid reset", logged: "calm: reset "),
            Abuse("rapid reset of uploads", logged: "calm: reset "),
            Abuse("reset by a window of 0", [1], logged: "protocol error"),
            Abuse("reset by a window beyond its bound", [1, 11], logged: "provoked-reset "),
            Abuse("reset by DATA behind the end", [5], logged: "stream closed"),
            Abuse("reset by a length that is not kept", [1, 11], logged: "provoked-reset "),
            Abuse("refused heads", [1, 11], logged: "field-value-invalid"),
            Abuse("CONTINUATION without end", logged: "beyond all limits"),
            Abuse("empty CONTINUATION", logged: "beyond all limits", "continuation "),
            Abuse("few CONTINUATIONs on many streams", logged: "continuation "),
            Abuse("header bomb", logged: "beyond all limits"),
            Abuse("cookie crumbs", logged: "beyond all limits"),
            Abuse("SETTINGS", logged: "calm: settings "),
            Abuse("SETTINGS with values", logged: "enhance your calm"),
            Abuse("PING", logged: "ping "),
            Abuse("PRIORITY", logged: "priority "),
            Abuse("PRIORITY_UPDATE", [1, 11], logged: "priority "),
            Abuse("empty DATA", logged: "empty-frame "),
            Abuse("DATA of padding", logged: "empty-frame "),
            Abuse("frames of unknown types", logged: "unknown-frame "),
            Abuse("tiny windows", logged: "window "),
            Abuse("windows for nothing", logged: "window "),
            Abuse("large windows for nothing", logged: "window "),
            Abuse("windows of a stream that is over", logged: "window "),
            Abuse("acknowledgements of PINGs that nobody has sent", logged: "acknowledgement "),
            Abuse("acknowledgements of SETTINGS", [1], logged: "protocol error"),
            Abuse("PRIORITY of one stream", logged: "priority "),
            Abuse("empty DATA behind the end", [5], logged: "a stream that the client has ended"),
            Abuse("empty DATA behind a reset", logged: "stray-frame "),
            Abuse("empty DATA behind an early answer", logged: "stray-frame "),
            Abuse("DATA on a refused stream", logged: "stray-frame "),
            Abuse("trailers behind an early answer", logged: "stray-frame "),
            Abuse("answers that nobody reads", logged: "ping "),
        ]

        /// A Martlet for cleartext HTTP/2 before a member that answers as its paths say.
        private struct Stage {
            let member: RecordingMember
            let martlet: MartletProcess

            init(settings: [String] = []) throws {
                member = try RecordingMember { connection in
                    while let head = try connection.readHead() {
                        if head.target == "/hold" { return connection.waitForEnd() }
                        let count = Int(head.target.split(separator: "/").last ?? "") ?? 1
                        try connection.send(Answer.ok(String(repeating: "x", count: count)))
                    }
                }
                var text = EdgeText(member.endpoint, settings: settings)
                text.listeners = .prior
                martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            }

            /// Runs the script.
            func start(_ name: String) throws -> ChildProcess {
                try PythonScript.start("http2_abuse.py", ["--connect", "\(martlet.cleartext)", name])
            }
        }

        @Test("it ends soon and cheaply", .timeLimit(.minutes(1)), arguments: abuses)
        func flood(abuse: Abuse) throws {
            let stage = try Stage()
            let first = try stage.start("lively")
            #expect(try first.output.wait(for: "done") == "done")
            let requestsBefore = stage.member.requests.count
            let before = try stage.martlet.usage()
            let script = try stage.start(abuse.testDescription)
            let told = try script.output.wait(seconds: 50) { $0.first { !$0.isEmpty } }
            let after = try stage.martlet.usage()
            let endings = abuse.codes.isEmpty ? ["done"] : abuse.codes.map { "ended \($0) " }
            #expect(endings.contains { told.hasPrefix($0) }, "\(told); \(stage.martlet.log)")
            _ = try stage.martlet.process.errors.wait { lines in
                lines.first { line in abuse.logged.contains { line.contains($0) } }
            }
            // As much as the one bad connection is worth, however much it sends.
            #expect(after.cpuSeconds - before.cpuSeconds < 0.5)
            #expect(after.residentBytes - before.residentBytes < 8 << 20)
            #expect(stage.member.requests.count - requestsBefore <= 500)
            #expect(stage.martlet.log.components(separatedBy: "\n").count < 1100)
            let next = try stage.start("lively")
            #expect(try next.output.wait(for: "done") == "done")
        }

        @Test("answers that nobody takes hold no decoded head, and end in time", .timeLimit(.minutes(1)))
        func heldWindows() throws {
            let stage = try Stage(settings: ["timeouts: { body: 2s }", "limits: { exchange-memory: 640KiB }"])
            let before = try stage.martlet.usage().residentBytes
            let script = try stage.start("held windows")
            try script.output.wait(for: "held", seconds: 20)
            // A slab of 16 KiB for what was read of an answer, and its stream; the request's head has gone.
            #expect(try stage.martlet.usage().residentBytes - before < 128 * (16 + 8) << 10)
            try script.write("\n")
            try script.output.wait(for: "reset", seconds: 30)
        }

        @Test("requests that never end are answered 408", .timeLimit(.minutes(1)))
        func idleStreams() throws {
            let script = try Stage(settings: ["timeouts: { body: 1s }"]).start("idle streams")
            #expect(try script.output.wait(for: "statuses", seconds: 20) == "statuses {408}")
        }

        private static let pace = [
            "timeouts: { pace: 300ms }", "limits: { request-body-rate: 1MiB, answer-body-rate: 1MiB }",
        ]

        @Test("content and windows that come in drips: 408, and a reset", .timeLimit(.minutes(1)))
        func drips() throws {
            let stage = try Stage(settings: Self.pace)
            let content = try stage.start("dripping content")
            #expect(try content.output.wait(for: "status", seconds: 30) == "status 408")
            let windows = try stage.start("dripping windows")
            #expect(try windows.output.wait(for: "reset", seconds: 30) == "reset 8 True")
        }

        @Test("a header block that never ends, a connection that asks for nothing", .timeLimit(.minutes(1)))
        func idle() throws {
            let stage = try Stage(settings: ["timeouts: { head: 1s, keepalive: 1s }"])
            #expect(try stage.start("half a block").output.wait(for: "ended") == "ended 11")
            #expect(try stage.start("idle connection").output.wait(for: "ended") == "ended 0")
        }
    }
}
