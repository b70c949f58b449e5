import Foundation
import Testing

extension EndToEnd {
    /// What the process gives up before it serves: its user, system calls, places for files. Only root can show it.
    @Suite("Privileges")
    struct PrivilegesTests {
        /// The user that every system has, and its group in Debian.
        private static let nobody = 65_534

        private let folder: TemporaryFolder
        private let member: RecordingMember

        init() throws {
            guard geteuid() == 0 else { throw HarnessError("nobody but root can become somebody else") }
            folder = try TemporaryFolder()
            member = try RecordingMember(answering: "one")
            try FileManager.default.setAttributes(
                [.ownerAccountID: Self.nobody, .posixPermissions: 0o755], ofItemAtPath: folder.path)
        }

        // MARK: - Helpers

        private func yaml(_ settings: String..., listeners: EdgeText.Listeners = .cleartext) -> String {
            ControlledMartlet.text(EdgeText(member.endpoint, listeners: listeners, settings: settings))
        }

        /// Writes a configuration that everybody may read.
        private func write(_ yaml: String) throws {
            let path = try folder.write(yaml, to: "martlet.yaml")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        }

        /// The values that a line of `/proc` has for the threads of a process.
        private func values(_ name: String, of process: Int) throws -> Set<String> {
            let tasks = "/proc/\(process)/task"
            let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
            return Set(
                try threads.map { thread in
                    let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
                    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
                    return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).joined(separator: " ")
                })
        }

        /// A port that root alone may bind, and nobody has.
        private func lowPort() throws -> Int {
            for port in (600..<1_000).shuffled() {
                guard let (descriptor, _) = try? SocketAddress.listen(at: .ipv4(port: port)) else { continue }
                close(descriptor)
                return port
            }
            throw HarnessError("no free port between 600 and 1000")
        }

        /// The binary where everybody may run it.
        private func publicBinary() throws -> String {
            let path = folder.path + "/martlet"
            try FileManager.default.copyItem(atPath: MartletProcess.binary(), toPath: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            return path
        }

        // MARK: - The user

        @Test(
            "root becomes the declared user on every thread, and binds low ports and opens its log as that one",
            .timeLimit(.minutes(1)))
        func becomes() throws {
            let user = "user: nobody:nogroup"
            let port = try lowPort()
            let log = "log: { access: { path: access.log } }"
            let control = try ControlledMartlet(yaml: yaml(user, log), in: folder)
            let martlet = control.martlet
            let process = Int(martlet.process.identifier)
            let four = Array(repeating: "\(Self.nobody)", count: 4).joined(separator: " ")
            #expect(try values("Uid", of: process) == [four])
            #expect(try values("Gid", of: process) == [four])
            #expect(try values("Groups", of: process) == ["\(Self.nobody)"])
            #expect(try values("NoNewPrivs", of: process) == ["1"])
            // CAP_NET_BIND_SERVICE is the eleventh.
            let rights = ["CapPrm", "CapEff", "CapAmb"]
            #expect(
                try rights.allSatisfy {
                    try values($0, of: process).isSubset(of: ["0000000000000000", "0000000000000400"])
                })
            let words =
                " info privileges: user nobody with ports below 1024; no new privileges; no cores; no system calls "
                + "denied (sandbox: false); files anywhere (sandbox: false)\n"
            #expect(martlet.log.contains(words), "\(martlet.log)")
            let told = try #require(try control.json("status")["privileges"] as? String)
            #expect(words == " info privileges: \(told)\n")
            #expect(!martlet.log.contains("this runs as root"))
            #expect(!martlet.log.contains(" warning user: "), "\(martlet.log)")

            try write(yaml(user, log).replacing("sites:", with: "  - address: \"127.0.0.1:\(port)\"\nsites:"))
            #expect(try martlet.reload() == 2)
            #expect(try RawClient(.ipv4(port: port)).get().text == "one")

            try FileManager.default.moveItem(
                atPath: folder.path + "/access.log", toPath: folder.path + "/access.log.1")
            martlet.process.signal(SIGUSR1)
            try martlet.process.errors.wait(for: "the access log was opened anew")
            #expect(try RawClient(martlet.cleartext).get().text == "one")
            #expect(try martlet.terminate() == .exited(0))
            let lines = try ["access.log", "access.log.1"].map { try folder.read($0).split(separator: "\n").count }
            #expect(lines.reduce(0, +) == 2)
            #expect(!FileManager.default.fileExists(atPath: control.socket))
        }

        @Test("whom the system does not know nothing is served as", .timeLimit(.minutes(1)))
        func unknown() throws {
            for (value, words) in [
                ("no-such-user", "error: user: there is no user \"no-such-user\" on this machine; make one with `"),
                ("nobody:no-such-group", "error: user: there is no group \"no-such-group\" on this machine; make one "),
            ] {
                let file = try folder.write(yaml("user: \(value)"), to: "martlet.yaml")
                let finished = try MartletProcess.command(["run", file])
                #expect(finished.ending == .exited(78))
                #expect(finished.errors.contains(words), "\(finished.errors)")
                let checked = try MartletProcess.command(["check", file])
                #expect(checked.ending == .exited(0))
                #expect(checked.errors.contains(words.replacing("error: ", with: "warning: ")), "\(checked.errors)")
            }
        }

