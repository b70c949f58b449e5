import Foundation
import Testing

extension EndToEnd {
    /// A rejected configuration holds nothing else back, names may be dead, and signals are heard meanwhile.
    @Suite("Reloads")
    struct ReloadTests {
        private let folder: TemporaryFolder
        private let names: ToldNames

        init() throws {
            folder = try TemporaryFolder()
            names = ToldNames(folder: folder)
        }

        /// What is said when what the served configuration stands on was read, but the configuration was not taken.
        private static let readAnew = "that were read anew"

        private func reject(_ control: ControlledMartlet, by yaml: String, because words: String) throws {
            let before = control.martlet.process.errors.bytes.count
            try control.martlet.writeConfiguration(yaml)
            control.martlet.process.signal(SIGHUP)
            try control.martlet.process.errors.wait(for: words, after: before)
            try control.martlet.process.errors.wait(for: "reload rejected", after: before)
            try control.martlet.process.errors.wait(for: Self.readAnew, after: before)
        }

        private func lastReload(_ control: ControlledMartlet) throws -> [String: Any] {
            try #require(try control.json("status")["last_reload"] as? [String: Any])
        }

        @Test(
            "a rejected configuration holds back neither certificates nor the log, and status says when and why",
            .timeLimit(.minutes(1)))
        func rejected() throws {
            let certificates = try Certificates(in: folder)
            for (place, serial) in [("a", 1001), ("b", 1002), ("c", 1003)] {
                try certificates.issue("shop", names: ["shop.example.com"], serial: serial, into: place)
            }
            try certificates.place("shop", from: "a")
            var text = EdgeText(
                try RecordingMember(answering: "x").endpoint, listeners: .both(path: folder.path + "/http.sock"))
            text.settings = ["log: { access: { path: access.log } }"]
            let good = ControlledMartlet.text(text)
            let control = try ControlledMartlet(yaml: good, in: folder)
            #expect(try control.json("status")["last_reload"] == nil)
            let tls = OpenSSLClient(to: control.martlet, authority: certificates.authority)
            let client = try RawClient(.unix(path: folder.path + "/http.sock"))
            #expect(try client.get("/first").status == 200)

            try certificates.place("shop", from: "b")
            try FileManager.default.moveItem(atPath: folder.path + "/access.log", toPath: folder.path + "/old.log")
            try reject(control, by: good + "nonsense: 1\n", because: "martlet.yaml:")
            #expect(try tls.handshake(name: "shop.example.com").serial == 1002)
            let said = try lastReload(control)
            #expect(said["outcome"] as? String == "rejected" && said["generation"] as? Int == 1)
            #expect((said["error"] as? String)?.contains(/martlet\.yaml:\d+:\d+: error: unknown/) == true, "\(said)")
            #expect(abs((said["time"] as? Int ?? 0) - Int(Date().timeIntervalSince1970)) < 60)
            #expect(try control.json("status")["generation"] as? Int == 1)
            #expect(
                try control.text("status").contains(
                    /\nlast reload .* UTC: rejected, generation 1 goes on: .*martlet.yaml:\d+:\d+: error: unknown/))

            // What changes with a restart only rejects as well, and says how to go on.
            try certificates.place("shop", from: "c")
            try reject(
                control, by: good.replacingOccurrences(of: "workers: 2", with: "workers: 1"),
                because:
                    "workers: the number of threads changes with a restart only: expected 2 as at the start, found 1")
            #expect(try tls.handshake(name: "shop.example.com").serial == 1003)
            #expect((try lastReload(control)["error"] as? String)?.contains("write 2 again, or restart") == true)

            try control.martlet.writeConfiguration(good)
            #expect(try control.martlet.reload() == 2)
            let accepted = try lastReload(control)
            #expect(accepted["outcome"] as? String == "accepted" && accepted["generation"] as? Int == 2)
            #expect(accepted["error"] == nil)
            #expect(try client.get("/second").status == 200)
            #expect(try control.martlet.terminate() == .exited(0))
            #expect(try folder.read("old.log").contains("/first"))
            #expect(try folder.read("access.log").contains("/second"))
            #expect(try !folder.read("access.log").contains("/first"))
        }

