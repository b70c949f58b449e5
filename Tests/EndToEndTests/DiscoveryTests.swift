import Foundation
import Testing

extension EndToEnd {
    /// Members that a name server tells of, whose records change under load.
    @Suite("Members by name")
    struct DiscoveryTests {
        /// Members at 127.0.0.NUMBER, all at one port, that answer with their numbers.
        private struct Farm {
            let port: Int
            let members: [Int: RecordingMember]

            init(_ numbers: [Int]) throws {
                let port = try FreePort.choose()
                self.port = port
                let started = try numbers.map { number in
                    (number, try RecordingMember(at: .loopback(number, port: port), answering: "\(number)"))
                }
                members = Dictionary(uniqueKeysWithValues: started)
            }
        }

        private func configuration(_ member: String, _ server: NameServer, hold: String = "1s") -> String {
            var text = EdgeText(
                affinity: "insert",
                settings: ["dns: { \(server.declaration), ttl-min: 100ms, ttl-max: 1s, hold: \(hold) }"])
            text.members = [("app", .ipv4(port: 1))]
            return ControlledMartlet.text(text).replacingOccurrences(
                of: "app: \"http://127.0.0.1:1\"", with: "app: { \(member) }")
        }

        private func start(_ farm: Farm, _ server: NameServer, hold: String = "1s") throws -> ControlledMartlet {
            let member = "url: \"http://app.test:\(farm.port)\", addresses: all"
            return try ControlledMartlet(
                yaml: configuration(member, server, hold: hold), in: TemporaryFolder())
        }

        private func source(_ control: ControlledMartlet, _ kind: String) throws -> [String: Any] {
            let sources = try control.json("status")["sources"] as? [[String: Any]] ?? []
            return try #require(sources.first { $0["kind"] as? String == kind })
        }

