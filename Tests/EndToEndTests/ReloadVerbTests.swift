import Foundation
import Testing

extension EndToEnd {
    /// `martlet reload`: what changed, name by name, and whether all of it was taken.
    @Suite("Reload verb")
    struct ReloadVerbTests {
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
        }

        /// An edge with a certificate of serial 1001 for two listeners, of which one speaks TLS.
        private func scene() throws -> (control: ControlledMartlet, text: EdgeText, certificates: Certificates) {
            let certificates = try Certificates(in: folder)
            for (place, serial) in [("a", 1001), ("b", 1002)] {
                try certificates.issue("shop", names: ["shop.example.com"], serial: serial, into: place)
            }
            try certificates.place("shop", from: "a")
            let text = try EdgeText(
                RecordingMember(answering: "one").endpoint, listeners: .both(path: folder.path + "/http.sock"))
            return (try ControlledMartlet(text, in: folder), text, certificates)
        }

        private func changes(_ receipt: [String: Any]) throws -> [[String: String]] {
            try #require(receipt["changes"] as? [[String: String]], "\(receipt)")
        }

        @Test("all taken: 0, each thing that changed, and what status and the log say", .timeLimit(.minutes(1)))
        func taken() throws {
            var (control, text, certificates) = try scene()
            let added = try RecordingMember(answering: "two").endpoint
            text.members.append(("node2", added))
            text.keys["node1"] = "load-factor: 2"
            text.listeners = .both(path: folder.path + "/other.sock")
            text.settings = ["timeouts: { head: 5s }"]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try certificates.place("shop", from: "b")
            let reload = try control.run("reload")
            #expect(reload.ending == .exited(0) && reload.errors.isEmpty, "\(reload.errors)")
            let summary =
                "3 keys changed, 1 member added, 1 member changed, 1 certificate rotated, 1 listener opened, "
                + "1 listener closed"
            #expect(reload.text.hasPrefix("generation 2 is served by every worker: \(summary)\n"), "\(reload.text)")
            for row in [
                /\n  WHAT +NAME +CHANGE +BEFORE +NOW +WHY\n/, /\n  key +timeouts.head +changed +10s +5s\n/,
                /\n  key +balancers.shop.members.node1.load-factor +changed +1 +2\n/,
                /\n  member +shop\/node2 +added +- +127.0.0.1:\d+\n/,
                /\n  certificate +\S+\/certs\/shop.pem +rotated +serial 0?3E9 +serial 0?3EA\n/,
                /\n  listener +unix:\S+\/other.sock +opened/, /\n  listener +unix:\S+\/http.sock +closed/,
            ] {
                #expect(reload.text.contains(row), "\(reload.text)")
            }
            #expect(try RawClient(.unix(path: folder.path + "/other.sock")).get().status == 200)
            let client = OpenSSLClient(to: control.martlet, authority: certificates.authority)
            #expect(try client.handshake(name: "shop.example.com").serial == 1002)
            try control.martlet.process.errors.wait(for: "reloaded: generation 2 is served by every worker: \(summary)")
            let status = try control.text("status")
            #expect(status.contains(/\nlast reload .* UTC: accepted as generation 2\n/), "\(status)")
            #expect(status.contains("\n  asked by control: \(summary)\n"), "\(status)")
            let last = try #require(try control.json("status")["last_reload"] as? [String: Any])
            #expect(try changes(last).count == 8)
        }

        @Test("twice without a change, once for scripts", .timeLimit(.minutes(1)))
        func unchanged() throws {
            let control = try ControlledMartlet(EdgeText(RecordingMember(answering: "one").endpoint), in: folder)
            let words = "is served by every worker: nothing changed\n"
            #expect(try control.text("reload") == "generation 2 \(words)")
            #expect(try control.text("reload") == "generation 3 \(words)")
            let receipt = try control.json("reload")
            #expect(receipt["outcome"] as? String == "accepted" && receipt["generation"] as? Int == 4)
            #expect(receipt["asked_by"] as? [String] == ["control"] && receipt["error"] == nil)
            #expect(receipt["summary"] as? String == "nothing changed")
            #expect(try changes(receipt) == [] && receipt["changes_left_out"] as? Int == 0)
            #expect(receipt["faults"] as? [String] == [] && receipt["warnings"] as? [String] == [])
            #expect(abs((receipt["time"] as? Int ?? 0) - Int(Date().timeIntervalSince1970)) < 60)
            try control.martlet.reload()
            let last = try #require(try control.json("status")["last_reload"] as? [String: Any])
            #expect(last["asked_by"] as? [String] == ["signal"] && last["generation"] as? Int == 5)
        }