        @Test("keys of sealed routes change under a rejected configuration", .timeLimit(.minutes(1)))
        func keys() throws {
            let application = try SessionApplication("node1")
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            var text = EdgeText(affinity: "{ mode: sealed, cookie: JSESSIONID, key-file: affinity.keys }")
            text.members = [("node1", application.member.endpoint)]
            text.workers = 1
            let good = ControlledMartlet.text(text)
            let control = try ControlledMartlet(yaml: good, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            let old = try #require(try client.get("/login?abc.node1").cookie()?.value)
            let cookie = "Cookie: JSESSIONID=\(old)\r\n"
            #expect(try client.get(fields: cookie).cookie() == nil)
            try SealedAffinityTests.write(SealedAffinityTests.keys[1], in: folder)
            try reject(control, by: good + "nonsense: 1\n", because: "nonsense")
            #expect(try client.get(fields: cookie).cookie() != nil, "the old key opens nothing any more")
            // A file that is wrong leaves the keys as they are, whatever else there is.
            let new = try #require(try client.get("/login?abd.node1").cookie()?.value)
            try SealedAffinityTests.write("1 2\n", in: folder)
            try reject(control, by: good, because: "key-file")
            #expect(try client.get(fields: "Cookie: JSESSIONID=\(new)\r\n").cookie() == nil)
        }

        // MARK: - Names

        @Test(
            "a name without an address: the others are served, and it too once it has one, without a signal",
            .timeLimit(.minutes(1)))
        func deadName() throws {
            let members = try ["one", "two"].map { try RecordingMember(answering: $0) }
            try names.tell("one.test 127.0.0.1")
            let control = try names.start([
                ("one.test", members[0].endpoint.port), ("two.test", members[1].endpoint.port),
            ])
            let errors = control.martlet.process.errors
            #expect(control.martlet.log.contains("balancers.shop.members.node2: two.test has no address (Name or"))
            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<4 { #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").text == "one") }
            let member = try control.member("node2")
            #expect(member["state"] as? String == "in-error" && member["addresses"] as? [String] == [])
            #expect(member["error_milliseconds"] == nil)
            #expect(try control.text("status").contains(/node2 +in error: its name has no address/))
            // Nobody else to turn to: it is not tried, and nothing falls over.
            members[0].stop()
            #expect(try client.get().status == 503)
            #expect(try client.get().status == 503)

            try names.tell("one.test 127.0.0.1", "two.test 127.0.0.1")
            try errors.wait(for: "two.test has an address now: 127.0.0.1")
            #expect(try RawClient(control.martlet.cleartext).get().text == "two")
            #expect(try control.json("status")["generation"] as? Int == 1)
            #expect(try control.member("node2")["state"] as? String == "usable")

            // Later it has none any more: what it had is kept.
            try names.tell("one.test 127.0.0.1")
            let before = errors.bytes.count
            #expect(try control.martlet.reload() == 2)
            try errors.wait(for: "two.test has no address (Name or service not known): it is served at", after: before)
            #expect(try RawClient(control.martlet.cleartext).get().text == "two")
        }

        @Test("the order of a name's addresses is no change: connections and errors stay", .timeLimit(.minutes(1)))
        func order() throws {
            let member = try RecordingMember(answering: "one")
            let dead = try RefusingAddress().endpoint.port
            try names.tell("one.test 127.0.0.1 127.0.0.2", "two.test 127.0.0.1 127.0.0.2")
            let control = try names.start([("one.test", member.endpoint.port), ("two.test", dead)])
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").text == "one")
            #expect(try control.member("node2")["state"] as? String == "in-error")
            try names.tell("one.test 127.0.0.2 127.0.0.1", "two.test 127.0.0.2 127.0.0.1")
            try control.martlet.reload()
            #expect(try client.get().text == "one")
            #expect(member.connections.count == 1)
            #expect(try control.member("node2")["state"] as? String == "in-error")
            try names.tell("one.test 127.0.0.1", "two.test 127.0.0.1")
            try control.martlet.reload()
            #expect(try control.member("node2")["state"] as? String == "usable", "other addresses may be well")
        }

        @Test(
            "an address that this machine cannot connect to is no fault of the member's, one that refuses is",
            .timeLimit(.minutes(1)))
        func unavailable() throws {
            let well = try RecordingMember(answering: "well")
            let dead = try RefusingAddress().endpoint.port
            try names.tell("one.test 127.0.0.3 127.0.0.1", "two.test 127.0.0.1")
            let control = try names.start([("one.test", dead), ("two.test", well.endpoint.port)])
            let client = try RawClient(control.martlet.cleartext)
            let session = "Cookie: MARTLET_shop=node1\r\n"
            // The second address is begun with and refuses later.
            #expect(try client.get(fields: session).text == "well")
            #expect(try control.member("node1")["state"] as? String == "in-error")
            try names.tell("one.test 127.0.0.3", "two.test 127.0.0.1")
            try control.martlet.reload()
            #expect(try control.member("node1")["state"] as? String == "usable")
            #expect(try client.get(fields: session).text == "well")
            try control.martlet.process.errors.wait(for: "member node1 of shop is passed over: ")
            #expect(try control.member("node1")["state"] as? String == "usable")
        }

        @Test("a resolver that is silent: signals are heard, and become one more reload", .timeLimit(.minutes(1)))
        func silence() throws {
            let member = try RecordingMember(answering: "one")
            try names.tell("one.test 127.0.0.1")
            let control = try names.start([("one.test", member.endpoint.port)])
            let errors = control.martlet.process.errors
            try names.tell("one.test silence")
            let before = errors.bytes.count
            control.martlet.process.signal(SIGHUP)
            try errors.wait(for: "asked for one.test", after: before)
            for _ in 0..<5 { control.martlet.process.signal(SIGHUP) }
            #expect(try RawClient(control.martlet.cleartext).get().text == "one")
            try names.tell("one.test 127.0.0.1")
            try names.endSilence()
            try errors.wait(for: "reloaded: generation 3", after: before)
            #expect(try control.json("status")["generation"] as? Int == 3)

            try names.tell("one.test silence")
            let last = errors.bytes.count
            control.martlet.process.signal(SIGHUP)
            try errors.wait(for: "asked for one.test", after: last)
            #expect(try control.martlet.terminate() == .exited(0))
            #expect(!errors.text.contains("generation 4"))
            #expect(!errors.text.contains("does not answer within"))
        }

        @Test("a signal ends the wait for names at the start", .timeLimit(.minutes(1)))
        func signalAtStart() throws {
            let text = EdgeText(.ipv4(port: 8081)).text
            let file = try folder.write(
                text.replacingOccurrences(of: "127.0.0.1:8081", with: "slow.test:8081"), to: "martlet.yaml")
            try names.tell("slow.test silence")
            let process = try ChildProcess(
                try MartletProcess.binary(), ["run", file], environment: try names.environment())
            try process.errors.wait(for: "asked for slow.test")
            process.signal(SIGTERM)
            #expect(try process.waitForEnd(seconds: 5) == .exited(128 + SIGTERM))
        }

        @Test("check and the start say the same of a name without an address", .timeLimit(.minutes(1)))
        func check() throws {
            var text = EdgeText(.ipv4(port: 8081))
            text.settings = []
            let file = try folder.write(
                text.text.replacingOccurrences(of: "127.0.0.1:8081", with: "dead.test:8081"), to: "martlet.yaml")
            let checked = try ChildProcess.run(
                try MartletProcess.binary(), ["check", file], environment: try names.environment())
            #expect(checked.ending == .exited(0))
            #expect(
                checked.errors.contains(
                    #/yaml:\d+:\d+: warning: balancers\.shop\.members\.node1: dead\.test has no address \(Name/#),
                "\(checked.errors)")
        }
    }
}