        @Test(
            "members come and go under load: no request fails, sessions of those that stay do too",
            .timeLimit(.minutes(2)))
        func changes() throws {
            let farm = try Farm([11, 12, 13])
            let server = try NameServer(["app.test": [11, 12]])
            let control = try start(farm, server)
            let log = control.martlet.process.errors
            let load = SessionLoad(8, to: control.martlet.cleartext)
            try load.waitForMore(20)
            let first = load.owners
            #expect(Set(first) == ["11", "12"])
            #expect(try control.member("app-127-0-0-11")["addresses"] as? [String] == ["127.0.0.11:\(farm.port)"])

            try server.tell(["app.test": [13, 12, 11]])
            try log.wait(for: "members by name: 1 member added (member shop/app-127-0-0-13 added: 127.0.0.13:")
            try load.waitForMore(20)
            #expect(load.owners == first)
            for _ in 0..<6 { #expect(try RawClient(control.martlet.cleartext).get().status == 200) }
            #expect(farm.members[13]?.waitForRequests(1) == true, "the new one is elected")

            // The one that is left out keeps its sessions for a second, and none of its connections is cut.
            try server.tell(["app.test": [12, 13]])
            try log.wait(for: "member shop/app-127-0-0-11 changed: its name stands for it no more")
            try log.wait(for: "member shop/app-127-0-0-11 gone, was 127.0.0.11:")
            try load.waitUntilNobody(isAt: "11")
            let (owners, problems) = load.stop()
            #expect(problems == [])
            for (owner, history) in zip(first, owners) where owner == "12" { #expect(history == ["12"]) }
            for (owner, history) in zip(first, owners) where owner == "11" {
                #expect(history.count == 2 && history[0] == "11", "\(history)")
            }
            #expect(try control.json("status")["generation"] as? Int == 1)
            #expect(farm.members.values.allSatisfy { $0.failures.isEmpty })
        }

        @Test("records that come and go are no change for sessions while they are held", .timeLimit(.minutes(2)))
        func flapping() throws {
            let farm = try Farm([11, 12])
            let server = try NameServer(["app.test": [11, 12]])
            let control = try start(farm, server, hold: "1m")
            let log = control.martlet.process.errors
            let load = SessionLoad(8, to: control.martlet.cleartext)
            try load.waitForMore(10)
            for number in [11, 12, 11, 12] {
                var before = log.bytes.count
                try server.tell(["app.test": [number]])
                try log.wait(for: "its name stands for it no more", after: before)
                try load.waitForMore(5)
                before = log.bytes.count
                try server.tell(["app.test": [12, 11]])
                try log.wait(for: "its name stands for it again", after: before)
                try load.waitForMore(5)
            }
            let (owners, problems) = load.stop()
            #expect(problems == [] && owners.allSatisfy { $0.count == 1 }, "\(owners)")
        }

        @Test(
            "a process that takes another one's place while the name server is gone goes on at its addresses",
            .timeLimit(.minutes(1)))
        func deadInUpgrade() throws {
            let farm = try Farm([11, 12])
            let server = try NameServer(["app.test": [11, 12]])
            let control = try start(farm, server)
            server.stop()
            defer {
                let process = try? control.json("status")["process"] as? Int
                if let process { kill(pid_t(process), SIGKILL) }
            }
            #expect(try control.text("upgrade").contains("serves"))
            for number in [11, 12] {
                #expect(try control.member("app-127-0-0-\(number)")["state"] as? String == "usable")
            }
            #expect(try RawClient(control.martlet.cleartext).get().status == 200)
            #expect(try source(control, "name")["fault"] as? String == "Could not contact DNS servers")
        }

        @Test("a name server that is gone changes nothing; how old its answer is shows", .timeLimit(.minutes(2)))
        func dead() throws {
            let farm = try Farm([11, 12])
            let server = try NameServer(["app.test": [11, 12]])
            let control = try start(farm, server)
            let log = control.martlet.process.errors
            let load = SessionLoad(4, to: control.martlet.cleartext)
            server.stop()
            try log.wait(for: "is used on", seconds: 30)
            try load.waitForMore(20)
            let told = try source(control, "name")
            #expect(told["name"] as? String == "app.test:\(farm.port)")
            #expect(told["fault"] as? String == "Could not contact DNS servers" && told["age_seconds"] is Int)
            #expect(try control.text("status").contains(/app\.test:\d+ .* ago .*Could not contact DNS servers/))

            // A reload goes on with the same members.
            #expect(try control.run("reload").ending == .exited(65))
            #expect(try control.member("app-127-0-0-12")["state"] as? String == "usable")
            try server.restart()
            try log.wait(for: "app.test is answered again", seconds: 60)
            let (owners, problems) = load.stop()
            #expect(problems == [] && owners.allSatisfy { $0.count == 1 }, "\(owners)")
            #expect(log.lines.count { $0.contains("is used on") } == 1, "it is said once")
        }

        @Test("a name that nobody knows is asked for until it is known", .timeLimit(.minutes(1)))
        func unknown() throws {
            let farm = try Farm([11])
            let server = try NameServer([:])
            let control = try start(farm, server)
            #expect(try RawClient(control.martlet.cleartext).get().status == 503)
            #expect(try control.member("app")["state"] as? String == "in-error")
            try server.tell(["app.test": [11]])
            try control.martlet.process.errors.wait(for: "app.test has an address now: 127.0.0.11")
            #expect(try RawClient(control.martlet.cleartext).get().text == "11")
        }

        @Test("one member of several addresses follows its name", .timeLimit(.minutes(1)))
        func one() throws {
            let farm = try Farm([11, 12])
            let server = try NameServer(["app.test": [11]])
            let control = try ControlledMartlet(
                yaml: configuration("url: \"http://app.test:\(farm.port)\"", server), in: TemporaryFolder())
            #expect(try RawClient(control.martlet.cleartext).get().text == "11")
            try server.tell(["app.test": [12]])
            try control.martlet.process.errors.wait(
                for: "member shop/app: 127.0.0.11:\(farm.port) -> 127.0.0.12:\(farm.port)")
            #expect(try RawClient(control.martlet.cleartext).get().text == "12")
        }

        @Test("SRV: ports are the records', and who is of a later priority stands in", .timeLimit(.minutes(1)))
        func services() throws {
            let (one, two) = (try Farm([11]), try Farm([12]))
            let server = try NameServer(
                ["n1.app.test": [11], "n2.app.test": [12]],
                services: [
                    "_http._tcp.app.test,n1.app.test,\(one.port),10,100",
                    "_http._tcp.app.test,n2.app.test,\(two.port),20,100",
                ])
            let control = try ControlledMartlet(
                yaml: configuration("srv: _http._tcp.app.test", server), in: TemporaryFolder())
            let client = try RawClient(control.martlet.cleartext)
            #expect(try (0..<10).map { _ in try client.get().text } == Array(repeating: "11", count: 10))
            #expect(try control.member("app-n2-\(two.port)")["state"] as? String == "usable")
            one.members[11]?.stop()
            #expect(try client.get().text == "12")
            #expect(try source(control, "name")["name"] as? String == "_http._tcp.app.test")
            let why = try control.text("explain", "--host", "shop.example.com")
            #expect(why.contains("app-n2-\(two.port)"), "\(why)")
        }

        @Test("SRV: hosts are named as a whole, whatever domains are searched for names", .timeLimit(.minutes(1)))
        func wholeNames() throws {
            let farm = try Farm([11, 12])
            let server = try NameServer(
                ["n1.app.test": [11], "n1.app.test.other.test": [12]],
                services: ["_http._tcp.app.test,n1.app.test,\(farm.port),10,100"])
            let control = try ControlledMartlet(
                yaml: configuration("srv: _http._tcp.app.test", server), in: TemporaryFolder(),
                environment: ["LOCALDOMAIN": "other.test", "RES_OPTIONS": "ndots:5"])
            #expect(try RawClient(control.martlet.cleartext).get().text == "11")
        }

        // MARK: - Files of members

        private func file(_ numbers: [Int], _ farm: Farm) -> String {
            numbers.map { "n\($0): { url: \"http://127.0.0.\($0):\(farm.port)\" }\n" }.joined()
        }

        /// Runs a configuration whose members are in `members.yaml`.
        private func start(_ text: String, in folder: TemporaryFolder) throws -> ControlledMartlet {
            try folder.write(text, to: "members.yaml")
            var edge = EdgeText(affinity: "insert")
            edge.members = [("file", .ipv4(port: 1))]
            let yaml = ControlledMartlet.text(edge).replacingOccurrences(
                of: "file: \"http://127.0.0.1:1\"", with: "file: members.yaml")
            return try ControlledMartlet(yaml: yaml, in: folder)
        }

        @Test("a file of members that is renamed over under load: no request fails", .timeLimit(.minutes(2)))
        func renamed() throws {
            let (farm, folder) = (try Farm([11, 12, 13]), try TemporaryFolder())
            let control = try start(file([11, 12], farm), in: folder)
            let log = control.martlet.process.errors
            let load = SessionLoad(8, to: control.martlet.cleartext)
            try load.waitForMore(10)
            let first = load.owners
            #expect(Set(first) == ["11", "12"])
            for numbers in [[12, 13], [13, 12, 11], [12, 11], [12, 13]] {
                let before = log.bytes.count
                try folder.write(file(numbers, farm), to: "members.yaml")
                try log.wait(for: "members by file: ", after: before)
                try load.waitForMore(5)
            }
            let (owners, problems) = load.stop()
            #expect(problems == [])
            for (owner, history) in zip(first, owners) where owner == "12" { #expect(history == ["12"]) }
            #expect(try control.json("status")["generation"] as? Int == 1)
            #expect(try source(control, "members-file")["name"] as? String == folder.path + "/members.yaml")
        }

        @Test(
            "a file that is invalid, gone or cut is told once, with place and cure; what it had is served",
            .timeLimit(.minutes(2)))
        func broken() throws {
            let (farm, folder) = (try Farm([11, 12]), try TemporaryFolder())
            let control = try start(file([11], farm), in: folder)
            let log = control.martlet.process.errors
            let path = folder.path + "/members.yaml"

            func expect(_ words: String, _ change: () throws -> Void) throws {
                let before = log.bytes.count
                try change()
                try log.wait(for: words, after: before)
                #expect(try RawClient(control.martlet.cleartext).get().text == "11")
            }
            func write(_ text: String) throws {
                // In place: the same file is cut and written.
                let handle = try #require(FileHandle(forWritingAtPath: path))
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: Data(text.utf8))
                try handle.close()
            }

            try expect("members.yaml:2:13: error: balancers.shop.members.n12.url: ") {
                try folder.write(file([11], farm) + "n12: { url: \"127.0.0.12\" }\n", to: "members.yaml")
            }
            let fault = try #require(try source(control, "members-file")["fault"] as? String)
            #expect(fault.contains("write \"http://127.0.0.12\"") || fault.contains("http://127.0.0.12"), "\(fault)")
            try expect("the file is empty") { try write("") }
            try expect("members.yaml is not taken: the member that it had is served on") { _ = unsafe unlink(path) }
            try expect("members.yaml can be used again") { try folder.write(file([11], farm), to: "members.yaml") }
            let before = log.bytes.count
            try write(file([12], farm))
            try log.wait(for: "members by file: 1 member added, 1 member gone", after: before)
            #expect(try RawClient(control.martlet.cleartext).get().text == "12")
            #expect(try source(control, "members-file")["fault"] == nil)

            // A reload reads it with all the rest.
            try write("n12: nowhere\n")
            #expect(try control.run("reload").ending == .exited(78))
            #expect(try RawClient(control.martlet.cleartext).get().text == "12")
        }

        @Test("check looks into the file of members, and a start without it says where it is named")
        func checked() throws {
            let folder = try TemporaryFolder()
            var edge = EdgeText()
            edge.members = [("file", .ipv4(port: 1))]
            let yaml = edge.text.replacingOccurrences(
                of: "file: \"http://127.0.0.1:1\"", with: "file: members.yaml")
            let path = try folder.write(yaml, to: "martlet.yaml")
            let missing = try MartletProcess.command(["check", path])
            #expect(missing.ending == .exited(78))
            #expect(
                missing.errors.contains(
                    #/martlet\.yaml:\d+:\d+: error: balancers\.shop\.members\.file: .*members\.yaml cannot/#),
                "\(missing.errors)")
            try folder.write("one: { url: \"http://127.0.0.1:8081\", wieght: 3 }\n", to: "members.yaml")
            let wrong = try MartletProcess.command(["check", path])
            #expect(wrong.errors.contains(/members\.yaml:1:\d+: error: .*unknown key "wieght"/), "\(wrong.errors)")
            try folder.write("one: http://127.0.0.1:8081\ntwo: http://127.0.0.1:8082\n", to: "members.yaml")
            let right = try MartletProcess.command(["check", path])
            #expect(right.ending == .exited(0) && right.text.contains("2 members"), "\(right.errors)")
        }
    }
}
