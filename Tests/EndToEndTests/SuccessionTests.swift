import Foundation
import Testing

extension EndToEnd {
    /// A new process takes the place of the running one (`martlet upgrade`, SIGUSR2).
    @Suite("Succession")
    struct SuccessionTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        /// Martlets at one control socket, one after the other; the last one, which no test has started, ends with
        /// this.
        private final class Line {
            let control: ControlledMartlet

            init(_ text: EdgeText, in folder: TemporaryFolder) throws {
                control = try ControlledMartlet(text, in: folder)
            }

            deinit {
                guard let process = try? process() else { return }
                kill(pid_t(process), SIGKILL)
            }

            /// The number of the process that serves the control socket.
            func process() throws -> Int { try #require(try control.json("status")["process"] as? Int) }

            /// Lets a new process take the place of the one that serves.
            func upgrade() throws {
                let before = try process()
                let said = try control.text("upgrade")
                #expect(try process() != before)
                #expect(said.contains(/^process \d+ serves, martlet \S+; the one before lets what is under way end\n$/))
            }
        }

        @Test("twenty under load: nothing fails, tickets resume", .timeLimit(.minutes(5)))
        func underLoad() throws {
            let certificates = try Certificates.forShop(in: folder)
            let nginx = try Nginx.atPort(files: ["index.html": [UInt8](repeating: 0x61, count: 1024)])
            let line = try Line(EdgeText(nginx.endpoint, listeners: .tls), in: folder)
            let load = try PythonScript.start(
                "load.py",
                ["--connect", "\(line.control.martlet.tls)", "--ca", certificates.authority, "--length", "1024"]
                    + ["--keep-alive", "4", "--fresh", "2"])
            try load.output.wait(for: "started")
            for _ in 0..<20 { try line.upgrade() }
            try load.write("stop\n")
            _ = try load.waitForEnd(seconds: 60)
            let last = try JSONLines.object(load.output.lines.last ?? "")
            #expect((last["failures"] as? [Any])?.count == 0, "\(last)")
            #expect(last["notResumed"] as? Int == 0, "\(last)")
            #expect(try #require(last["requests"] as? Int) > 20)
        }

