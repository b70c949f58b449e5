import Foundation
import Testing

extension EndToEnd {
    /// What is told to who has started the process (sd_notify), and the sockets that it keeps.
    @Suite("Service manager")
    struct ServiceManagerTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        /// A configuration with a control socket at its place.
        private func text(_ text: EdgeText) -> String { ControlledMartlet.text(text) }

        private func reload() throws -> Finished {
            try MartletProcess.command(["reload", "--control", folder.path + "/control.sock"])
        }

        @Test(
            "ready when it can be connected to, reloading and ready again, stopping", .timeLimit(.minutes(1)),
            arguments: [true, false])
        func life(hasFile: Bool) throws {
            let name = hasFile ? folder.path + "/notify.sock" : "@" + folder.path
            let edge = text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let manager = try ServiceManager(at: name, configuration: edge, in: folder)
            let endpoint = try manager.start()
            #expect(try manager.told() == ["READY=1", "STATUS=generation 1 is served by every worker"])
            #expect(try RawClient(endpoint).get().text == "one")

            #expect(try reload().ending == .exited(0))
            let begun = try manager.told()
            #expect(begun.first == "RELOADING=1" && begun.count == 2)
            #expect(begun.last?.wholeMatch(of: /MONOTONIC_USEC=\d+/) != nil, "\(begun)")
            let status = "STATUS=generation 2 is served by every worker; last reload: nothing changed"
            #expect(try manager.told() == ["READY=1", status])

            try folder.write(edge + "nonsense: 1\n", to: "martlet.yaml")
            #expect(try reload().ending == .exited(78))
            #expect(try manager.told().first == "RELOADING=1")
            let refused = try manager.told()
            #expect(refused.first == "READY=1" && refused.count == 2)
            #expect(
                refused.last?.contains(
                    /^STATUS=generation 2 goes on; last reload rejected: .*martlet\.yaml:\d+:1: error: unknown key/)
                    == true, "\(refused)")

            #expect(try manager.ask("end", until: "told") != "")
            #expect(try manager.next("ended") == "0")
        }

        @Test("at the end it says how long it has, so that it is not killed before that", .timeLimit(.minutes(1)))
        func stopping() throws {
            var edge = EdgeText(try RecordingMember(answering: "one").endpoint)
            edge.settings = ["timeouts: { drain: 100s }"]
            let manager = try ServiceManager(
                at: folder.path + "/notify.sock", configuration: text(edge), in: folder)
            _ = try manager.start()
            #expect(try manager.told().first == "READY=1")
            let last = try manager.ask("end", until: "told").split(separator: "|").map(String.init)
            let status = "STATUS=ending: exchanges have 100 s to end"
            #expect(last == ["STOPPING=1", "EXTEND_TIMEOUT_USEC=108000000", status])
        }

        @Test("the watchdog is fed while each worker turns, and not while one stands still", .timeLimit(.minutes(1)))
        func watchdog() throws {
            let edge = text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let manager = try ServiceManager(
                at: folder.path + "/notify.sock", watchdogMicroseconds: 300_000, configuration: edge,
                ["--core-dumps"], in: folder)
            _ = try manager.start()
            #expect(try manager.told().first == "READY=1")
            for _ in 0..<3 { #expect(try manager.told() == ["WATCHDOG=1"]) }
            try manager.ask("hold worker-1", until: "held")
            // What was answered before that may still come.
            let standing = try #require(Int(try manager.ask("count 1.5", until: "counted")))
            #expect(standing <= 1)
            try manager.ask("release", until: "released")
            for _ in 0..<3 { #expect(try manager.told() == ["WATCHDOG=1"]) }
        }

        @Test("an upgrade names the process that is the service from then on", .timeLimit(.minutes(1)))
        func upgrade() throws {
            let edge = text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let manager = try ServiceManager(at: folder.path + "/notify.sock", configuration: edge, in: folder)
            _ = try manager.start()
            #expect(try manager.told().first == "READY=1")
            let control = folder.path + "/control.sock"
            let upgrade = try ControlledMartlet.json(["upgrade"], socket: control)
            let process = try #require(upgrade["process"] as? Int)
            defer { kill(pid_t(process), SIGKILL) }
            // The new one's and the old one's, which is no more heard behind that.
            let told = try Set([manager.told(), manager.told()].map { $0.prefix(2) })
            #expect(
                told == [
                    ["READY=1", "STATUS=generation 1 is served by every worker"], ["MAINPID=\(process)", "READY=1"],
                ])
            #expect(try manager.ask("count 0.5", until: "counted") == "0")
        }

        @Test("no watchdog where none is asked for", .timeLimit(.minutes(1)))
        func unwatched() throws {
            let edge = text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let manager = try ServiceManager(at: folder.path + "/notify.sock", configuration: edge, in: folder)
            _ = try manager.start()
            #expect(try manager.told().first == "READY=1")
            #expect(try manager.ask("count 0.5", until: "counted") == "0")
        }

        @Test("who connects between two processes waits for the second one", .timeLimit(.minutes(1)))
        func handOver() throws {
            let port = try FreePort.choose()
            let other = try FreePort.choose()
            let member = try RecordingMember(answering: "one").endpoint
            let edge = text(EdgeText(member)).replacing("127.0.0.1:0", with: "127.0.0.1:\(port)")
            let listeners = "listeners:\n  - address: \"127.0.0.1:\(other)\"\n"
            let both = edge.replacing("listeners:\n", with: listeners)
            let manager = try ServiceManager(
                at: folder.path + "/notify.sock", configuration: both, ["--hand-over"], in: folder)
            _ = try manager.start()
            try manager.ask("end", until: "ended")
            let waiting = try RawClient(.ipv4(port: port))
            try waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(waiting.staysSilent(seconds: 0.2))
            // What is no longer declared is let go of.
            try folder.write(edge, to: "martlet.yaml")
            _ = try manager.start()
            #expect(try waiting.response().text == "one")
            #expect(throws: HarnessError.self) { _ = try RawClient(.ipv4(port: other)) }
        }

        @Test("without --hand-over the addresses refuse connections at the end", .timeLimit(.minutes(1)))
        func kept() throws {
            let port = try FreePort.choose()
            let member = try RecordingMember(answering: "one").endpoint
            let edge = text(EdgeText(member)).replacing("127.0.0.1:0", with: "127.0.0.1:\(port)")
            let manager = try ServiceManager(at: folder.path + "/notify.sock", configuration: edge, in: folder)
            _ = try manager.start()
            try manager.ask("end", until: "ended")
            #expect(throws: HarnessError.self) { _ = try RawClient(.ipv4(port: port)) }
        }

        @Test("a manager that is not there is told of once, and serves nobody worse", .timeLimit(.minutes(1)))
        func nobody() throws {
            let edge = text(EdgeText(try RecordingMember(answering: "one").endpoint))
            let martlet = try MartletProcess.run(
                edge, in: folder, environment: ["NOTIFY_SOCKET": folder.path + "/nobody.sock"])
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            try martlet.reload()
            try martlet.terminate()
            let words = " warning the service manager does not hear what is told to it: sendto: No such file"
            #expect(martlet.log.components(separatedBy: words).count == 2, "\(martlet.log)")
        }
    }
}
