import Foundation
import Testing

extension EndToEnd {
    /// What operators ask about sessions before they take a member away, and while they do.
    @Suite("Sessions for operators")
    struct SessionControlTests {
        private func start(
            _ affinity: String, members count: Int = 3, balancer: [String] = []
        ) throws -> ControlledMartlet {
            let members = try (1...count).map { try SessionMember.start("node\($0)") }
            var text = EdgeText(affinity: affinity)
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.balancer = balancer
            text.workers = 1
            return try ControlledMartlet(text)
        }

        /// Begins sessions and returns their cookies by their members.
        private func begin(_ count: Int, at control: ControlledMartlet) throws -> [String: [String]] {
            let client = try RawClient(control.martlet.cleartext)
            var cookies: [String: [String]] = [:]
            for _ in 0..<count {
                let answer = try client.get("/login")
                cookies[answer.text, default: []].append(SessionMember.cookie(of: answer))
            }
            return cookies
        }

        private func shop(_ object: [String: Any]) throws -> [String: Any] {
            try #require((object["balancers"] as? [[String: Any]])?.first)
        }

        private func members(_ object: [String: Any], _ key: String) throws -> [String: Int] {
            let members = try #require(try shop(object)["members"] as? [[String: Any]])
            return Dictionary(
                uniqueKeysWithValues: members.map { ($0["name"] as? String ?? "", $0[key] as? Int ?? -1) })
        }