        @Test("who is not root is served as himself, and as nobody else", .timeLimit(.minutes(1)))
        func notRoot() throws {
            let binary = try publicBinary()
            func run() throws -> ChildProcess {
                try ChildProcess(
                    Tool.setpriv.path(),
                    ["--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups", "--pdeathsig", "TERM"]
                        + [binary, "run", folder.path + "/martlet.yaml"],
                    folder: folder.path)
            }
            try write(yaml("user: root"))
            let refused = try run()
            #expect(try refused.waitForEnd() == .exited(78))
            let words = "error: user: this process is nobody's and cannot become root's ("
            #expect(refused.errors.text.contains(words), "\(refused.errors.text)")
            try write(yaml("user: nobody:nogroup"))
            let served = try run()
            try served.errors.wait(for: "listening on")
            #expect(served.errors.text.contains(" info privileges: user nobody; no new privileges; "))
        }

        @Test("what the user cannot read again is said, and the cure is one", .timeLimit(.minutes(1)))
        func unreadable() throws {
            let certificates = try Certificates.forShop(in: folder)
            let text = yaml("user: nobody:nogroup", listeners: .tls)
            let file = try folder.write(text, to: "martlet.yaml")
            try write(text)
            let words = "user: nobody cannot read \(certificates.path)/shop.pem, which reloads and upgrades read anew; "
            let control = try ControlledMartlet(yaml: text, in: folder)
            try control.martlet.process.errors.wait(for: " warning \(words)chgrp nogroup ")
            try write(text)
            let kept = try control.run("reload")
            #expect(kept.ending == .exited(65), "\(kept.text)")

            let checked = try MartletProcess.command(["check", file])
            let warning = try #require(checked.errors.split(separator: "\n").first { $0.contains(words) })
            let cure = try #require(warning.components(separatedBy: "anew; ").last)
            _ = try ChildProcess.run("/bin/sh", ["-c", cure]).succeeded()
            #expect(try !MartletProcess.command(["check", file]).errors.contains("cannot read"))
            #expect(try control.run("reload").ending == .exited(0))
        }

        @Test("a reload with another user is refused", .timeLimit(.minutes(1)))
        func changed() throws {
            let control = try ControlledMartlet(yaml: yaml("user: nobody:nogroup"), in: folder)
            try write(yaml("user: daemon"))
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78))
            #expect(
                refused.errors.contains(
                    "error: user: whose the process is changes with a restart only: expected nobody:nogroup as at the "
                        + "start, found daemon"), "\(refused.errors)")
        }

        @Test("another process takes the place of the unprivileged one", .timeLimit(.minutes(1)))
        func upgrade() throws {
            let text = yaml("user: nobody:nogroup", "sandbox: true")
            let martlet = try MartletProcess.run(text, in: folder, program: [publicBinary()])
            try write(text)
            let socket = folder.path + "/control.sock"
            var processes = [Int(martlet.process.identifier)]
            let filters = try values("Seccomp_filters", of: processes[0])
            #expect(filters.count == 1)
            defer { for process in processes.dropFirst() { kill(pid_t(process), SIGKILL) } }
            for _ in 0..<2 {
                _ = try MartletProcess.command(["upgrade", "--control", socket]).succeeded()
                let process = try #require(
                    try ControlledMartlet.json(["status"], socket: socket)["process"] as? Int)
                #expect(!processes.contains(process))
                processes.append(process)
                #expect(try values("Uid", of: process).allSatisfy { $0.hasPrefix("\(Self.nobody) ") })
                // Each would cost every call.
                #expect(try values("Seccomp_filters", of: process) == filters)
                #expect(try RawClient(martlet.cleartext).get().text == "one")
            }
        }

        // MARK: - The sandbox

        @Test(
            "a sandbox lets files be written where they are declared to be, and nowhere else", .timeLimit(.minutes(1)))
        func sandbox() throws {
            // Beside the control socket's folder, below which files may be written.
            let elsewhere = try TemporaryFolder()
            let (inside, outside) = (try folder.makeFolder("logs"), elsewhere.path)
            func yaml(_ log: String) -> String {
                self.yaml("user: root", "sandbox: true", "log: { access: { path: \(log) } }")
            }
            let control = try ControlledMartlet(yaml: yaml("logs/access.log"), in: folder)
            let martlet = control.martlet
            #expect(try values("Seccomp", of: Int(martlet.process.identifier)) == ["2"])
            let said = try #require(martlet.process.errors.lines.first { $0.contains(" info privileges: ") })
            #expect(said.contains(#/; \d+ system calls denied; files are written in /#), "\(said)")
            #expect(said.contains(inside) && !said.contains(outside), "\(said)")
            #expect(try RawClient(martlet.cleartext).get().text == "one")

            // Root may write anywhere: that it may not is Landlock's word.
            try FileManager.default.removeItem(atPath: inside + "/access.log")
            try FileManager.default.createSymbolicLink(
                atPath: inside + "/access.log", withDestinationPath: outside + "/stolen")
            martlet.process.signal(SIGUSR1)
            try martlet.process.errors.wait(for: "error log.access.path: \(inside)/access.log: open: Permission denied")
            #expect(!FileManager.default.fileExists(atPath: outside + "/stolen"))

            try write(yaml("\(outside)/access.log"))
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78))
            let words = "log.access.path: the sandbox that this process has had since its start lets files be written "
            #expect(refused.errors.contains(words), "\(refused.errors)")
            try write(yaml("logs/second.log"))
            #expect(try control.run("reload").ending == .exited(0))
            // Lines that gather at the moment go to the log of before.
            let client = try RawClient(martlet.cleartext)
            var asked = 0
            while try folder.read("logs/second.log").isEmpty, asked < 10_000 {
                #expect(try client.get().text == "one")
                asked += 1
            }
            #expect(asked < 10_000)
            #expect(try martlet.terminate() == .exited(0))
        }
    }
}
