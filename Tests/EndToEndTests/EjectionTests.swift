import Foundation
import Testing

extension EndToEnd {
    /// A member that errs, unlike the others, and what is told of it.
    @Suite("Ejection")
    struct EjectionTests {
        private static func configuration(_ members: [Nginx], eject: String) -> String {
            let lines = members.enumerated().map { index, member in
                "      node\(index + 1): \"\(member.endpoint.memberURL)\""
            }
            return """
                listeners:
                  - address: "127.0.0.1:0"
                sites:
                  - paths: { /: shop }
                balancers:
                  shop:
                \(eject)
                    members:
                \(lines.joined(separator: "\n"))
                workers: 2
                control: { socket: control.sock }

                """
        }

        /// Asks until the event log says something; those who are served beside that are counted by their answers.
        private func ask(_ martlet: MartletProcess, until words: String) throws -> [Int: Int] {
            let client = try RawClient(martlet.cleartext)
            var statuses: [Int: Int] = [:]
            let deadline = Clock.now + 20
            while !martlet.log.contains(words) {
                guard Clock.now < deadline else { throw HarnessError("not said: \(words): \(martlet.log)") }
                statuses[try client.get().status, default: 0] += 1
            }
            return statuses
        }

        @Test("a member with a fifth of errors is out within 10 s, and explain says why", .timeLimit(.minutes(1)))
        func gray() throws {
            let gray = "location / { if ($request_id ~ \"^[0-2]\") { return 500; } return 200 gray; }"
            let well = "location / { return 200 well; }"
            let members = try [well, well, gray].map { try Nginx(server: $0) }
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(
                yaml: Self.configuration(members, eject: "    eject: 1m"), in: folder)
            let begin = Clock.now
            let statuses = try ask(control.martlet, until: "member node3 of shop is ejected for 60 s")
            #expect(Clock.now - begin < 10)
            #expect(Set(statuses.keys) == [200, 500])

            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<200 { #expect(try client.get().text == "well") }
            let member = try control.member("node3")
            #expect(member["state"] as? String == "down")
            #expect(member["causes"] as? [String] == ["ejection"])
            #expect(try control.text("status").contains("down (ejection)"))

            let history = try control.json("explain", "member", "shop/node3")
            let verdict = try #require((history["verdicts"] as? [[String: Any]])?.last)
            #expect(verdict["cause"] as? String == "ejection" && verdict["event"] as? String == "began")
            #expect(verdict["standing"] as? String == "down")
            #expect((verdict["evidence"] as? String)?.contains("requests were errors") == true)
            let age = Date().timeIntervalSince1970 * 1_000 - (verdict["time_milliseconds"] as? Double ?? 0)
            #expect((0..<30_000).contains(age))
            let text = try control.text("explain", "member", "node3")
            #expect(text.hasPrefix("shop/node3 is down (ejection).\n"))
            #expect(text.contains("ejection  began  down"))
            #expect(try control.text("explain", "member", "shop/node1").contains("Nothing was ever found"))

            // A reload keeps it; without eject it returns.
            try control.martlet.writeConfiguration(
                Self.configuration(members, eject: "    eject: 1m\n    slow-start: 1s"))
            _ = try control.martlet.reload()
            #expect(try control.member("node3")["state"] as? String == "down")
            try control.martlet.writeConfiguration(Self.configuration(members, eject: "    method: byrequests"))
            _ = try control.martlet.reload()
            #expect(try control.member("node3")["state"] as? String == "usable")
            #expect(
                try control.text("explain", "member", "node3").contains("usable    eject is declared no longer"))
            #expect(try control.martlet.terminate() == .exited(0))
        }

        @Test("a member that is not there is refused by its name, and explain wants one", .timeLimit(.minutes(1)))
        func unknown() throws {
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(
                yaml: Self.configuration([try Nginx()], eject: "    all-down: serve-anyway"), in: folder)
            let missing = try control.run("explain", "member", "shop/node9")
            #expect(missing.ending == .exited(65) && missing.errors.contains("has no member \"node9\""))
            let nobody = try control.run("explain", "member")
            #expect(nobody.ending == .exited(64) && nobody.errors.contains("say which member"))
        }

        @Test("a request that fails is in the history of its member", .timeLimit(.minutes(1)))
        func requestError() throws {
            let folder = try TemporaryFolder()
            let members = [try Nginx(server: "location / { return 200 well; }")]
            let yaml = Self.configuration(members, eject: "    max-attempts: 2").replacing(
                "      node1:", with: "      node0: { url: \"unix:\(folder.path)/gone.sock\" }\n      node1:")
            let control = try ControlledMartlet(yaml: yaml, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            for _ in 0..<2 { #expect(try client.get().text == "well") }
            let text = try control.text("explain", "member", "node0")
            #expect(text.contains("request-error  began  down"))
            #expect(text.contains("connect: No such file or directory"))
        }
    }
}