        @Test("sessions and whatif: who has how many, and where they would be", .timeLimit(.minutes(1)))
        func numbers() throws {
            let control = try start("{ mode: learn, cookie: SID }")
            let cookies = try begin(30, at: control)
            #expect(cookies.mapValues(\.count) == ["node1": 10, "node2": 10, "node3": 10])
            let counted = try members(try control.json("sessions"), "sessions")
            // Each is an estimate.
            for (name, count) in counted { #expect((9...11).contains(count), "\(name): \(count)") }
            #expect(try control.member("node1")["sessions"] as? Int == counted["node1"])
            let table = try control.text("sessions")
            #expect(table.contains(/balancer shop \(affinity learn\): \d+ sessions\n/))
            #expect(table.contains(/\n  node1 +\d+ +3\d % +1 +\d+\n/), "\(table)")

            let lost = try control.json("whatif", "--lose", "node2")
            #expect(try shop(lost)["moved"] as? Int == counted["node2"])
            let after = try members(lost, "sessions_after")
            #expect(after["node2"] == 0)
            #expect(after.values.reduce(0, +) == counted.values.reduce(0, +))
            #expect((after["node1"] ?? 0) >= (counted["node1"] ?? 0) + 4)
            let words = try control.text("whatif", "--drain", "node1,node3")
            #expect(words.contains(/balancer shop: \d+ of \d+ sessions would move as they end\n/), "\(words)")
            #expect(words.contains(/\n  node2 +\d+ +\d+ +1 +\d+ +peak\n/), "\(words)")
            #expect(words.contains(/\n  node3 +\d+ +0 +1 +0 +leaves\n/), "\(words)")
            let added = try control.json("whatif", "--add", "node4=2")
            #expect(try shop(added)["moved"] as? Int == 0)
            #expect(try members(added, "sessions_after")["node4"] == 0)
            let all = try control.json("whatif", "--lose", "node1,node2,node3")
            #expect(try shop(all)["stranded"] as? Int == counted.values.reduce(0, +))
            // Asking has changed nothing.
            #expect(try control.text("status").contains("usable"))
            for (name, cookies) in cookies {
                for cookie in cookies.prefix(2) {
                    #expect(try RawClient(control.martlet.cleartext).get(fields: cookie).text == name)
                }
            }
        }

        @Test("hashed sessions: whoever comes takes its share of all", .timeLimit(.minutes(1)))
        func hashed() throws {
            let control = try start("{ mode: hash, cookie: SID }", members: 2)
            let client = try RawClient(control.martlet.cleartext)
            func come() throws {
                for number in 0..<60 { _ = try client.get(fields: "Cookie: SID=s\(number)\r\n") }
            }
            try come()
            let once = try shop(try control.json("sessions"))["sessions"] as? Int
            #expect(once ?? 60 < 3, "whoever comes once is no session")
            try come()
            let added = try shop(try control.json("whatif", "--add", "node3"))
            #expect((16...22).contains(added["moved"] as? Int ?? 0), "\(added)")
        }

        @Test("drain --wait waits for the member's sessions to end", .timeLimit(.minutes(1)))
        func wait() throws {
            let control = try start("{ mode: learn, cookie: SID }", members: 2)
            let cookie = try #require(try begin(1, at: control)["node1"]?.first)
            let given = try control.run("drain", "shop/node1", "--wait", "--timeout", "0")
            #expect(given.ending == .exited(75))
            #expect(given.errors.contains("0 exchanges under way; 1 session left after 0 s"))
            #expect(try control.member("node1")["drain_milliseconds"] == nil, "none has ended yet")
            let waiting = try ChildProcess(
                try MartletProcess.binary(), ["drain", "shop/node1", "--wait", "--control", control.socket])
            let client = try RawClient(control.martlet.cleartext)
            #expect(try client.get(fields: cookie).text == "node1")
            #expect(try client.get("/logout", fields: cookie).text == "node1")
            #expect(try waiting.waitForEnd() == .exited(0))
            #expect(waiting.output.text == "shop/node1 is draining: 0 exchanges under way; 0 sessions left\n")
        }

        @Test("inserted cookies: sessions are those of the cookie that is followed", .timeLimit(.minutes(1)))
        func inserted() throws {
            let control = try start("{ mode: insert, follow: SID }", members: 2)
            let client = try RawClient(control.martlet.cleartext)
            // Few: of twenty, two share a register of the estimate in one run of fifty, and one seems to be left.
            let cookies = try (0..<4).map { _ in
                let pairs = try client.get("/login").all("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
                return "Cookie: \(pairs.joined(separator: "; "))\r\n"
            }
            #expect(cookies.allSatisfy { $0.contains("MARTLET_shop=") && $0.contains("SID=") })
            for (name, count) in try members(try control.json("sessions"), "sessions") {
                #expect((1...3).contains(count), "\(name): \(count)")
            }
            #expect((1...3).contains(try shop(try control.json("whatif", "--lose", "node2"))["moved"] as? Int ?? 0))
            let waiting = try ChildProcess(
                try MartletProcess.binary(), ["drain", "shop/node1", "--wait", "--control", control.socket])
            try control.martlet.process.errors.wait(for: "member node1 of shop is drained by control")
            for cookie in cookies where cookie.contains("MARTLET_shop=node1") {
                #expect(try client.get("/logout", fields: cookie).text == "node1")
            }
            #expect(try waiting.waitForEnd() == .exited(0))
        }

        @Test("prefixed cookies: sessions are those of the application's own identifier", .timeLimit(.minutes(1)))
        func prefixed() throws {
            let control = try start("{ mode: prefix, cookie: SID }", members: 2)
            let cookies = try begin(20, at: control)
            for (name, cookies) in cookies {
                #expect(cookies.allSatisfy { $0.hasPrefix("Cookie: SID=\(name)~\(name)-") }, "\(cookies)")
            }
            for (name, count) in try members(try control.json("sessions"), "sessions") {
                #expect((9...11).contains(count), "\(name): \(count)")
            }
            let waiting = try ChildProcess(
                try MartletProcess.binary(), ["drain", "shop/node1", "--wait", "--control", control.socket])
            try control.martlet.process.errors.wait(for: "member node1 of shop is drained by control")
            #expect(waiting.isRunning)
            let client = try RawClient(control.martlet.cleartext)
            for cookie in try #require(cookies["node1"]) {
                #expect(try client.get("/logout", fields: cookie).text == "node1")
            }
            #expect(try waiting.waitForEnd() == .exited(0))
            #expect(waiting.output.text == "shop/node1 is draining: 0 exchanges under way; 0 sessions left\n")
            #expect(try members(try control.json("sessions"), "sessions")["node1"] == 0)
        }

        @Test("bysessions under insert: new sessions go to the member that has fewer", .timeLimit(.minutes(1)))
        func bysessions() throws {
            let control = try start("{ mode: insert, follow: SID }", members: 2, balancer: ["method: bysessions"])
            let client = try RawClient(control.martlet.cleartext)
            func begin() throws -> (member: String, cookie: String) {
                let answer = try client.get("/login")
                let pairs = answer.all("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
                return (answer.text, "Cookie: \(pairs.joined(separator: "; "))\r\n")
            }
            let first = try (0..<12).map { _ in try begin() }
            #expect(first.count { $0.member == "node1" } == 6)
            for session in first.filter({ $0.member == "node1" }).prefix(4) {
                #expect(try client.get("/logout", fields: session.cookie).text == "node1")
            }
            #expect(try (0..<4).map { _ in try begin().member } == Array(repeating: "node1", count: 4))
        }

        @Test("where clients are tied and not counted, drain --wait says so", .timeLimit(.minutes(1)))
        func uncounted() throws {
            for affinity in ["insert", "{ cookie: SID, separator: off }"] {
                let control = try start(affinity, members: 2)
                let given = try control.run("drain", "shop/node1", "--wait")
                #expect(given.ending == .exited(78))
                #expect(given.errors.contains("clients are tied to it and their sessions are not counted"))
                #expect(try control.text("drain", "shop/node1").contains("their sessions are not counted"))
                let asked = try control.run("whatif", "--lose", "node1")
                #expect(asked.ending == .exited(65) && asked.errors.contains("mode: insert, follow: JSESSIONID"))
            }
            let loose = try start("{ mode: hash, of: path }", members: 2)
            #expect(try loose.run("drain", "shop/node1", "--wait").ending == .exited(0))
        }

        @Test("who waits for a drain learns that the member was resumed", .timeLimit(.minutes(1)))
        func resumed() throws {
            let control = try start("{ mode: learn, cookie: SID }", members: 2)
            _ = try begin(4, at: control)
            let waiting = try ChildProcess(
                try MartletProcess.binary(), ["drain", "shop/node1", "--wait", "--control", control.socket])
            try control.martlet.process.errors.wait(for: "member node1 of shop is drained by control")
            _ = try control.text("resume", "shop/node1")
            #expect(try waiting.waitForEnd() == .exited(75))
            #expect(waiting.errors.text.contains("shop/node1 drains no longer: it was resumed"))
        }

        @Test("drain tells how many sessions are left, and when they will be gone", .timeLimit(.minutes(1)))
        func pace() throws {
            let control = try start("{ mode: learn, cookie: SID }", members: 2)
            let cookies = try #require(try begin(80, at: control)["node1"])
            _ = try control.text("drain", "shop/node1")
            let client = try RawClient(control.martlet.cleartext)
            for cookie in cookies.prefix(20) { _ = try client.get("/logout", fields: cookie) }
            let member = try control.member("node1")
            #expect((18...22).contains(member["sessions"] as? Int ?? 0), "\(member)")
            #expect(member["drain_milliseconds"] as? Int != nil, "\(member)")
            let words = try control.text("drain", "shop/node1")
            let said = /draining: 0 exchanges under way; \d+ sessions left, gone in \d+ s at the pace so far\n/
            #expect(words.contains(said), "\(words)")
        }

        @Test("what cannot be told is said", .timeLimit(.minutes(1)))
        func wrong() throws {
            let refusing = try RefusingAddress().endpoint
            let control = try ControlledMartlet(EdgeText(refusing, refusing))
            #expect(try control.text("sessions") == "balancer shop (affinity none): sessions are not counted\n")
            let uncounted = try control.run("whatif", "--lose", "node1")
            #expect(uncounted.ending == .exited(65))
            #expect(uncounted.errors.contains("the sessions of the balancer \"shop\" are not counted"))
            let learning = try start("{ mode: learn, cookie: SID }")
            let cases = [
                (["--lose", "node9"], "no balancer has all the members that would leave: node9"),
                (["--lose", "node1", "--balancer", "shoe"], "there is no balancer \"shoe\""),
                (["--lose", "node9", "--balancer", "shop"], "has no member \"node9\""),
                (["--add", "node1"], "has a member \"node1\""), (["--add", "x=0"], "expected a load factor"),
            ]
            for (arguments, words) in cases {
                let finished = try learning.run(arguments: ["whatif"] + arguments)
                #expect(finished.ending == .exited(65), "\(arguments)")
                #expect(finished.errors.contains(words), "\(arguments): \(finished.errors)")
            }
            for arguments in [[], ["--add", "=2"], ["--add", "x=much"]] {
                #expect(try learning.run(arguments: ["whatif"] + arguments).ending == .exited(64), "\(arguments)")
            }
        }
    }
}
