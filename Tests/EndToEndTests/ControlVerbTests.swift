import Foundation
import Testing

extension EndToEnd {
    /// What operators ask a running process, and tell it.
    @Suite("Control verbs")
    struct ControlVerbTests {
        @Test("status: numbers for scripts, a table for people", .timeLimit(.minutes(1)))
        func status() throws {
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let members = try ["one", "two"].map { try RecordingMember(answering: $0) }
            let refusing = try RefusingAddress().endpoint
            var text = EdgeText(members[0].endpoint, members[1].endpoint, refusing, affinity: "insert")
            text.listeners = .both(path: folder.path + "/http.sock")
            text.workers = 2
            let control = try ControlledMartlet(text, in: folder)
            let client = try RawClient(.unix(path: folder.path + "/http.sock"))
            for _ in 0..<4 {
                #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").text == "two")
            }
            // Two elections that nobody asks for: the third member takes no connection.
            for _ in 0..<3 { #expect(try client.get().status == 200) }

            let status = try control.json("status")
            #expect(status["generation"] as? Int == 1)
            #expect(status["workers"] as? Int == 2)
            #expect(status["client_connections"] as? Int == 1)
            #expect(status["uptime_seconds"] as? Int != nil)
            let certificates = try #require(status["certificates"] as? [[String: Any]])
            #expect((certificates.first?["names"] as? [String])?.contains("shop.example.com") == true)
            #expect((certificates.first?["not_after"] as? Int ?? 0) > 1_700_000_000)
            let balancer = try #require((status["balancers"] as? [[String: Any]])?.first)
            #expect(balancer["method"] as? String == "byrequests" && balancer["affinity"] as? String == "insert")
            let states = try #require(balancer["members"] as? [[String: Any]]).map { $0["state"] as? String }
            #expect(states == ["usable", "usable", "in-error"])
            #expect((try control.member("node2")["elected"] as? Int ?? 0) >= 4)
            #expect((try control.member("node2")["received_bytes"] as? Int ?? 0) >= 12)
            let failed = try control.member("node3")
            #expect(failed["failures"] as? Int == 1 && failed["url"] as? String == refusing.memberURL)
            #expect((1...60_000).contains(failed["error_milliseconds"] as? Int ?? 0))

            let table = try control.text("status")
            let file = control.martlet.configurationFile
            let process = try #require(status["process"] as? Int)
            let version = try #require(status["version"] as? String)
            #expect(
                table.hasPrefix("martlet \(version), process \(process), configuration: \(file)\ngeneration 1, up "))
            #expect(control.martlet.log.contains("martlet \(version), process \(process), configuration: \(file)\n"))
            #expect(status["waiting_requests"] as? Int == 0 && table.contains(", 0 waiting requests\n"))
            let listeners = try #require(status["listeners"] as? [[String: Any]])
            #expect(
                listeners.map { $0["address"] as? String } == [
                    "\(control.martlet.tls)", "unix:\(folder.path)/http.sock",
                ])
            #expect(listeners.map { $0["is_tls"] as? Bool } == [true, false])
            #expect(table.contains("listening on \(control.martlet.tls) (tls, h2, http/1.1), unix:"))
            #expect(table.contains("balancer shop (byrequests, affinity insert)"))
            let headings =
                /\n  MEMBER +STATE +UNDER WAY +MAX +TUNNELS +SESSIONS +ELECTED +FAILURES +5XX +TO MEMBER +FROM MEMBER\n/
            #expect(table.contains(headings))
            #expect(table.contains(/\n  node1 +usable +0 +- +0 +- +\d+ +0 +0 +\d+ B +\d+ B\n/))
            #expect(
                table.contains(/\n  node3 +in error for \d+ (s|min).* +0 +- +0 +- +1 +1 +0 +0 B +0 B\n/), "\(table)")
            #expect(table.contains("shop.example.com"))
        }

        @Test(
            "a member by its name alone: the balancer that has it, or the choice; its reserve and max in status",
            .timeLimit(.minutes(1)))
        func names() throws {
            let folder = try TemporaryFolder()
            let url = try RefusingAddress().endpoint.memberURL
            let yaml = """
                listeners:
                  - address: "127.0.0.1:0"
                sites:
                  - paths: { /: shop, /blog: blog }
                balancers:
                  shop:
                    members:
                      node1: { url: "\(url)", max: 7 }
                      node2: { url: "\(url)", status: [hot-standby] }
                  blog:
                    members: { node1: "\(url)" }
                control: { socket: control.sock }

                """
            let control = try ControlledMartlet(yaml: yaml, in: folder)
            #expect(try control.text("drain", "node2").hasPrefix("shop/node2 is draining: "))
            #expect(try control.member("node2")["drained_by"] as? String == "control")
            #expect(try control.text("resume", "node2") == "shop/node2 is usable (hot standby)\n")
            let several = try control.run("drain", "node1")
            #expect(several.ending == .exited(65))
            #expect(several.errors.contains("say which one is meant: shop/node1, blog/node1"))
            let none = try control.run("resume", "node3")
            #expect(none.ending == .exited(65))
            #expect(
                none.errors.contains(
                    "no balancer has a member \"node3\"; the members are shop/node1, shop/node2, blog/"))
            let table = try control.text("status")
            #expect(table.contains(/\n  node1 +usable +0 +7 +0/), "\(table)")
            #expect(table.contains(/\n  node2 +usable \(hot standby\) +0 +- +0/), "\(table)")
            #expect(try control.member("node2")["status"] as? [String] == ["hot-standby"])
            #expect(try control.member("node1")["exchanges_max"] as? Int == 7)
        }

        @Test(
            "disable: not even its sessions, across a reload and whatever checks say, until resume",
            .timeLimit(.minutes(1)))
        func disable() throws {
            let members = try ["node1", "node2"].map { try RecordingMember(answering: $0) }
            let folder = try TemporaryFolder()
            var text = EdgeText(members[0].endpoint, members[1].endpoint, affinity: "{ cookie: SID }")
            text.balancer = ["all-down: serve-anyway"]
            let control = try ControlledMartlet(text, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            func own() throws -> String { try client.get(fields: "Cookie: SID=a.node1\r\n").text }
            #expect(try own() == "node1")

            let said = "shop/node1 is down (maintenance): 0 exchanges under way\n"
            #expect(try control.text("disable", "node1") == said)
            try control.martlet.process.errors.wait(for: "member node1 of shop is disabled by control")
            for _ in 0..<3 { #expect(try own() == "node2") }
            _ = try control.martlet.reload()
            #expect(try own() == "node2")
            #expect(try control.text("explain", "member", "node1").contains("martlet disable"))
            _ = try control.text("disable", "node2")
            #expect(try client.get().status == 503, "an operator's word holds in any case")

            #expect(try control.text("resume", "node1") == "shop/node1 is usable\n")
            #expect(try own() == "node1" && client.get().text == "node1")
        }

        @Test("drain under load: its sessions stay, nobody else comes, and resume ends it", .timeLimit(.minutes(2)))
        func drain() throws {
            let members = try ["node1", "node2"].map { try RecordingMember(answering: $0) }
            let control = try ControlledMartlet(
                EdgeText(members[0].endpoint, members[1].endpoint, affinity: "insert"))
            let endpoint = control.martlet.cleartext
            let stop = Monitor(false)
            let answers = Monitor([String: [String]]())
            // Two that stay with their session, two that come anew each time, all the while.
            let load = BackgroundLoad(["node1", "node2", "", ""], to: endpoint, until: stop, into: answers)
            func waitForMore() {
                let counts = answers.withLock { $0.mapValues(\.count) }
                _ = answers.wait(seconds: 30) { now in
                    now.count == 3 && now.allSatisfy { $0.value.count >= counts[$0.key, default: 0] + 50 } ? true : nil
                }
            }
            // The sessions' requests count in the election too: whose turn it is for others is a matter of their pace.
            #expect(answers.wait(seconds: 30) { Set($0[""] ?? []) == ["node1", "node2"] ? true : nil } == true)

            #expect(try control.text("drain", "shop/node1").hasPrefix("shop/node1 is draining: "))
            try control.martlet.process.errors.wait(for: "member node1 of shop is drained by control")
            #expect(try control.member("node1")["state"] as? String == "draining")
            #expect(try control.member("node1")["drained_by"] as? String == "control")
            // What was under way at the moment of the drain has ended with the next answer of each.
            waitForMore()
            answers.withLock { $0 = [:] }
            waitForMore()
            let drained = answers.withLock { $0 }
            #expect(Set(drained[""] ?? []) == ["node2"])
            #expect(Set(drained["node1"] ?? []) == ["node1"])
            #expect(Set(drained["node2"] ?? []) == ["node2"])

            try control.martlet.reload()
            #expect(try control.member("node1")["state"] as? String == "draining")
            answers.withLock { $0 = [:] }
            waitForMore()
            #expect(Set(answers.withLock { $0[""] ?? [] }) == ["node2"])

            #expect(try control.text("resume", "shop/node1") == "shop/node1 is usable\n")
            try control.martlet.process.errors.wait(for: "member node1 of shop is resumed by control")
            answers.withLock { $0 = [:] }
            // Its sessions' requests have counted in the election all the while: it is not the next one's turn at once.
            #expect(answers.wait(seconds: 30) { $0[""]?.contains("node1") == true ? true : nil } == true)
            stop.withLock { $0 = true }
            #expect(load.failures() == [])
        }

        @Test("drain --wait ends when nothing is under way, and gives up in time", .timeLimit(.minutes(1)))
        func wait() throws {
            let gate = Monitor(false)
            let slow = try RecordingMember { connection in
                while try connection.readRequest() != nil {
                    _ = gate.wait(seconds: 30) { $0 ? true : nil }
                    try connection.send(Answer.ok("slow"))
                }
            }
            let control = try ControlledMartlet(EdgeText(slow.endpoint))
            let client = try RawClient(control.martlet.cleartext)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(slow.waitForRequests(1))
            let given = try control.run("drain", "shop/node1", "--wait", "--timeout", "0")
            #expect(given.ending == .exited(75))
            #expect(given.errors.contains("1 exchange under way after 0 s; it goes on draining"))
            #expect(try control.json("drain", "shop/node1")["under_way"] as? Int == 1)

            let waiting = try ChildProcess(
                try MartletProcess.binary(), ["drain", "shop/node1", "--wait", "--control", control.socket])
            gate.withLock { $0 = true }
            #expect(try client.response().text == "slow")
            #expect(try waiting.waitForEnd() == .exited(0))
            #expect(waiting.output.text == "shop/node1 is draining: 0 exchanges under way\n")
            // It is drained, and the only one: nobody is elected.
            #expect(try client.get().status == 503)
        }

        @Test("what is declared cannot be resumed; a drain is over with the process", .timeLimit(.minutes(1)))
        func declared() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "x")
            var text = EdgeText(member.endpoint, member.endpoint)
            text.memberKeys = "status: [draining]"
            let control = try ControlledMartlet(text, in: folder)
            #expect(try control.member("node1")["drained_by"] as? String == "configuration")
            #expect(try control.text("status").contains(/node1 +draining \(configured\)/))
            let refused = try control.run("resume", "shop/node1")
            #expect(refused.ending == .exited(65))
            #expect(refused.errors.contains("balancers.shop.members.node1.status: draining is declared there"))
            text.memberKeys = "status: [disabled]"
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try control.martlet.reload()
            #expect(try control.member("node1")["state"] as? String == "disabled")
        }

        @Test("wrong verbs, members and sockets: codes of sysexits, and words that help", .timeLimit(.minutes(1)))
        func wrong() throws {
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(EdgeText(RefusingAddress().endpoint), in: folder)
            let unknown = try control.run("drain", "shop/node7")
            #expect(unknown.ending == .exited(65))
            #expect(unknown.errors == "error: the balancer \"shop\" has no member \"node7\"; its members are node1\n")
            #expect(try control.run("resume", "shoe/node1").errors.contains("the balancers are shop"))
            for bad in ["shop/", "/node1", "shop/node1/x", "shop/no de"] {
                #expect(try control.run("drain", bad).ending == .exited(64), "\(bad)")
            }
            #expect(try control.run("drain", "shop/node1", "--wait", "--timeout", "-1").ending == .exited(64))
            #expect(try control.run("explain", "--address", "here").ending == .exited(65))
            for verb in [["status"], ["reload"], ["drain", "a/b"], ["resume", "a/b"], ["explain"]] {
                let missing = folder.path + "/none.sock"
                let nobody = try MartletProcess.command(verb + ["--control", missing])
                #expect(nobody.ending == .exited(69), "\(verb)")
                #expect(nobody.errors.contains("nobody serves the control socket \(missing) (connect: No such file"))
                #expect(nobody.output.isEmpty)
            }
            let stranger = try RecordingMember(at: .unix(path: folder.path + "/other.sock"), answering: "hello")
            #expect(
                try MartletProcess.command(["status", "--control", "\(folder.path)/other.sock"]).ending == .exited(76))
            stranger.stop()
        }

        @Test("a socket that one may not use says so, and by another code", .timeLimit(.minutes(1)))
        func forbidden() throws {
            let control = try ControlledMartlet(EdgeText(RefusingAddress().endpoint))
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: control.socket)
            // Root may do what permissions forbid, unless that capability is taken.
            let refused = try ChildProcess.run(
                Tool.setpriv.path(),
                (getuid() == 0 ? ["--bounding-set", "-dac_override,-dac_read_search"] : [])
                    + [MartletProcess.binary(), "status", "--control", control.socket])
            #expect(refused.ending == .exited(77), "\(refused.errors)")
            #expect(refused.errors.contains(control.socket) && refused.errors.contains("Permission denied"))
        }
    }
}

/// Requests without end from several clients, each on a connection of its own.
private struct BackgroundLoad {
    private let problems = Monitor([String]())
    private let running: Monitor<Int>

    /// - Parameter members: the member of each client's session; empty for one that has none.
    init(
        _ members: [String], to endpoint: Endpoint, until stop: Monitor<Bool>, into answers: Monitor<[String: [String]]>
    ) {
        running = Monitor(members.count)
        for member in members {
            Thread.detachNewThread { [problems, running] in
                let fields = member.isEmpty ? "" : "Cookie: MARTLET_shop=\(member)\r\n"
                do {
                    let client = try RawClient(endpoint)
                    while !stop.withLock({ $0 }) {
                        let answer = try client.get(fields: fields)
                        if answer.status != 200 { problems.withLock { $0.append(answer.headText) } }
                        answers.withLock { $0[member, default: []].append(answer.text) }
                    }
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
                running.withLock { $0 -= 1 }
            }
        }
    }

    /// What went wrong, after all clients have ended.
    func failures() -> [String] {
        _ = running.wait(seconds: 30) { $0 == 0 ? true : nil }
        return problems.withLock { $0 }
    }
}