        @Test("what is under way goes on in the old process, which ends behind it", .timeLimit(.minutes(1)))
        func underWay() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { Answer.ok("\($0.content.count)") }
            }
            let line = try Line(EdgeText(member.endpoint), in: folder)
            let martlet = line.control.martlet
            let upload = try RawClient(martlet.cleartext)
            try upload.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
            #expect(member.wait { $0.count == 1 })
            try line.upgrade()
            #expect(try RawClient(martlet.cleartext).get().text == "0")
            // As the end of a whole service would: what is under way keeps its time.
            martlet.process.signal(SIGTERM)
            try martlet.process.errors.wait(for: "ending already, as another process serves")
            try upload.send("67890")
            #expect(try upload.response().text == "10")
            try martlet.process.errors.wait(for: " ended")
            #expect(upload.ends())
            #expect(try RawClient(martlet.cleartext).get().text == "0")
        }

        @Test("what was learned, counted and told goes on; UNIX-domain sockets too", .timeLimit(.minutes(1)))
        func legacy() throws {
            let members = try (1...3).map { try SessionMember.start("node\($0)") }
            let text = EdgeText(
                before: members.map(\.endpoint), listeners: .both(path: folder.path + "/http.sock"),
                affinity: "{ mode: learn, cookie: SID }", settings: ["metrics: 127.0.0.1:0"])
            _ = try Certificates.forShop(in: folder)
            let line = try Line(text, in: folder)
            let endpoint = Endpoint.unix(path: folder.path + "/http.sock")
            let client = try RawClient(endpoint)
            let cookies = try (0..<9).map { _ in SessionMember.cookie(of: try client.get("/login")) }
            let owners = try cookies.map { try client.get(fields: $0).text }
            #expect(try line.control.run("drain", "shop/node2").ending == .exited(0))
            let elected = try #require(try line.control.member("node1")["elected"] as? Int)
            #expect(elected > 0)
            for _ in 0..<2 {
                try line.upgrade()
                #expect(try line.control.member("node2")["state"] as? String == "draining")
                #expect(try #require(try line.control.member("node1")["elected"] as? Int) >= elected)
                let client = try RawClient(endpoint)
                #expect(try cookies.map { try client.get(fields: $0).text } == owners)
            }
        }

        @Test("a new process that cannot serve is told of, and the old one goes on", .timeLimit(.minutes(1)))
        func refused() throws {
            let text = EdgeText(try RecordingMember(answering: "one").endpoint)
            let line = try Line(text, in: folder)
            let martlet = line.control.martlet
            let before = try line.process()
            let good = ControlledMartlet.text(text)
            try martlet.writeConfiguration(good + "nonsense: 1\n")
            let refused = try line.control.run("upgrade")
            #expect(refused.ending == .exited(78))
            let words = #/error: process \d+ does not take the place of the running one, which goes on: /#
            #expect(refused.errors.contains(words), "\(refused.errors)")
            #expect(refused.errors.contains(/it has ended with status 78: .*martlet\.yaml:/), "\(refused.errors)")
            try martlet.process.errors.wait(for: "does not take the place of this one, which goes on")
            #expect(try line.process() == before)
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            let status = try line.control.text("status")
            #expect(status.contains(/\nupgrade .*: process \d+ does not serve, this one goes on/), "\(status)")

            try martlet.writeConfiguration(good)
            try line.upgrade()
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            #expect(try line.control.json("status")["upgrade"] == nil)
        }

        @Test("by SIGUSR2; a socket that is declared no more is closed", .timeLimit(.minutes(1)))
        func signal() throws {
            let port = try FreePort.choose()
            let member = try RecordingMember(answering: "one").endpoint
            let text = EdgeText(member)
            let line = try Line(text, in: folder)
            let one = ControlledMartlet.text(text)
            let two = one.replacing("listeners:\n", with: "listeners:\n  - address: \"127.0.0.1:\(port)\"\n")
            try line.control.martlet.writeConfiguration(two)
            #expect(try line.control.run("reload").ending == .exited(0))
            #expect(try RawClient(.ipv4(port: port)).get().text == "one")
            try line.control.martlet.writeConfiguration(one)
            let errors = line.control.martlet.process.errors
            line.control.martlet.process.signal(SIGUSR2)
            try errors.wait(for: "serves in place of this one")
            try errors.wait(for: " ended")
            #expect(throws: HarnessError.self) { _ = try RawClient(.ipv4(port: port)) }
            #expect(try RawClient(line.control.martlet.cleartext).get().text == "one")
        }

        /// Martlet by a program of its own, in whose place another one can be put.
        private func movable(_ text: EdgeText) throws -> (martlet: MartletProcess, replace: (String) throws -> Void) {
            let program = folder.path + "/program"
            try FileManager.default.copyItem(atPath: MartletProcess.binary(), toPath: program)
            let martlet = try MartletProcess.run(ControlledMartlet.text(text), in: folder, program: [program])
            return (
                martlet,
                { script in
                    try folder.write("#!/bin/sh\n" + script, to: "program")
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
                }
            )
        }

        @Test(
            "a program that ends before it has read anything, and one that goes on without a channel",
            .timeLimit(.minutes(1)),
            arguments: [
                ("exit 3\n", "it has ended with status 3"), ("kill -SEGV $$\n", "it was ended by signal 11"),
                ("exec 3>&-\nexec sleep 1000\n", "it was ended by signal 9"),
            ])
        func broken(script: String, words: String) throws {
            let (martlet, replace) = try movable(EdgeText(try RecordingMember(answering: "one").endpoint))
            try replace(script)
            let refused = try MartletProcess.command(["upgrade", "--control", folder.path + "/control.sock"])
            #expect(refused.ending == .exited(78))
            #expect(refused.errors.contains("which goes on: \(words)"), "\(refused.errors)")
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            try martlet.terminate()
        }

        @Test("a program that cannot be started is told of, and the old one goes on", .timeLimit(.minutes(1)))
        func unstartable() throws {
            let (martlet, replace) = try movable(EdgeText(try RecordingMember(answering: "one").endpoint))
            try replace("")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path + "/program")
            let refused = try MartletProcess.command(["upgrade", "--control", folder.path + "/control.sock"])
            #expect(refused.ending == .exited(78))
            #expect(refused.errors.contains(#/error: \S+/program cannot be started: .*; put a program there/#))
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            try martlet.terminate()
        }

        @Test(
            "what is said to the old process while the new one starts is heard by that: a drain, a reload",
            .timeLimit(.minutes(1)))
        func meanwhile() throws {
            let members = try ["one", "two"].map { try RecordingMember(answering: $0).endpoint }
            let (martlet, replace) = try movable(EdgeText(before: members))
            let socket = folder.path + "/control.sock"
            let gate = try Fifo("gate", in: folder)
            try replace("read line < '\(gate.path)'\nexec '\(MartletProcess.binary())' \"$@\"\n")
            martlet.process.signal(SIGUSR2)
            let errors = martlet.process.errors
            try errors.wait(for: "was started in place of this one")
            #expect(try MartletProcess.command(["upgrade", "--control", socket]).errors.contains("does not serve yet"))
            #expect(try MartletProcess.command(["drain", "shop/node1", "--control", socket]).ending == .exited(0))
            #expect(try MartletProcess.command(["reload", "--control", socket]).ending == .exited(0))
            try errors.wait(for: "reloaded: generation 2 is served")
            let before = errors.bytes.count
            try gate.write("go")
            try errors.wait(for: "serves in place of this one")
            try errors.wait(for: "reloaded: generation 2 is served", after: before)
            let status = try ControlledMartlet.json(["status"], socket: socket)
            let process = try #require(status["process"] as? Int)
            defer { kill(pid_t(process), SIGKILL) }
            #expect(status["generation"] as? Int == 2)
            #expect(try Set((0..<4).map { _ in try RawClient(martlet.cleartext).get().text }) == ["two"])
        }

        @Test("who keeps a connection to metrics is let go, and asks the new process", .timeLimit(.minutes(1)))
        func metrics() throws {
            let text = EdgeText(try RecordingMember(answering: "one").endpoint, settings: ["metrics: 127.0.0.1:0"])
            let line = try Line(text, in: folder)
            let metrics = try MeteredMartlet.metrics(of: line.control.martlet)
            let kept = try RawClient(metrics)
            #expect(try kept.get("/readyz").text == "ready\n")
            try line.upgrade()
            #expect(kept.ends())
            #expect(try RawClient(metrics).get("/readyz").text == "ready\n")
        }

        @Test("metrics that are declared elsewhere by now: the old process ends well", .timeLimit(.minutes(1)))
        func movedMetrics() throws {
            let member = try RecordingMember(answering: "one").endpoint
            let line = try Line(EdgeText(member, settings: ["metrics: 127.0.0.1:0"]), in: folder)
            let moved = ControlledMartlet.text(EdgeText(member, settings: ["metrics: 127.0.0.2:0"]))
            try line.control.martlet.writeConfiguration(moved)
            let errors = line.control.martlet.process.errors
            try line.upgrade()
            try errors.wait(for: " info ended")
            #expect(!errors.lines.contains { $0.contains("crashed") })
            #expect(try RawClient(line.control.martlet.cleartext).get().text == "one")
        }

        @Test("hundreds of sockets, and a control socket whose file is gone", .timeLimit(.minutes(1)))
        func many() throws {
            let text = EdgeText(try RecordingMember(answering: "one").endpoint)
            let line = try Line(text, in: folder)
            let more = String(repeating: "  - address: \"127.0.0.1:0\"\n", count: 400)
            let many = ControlledMartlet.text(text).replacing("listeners:\n", with: "listeners:\n" + more)
            try line.control.martlet.writeConfiguration(many)
            #expect(try line.control.run("reload").ending == .exited(0))
            try line.upgrade()
            let before = try line.process()
            try FileManager.default.removeItem(atPath: line.control.socket)
            let errors = line.control.martlet.process.errors
            let told = errors.bytes.count
            kill(pid_t(before), SIGUSR2)
            try errors.wait(for: " serves in place of this one", after: told)
            #expect(try line.process() != before)
            #expect(try RawClient(line.control.martlet.cleartext).get().text == "one")
        }
    }
}