        @Test("a broken certificate: 65, the old one goes on, the rest is taken", .timeLimit(.minutes(1)))
        func broken() throws {
            var (control, text, certificates) = try scene()
            text.settings = ["timeouts: { head: 5s }"]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try certificates.breakIdentity("shop")
            let kept = try control.run("reload")
            #expect(kept.ending == .exited(65) && kept.errors.isEmpty, "\(kept.errors)")
            #expect(
                kept.text.hasPrefix(
                    "generation 2 is served by every worker: 1 key changed, 1 certificate kept old\n"),
                "\(kept.text)")
            #expect(
                kept.text.contains(/\n  certificate +\S+\/shop.pem +kept old +- +serial 0?3E9 +[a-z]/),
                "\(kept.text)")
            let client = OpenSSLClient(to: control.martlet, authority: certificates.authority)
            #expect(try client.handshake(name: "shop.example.com").serial == 1001)
            #expect(
                try control.text("status").contains(/accepted as generation 2: \S+\/shop.pem: .*\n  asked by control/))
            let failing = /read again\n  WHAT .*\n  certificates +\S+\/certs\/? +\d+ s ago +\S+\/shop.pem:/
            #expect(try control.text("status").contains(failing))
            // A new one that cannot be used is not taken either.
            try certificates.place("shop", from: "b")
            try folder.write("nonsense", to: "certs/new.pem")
            let unusable = try control.run("reload", "--json")
            #expect(unusable.ending == .exited(65))
            #expect(
                try changes(JSONLines.object(unusable.text)).map { "\($0["name"] ?? "") \($0["event"] ?? "")" } == [
                    "\(folder.path)/certs/new.pem unusable", "\(folder.path)/certs/shop.pem rotated",
                ])
            try FileManager.default.removeItem(atPath: folder.path + "/certs/new.pem")
            #expect(try control.run("reload").ending == .exited(0))
            #expect(try client.handshake(name: "shop.example.com").serial == 1002)
            let sources = try #require(try control.json("status")["sources"] as? [[String: Any]])
            #expect(sources.map { $0["kind"] as? String } == ["configuration", "certificates"])
            #expect(sources.allSatisfy { $0["fault"] == nil && $0["age_seconds"] as? Int != nil }, "\(sources)")
        }

        @Test("a refused configuration: 78, what check says, and certificates all the same", .timeLimit(.minutes(1)))
        func refused() throws {
            let (control, text, certificates) = try scene()
            let good = ControlledMartlet.text(text)
            try control.martlet.writeConfiguration(good + "nonsense: 1\ntimeouts: { head: long }\n")
            try certificates.place("shop", from: "b")
            let refused = try control.run("reload")
            #expect(refused.ending == .exited(78))
            let checked = try MartletProcess.command(["check", control.martlet.configurationFile])
            // Certificates are for check alone to doubt.
            func errors(_ finished: Finished) -> [Substring] {
                finished.errors.split(separator: "\n").filter { $0.contains(/martlet\.yaml:\d+:\d+: error:/) }
            }
            #expect(errors(refused).count == 2 && errors(refused) == errors(checked), "\(refused.errors)")
            #expect(refused.text.hasPrefix("rejected: generation 1 goes on: 1 certificate rotated\n"))
            let client = OpenSSLClient(to: control.martlet, authority: certificates.authority)
            #expect(try client.handshake(name: "shop.example.com").serial == 1002)
            #expect(try control.json("status")["generation"] as? Int == 1)

            // What reading alone does not find is refused in the same way.
            try control.martlet.writeConfiguration(good.replacingOccurrences(of: "workers: 2", with: "workers: 1"))
            let again = try control.run("reload", "--json")
            #expect(again.ending == .exited(78))
            #expect(again.errors.hasPrefix("error: workers: the number of threads changes with a restart only"))
            let receipt = try JSONLines.object(again.text)
            #expect(receipt["outcome"] as? String == "rejected" && receipt["generation"] as? Int == 1)
            #expect((receipt["faults"] as? [String])?.count == 1 && receipt["summary"] as? String == "nothing changed")
        }

        @Test("nobody there: 69", .timeLimit(.minutes(1)))
        func nobody() throws {
            let nobody = try MartletProcess.command(["reload", "--control", folder.path + "/none.sock"])
            #expect(nobody.ending == .exited(69) && nobody.output.isEmpty)
            #expect(nobody.errors.contains("nobody serves the control socket"))
        }

        @Test("a process of before this verb: 76, and what to do instead", .timeLimit(.minutes(1)))
        func older() throws {
            let content = #"{"error":{"code":"no-such-path","words":"nothing is asked by this path","cure":"see"}}"#
            let member = try RecordingMember(at: .unix(path: folder.path + "/older.sock")) { connection in
                try connection.answerEach { _ in
                    "HTTP/1.1 404 Not Found\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)"
                }
            }
            let reload = try MartletProcess.command(["reload", "--control", "\(folder.path)/older.sock"])
            #expect(reload.ending == .exited(76) && reload.output.isEmpty, "\(reload.errors)")
            #expect(
                reload.errors.hasSuffix(
                    "/older.sock does not know this verb, as it is of an older version: send it SIGHUP, which does the "
                        + "same (kill -HUP PID); its log says what has become of that\n"), "\(reload.errors)")
            #expect(member.requests.map(\.startLine) == ["POST /reload HTTP/1.1"])
            let sessions = try MartletProcess.command(["sessions", "--control", "\(folder.path)/older.sock"])
            #expect(sessions.ending == .exited(76))
            #expect(sessions.errors.hasSuffix("of an older version: restart it with the program of this version\n"))
        }

        @Test("warnings of what is served: on standard error, as check words them", .timeLimit(.minutes(1)))
        func warnings() throws {
            let member = try RecordingMember(answering: "one").endpoint
            var text = EdgeText(member)
            let control = try ControlledMartlet(text, in: folder)
            text.members.append(("node2", member))
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            let reload = try control.run("reload")
            #expect(reload.ending == .exited(0) && reload.text.hasPrefix("generation 2 is served"), "\(reload.text)")
            let checked = try MartletProcess.command(["check", control.martlet.configurationFile])
            #expect(reload.errors == checked.errors && reload.errors.contains(": warning: "), "\(reload.errors)")
            let scripted = try control.run("reload", "--json")
            #expect(scripted.errors.isEmpty)
            #expect((try JSONLines.object(scripted.text)["warnings"] as? [String])?.count == 1)
        }

        // MARK: - Names

        private func asking(_ control: ControlledMartlet) throws -> ChildProcess {
            try ChildProcess(try MartletProcess.binary(), ["reload", "--json", "--control", control.socket])
        }

        @Test(
            "whoever asks while a reload goes on gets the receipt of one that began after that", .timeLimit(.minutes(1))
        )
        func together() throws {
            let names = ToldNames(folder: folder)
            let member = try RecordingMember(answering: "one")
            try names.tell("one.test 127.0.0.1")
            let control = try names.start([("one.test", member.endpoint.port)])
            try names.tell("one.test silence")
            let before = control.martlet.process.errors.bytes.count
            control.martlet.process.signal(SIGHUP)
            try control.martlet.process.errors.wait(for: "asked for one.test", after: before)
            let askers = try (0..<2).map { _ in try asking(control) }
            #expect(try control.json("status")["generation"] as? Int == 1)
            try names.tell("one.test 127.0.0.1 127.0.0.2")
            try names.endSilence()
            for asker in askers {
                #expect(try asker.waitForEnd() == .exited(0), "\(asker.errors.text)")
                let receipt = try JSONLines.object(asker.output.text)
                #expect((3...4).contains(receipt["generation"] as? Int ?? 0), "\(receipt)")
                #expect(receipt["asked_by"] as? [String] == ["control"])
            }
        }

        @Test("a name that has no address any more: 65; one that never had any: 0", .timeLimit(.minutes(1)))
        func names() throws {
            let names = ToldNames(folder: folder)
            let member = try RecordingMember(answering: "one")
            try names.tell("one.test 127.0.0.1", "two.test 127.0.0.1")
            let control = try names.start([("one.test", member.endpoint.port), ("two.test", member.endpoint.port)])
            try names.tell("one.test 127.0.0.1 127.0.0.2")
            let kept = try control.run("reload", "--json")
            #expect(kept.ending == .exited(65))
            #expect(
                try changes(JSONLines.object(kept.text)) == [
                    [
                        "kind": "name", "name": "two.test", "event": "kept", "after": "127.0.0.1",
                        "reason": "Name or service not known",
                    ],
                    [
                        "kind": "member", "name": "shop/node1", "event": "resolved",
                        "before": "127.0.0.1:\(member.endpoint.port)",
                        "after": "127.0.0.1:\(member.endpoint.port), 127.0.0.2:\(member.endpoint.port)",
                    ],
                ])
            let text = try folder.read("martlet.yaml")
            try control.martlet.writeConfiguration(text.replacingOccurrences(of: "two.test", with: "three.test"))
            let dead = try control.run("reload")
            #expect(dead.ending == .exited(0))
            #expect(dead.text.contains(/\n  name +three.test +without an address +- +- +Name or service not known\n/))
            #expect(dead.text.contains(/\n  member +shop\/node2 +changed +127.0.0.1:\d+ +-\n/), "\(dead.text)")
            #expect(
                dead.errors.hasPrefix("warning: balancers.shop.members.node2: three.test has no address (Name or "),
                "\(dead.errors)")
        }

        @Test("what is not over in time: 75, and it goes on", .timeLimit(.minutes(1)))
        func late() throws {
            let names = ToldNames(folder: folder)
            let member = try RecordingMember(answering: "one")
            try names.tell("one.test 127.0.0.1")
            let control = try names.start([("one.test", member.endpoint.port)])
            try names.tell("one.test silence")
            let before = control.martlet.process.errors.bytes.count
            let late = try control.run("reload", "--timeout", "1")
            try control.martlet.process.errors.wait(for: "asked for one.test", after: before)
            #expect(late.ending == .exited(75) && late.text.isEmpty)
            #expect(late.errors.contains("has not answered within 1 s: files or names are still being read, or some"))
            #expect(late.errors.hasSuffix("`martlet status` shows what has become of it\n"))
            try names.tell("one.test 127.0.0.1")
            try names.endSilence()
            try control.martlet.process.errors.wait(for: "reloaded: generation 2 is served by every worker")
            #expect(try control.text("status").contains("\n  asked by control: nothing changed\n"))
            #expect(try control.run("reload", "--timeout", "0").ending == .exited(64))
        }

        @Test(
            "SIGTERM while a resolver is silent: the process ends, and so does whoever waits", .timeLimit(.minutes(1)))
        func ending() throws {
            let names = ToldNames(folder: folder)
            let member = try RecordingMember(answering: "one")
            try names.tell("one.test 127.0.0.1")
            let control = try names.start([("one.test", member.endpoint.port)])
            try names.tell("one.test silence")
            let before = control.martlet.process.errors.bytes.count
            let asker = try asking(control)
            try control.martlet.process.errors.wait(for: "asked for one.test", after: before)
            #expect(try control.martlet.terminate(seconds: 5) == .exited(0))
            #expect(try asker.waitForEnd() == .exited(69), "\(asker.errors.text)")
        }
    }
}
