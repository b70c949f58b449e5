import Foundation
import Testing

extension EndToEnd {
    /// Members that are asked, beside requests, whether they are well.
    @Suite("Checks of members")
    struct MemberCheckTests {
        /// A member that says how it is at `/health`, and its name to everybody else.
        private final class Patient: Sendable {
            let member: RecordingMember
            private let state = Monitor((status: 200, visits: 0))

            init(_ name: String) throws {
                let state = state
                member = try RecordingMember { connection in
                    try connection.answerEach { request in
                        guard request.target == "/health" else {
                            state.withLock { $0.visits += 1 }
                            return "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)"
                        }
                        guard !state.withLock({ $0.status == 0 }) else {
                            connection.waitForEnd()
                            return ""
                        }
                        return "HTTP/1.1 \(state.withLock { $0.status }) x\r\nContent-Length: 0\r\n\r\n"
                    }
                }
            }

            /// What it says of itself from here on; 0: it says nothing.
            func say(_ status: Int) {
                state.withLock { $0.status = status }
            }

            /// Requests that were no checks.
            var visits: Int { state.withLock { $0.visits } }
        }

        private static let quick = "interval: 100ms, fast-interval: 100ms, jitter: 0"

        /// Asks from several connections, which both workers have.
        private func ask(_ control: ControlledMartlet, times: Int = 10) throws -> Set<String> {
            var names: Set<String> = []
            for _ in 0..<8 {
                let client = try RawClient(control.martlet.cleartext)
                for _ in 0..<times { names.insert(try client.get().text) }
            }
            return names
        }

        @Test(
            "out after fall, for all workers and across a reload; back after rise", .timeLimit(.minutes(1)))
        func outAndBack() throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, fall: 3, rise: 2, \(Self.quick) }"]
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(text, in: folder)
            let errors = control.martlet.process.errors
            try waitForCheck(of: "node1", in: control) { $0["passed"] as? Int ?? 0 > 1 }
            #expect(try ask(control) == ["one", "two"])

            one.say(503)
            let down = "member node1 of shop is down by its checks: HTTP 503, expected 200-399 (3 checks in a row)"
            try errors.wait(for: down)
            let visits = one.visits
            #expect(try ask(control) == ["two"])
            try control.martlet.reload()
            #expect(try ask(control) == ["two"])
            #expect(one.visits == visits)
            let check = try #require(try control.member("node1")["check"] as? [String: Any])
            #expect(check["is_up"] as? Bool == false && check["last"] as? String == "HTTP 503, expected 200-399")
            #expect(try control.text("status").contains("checks of shop"))
            #expect(errors.lines.count { $0.contains("is down by its checks") } == 1)

            one.say(200)
            try errors.wait(for: "member node1 of shop is up by its checks: HTTP 200 (2 checks in a row)")
            #expect(try ask(control) == ["one", "two"])
        }

        @Test("a member that is down at the first check is out at once", .timeLimit(.minutes(1)))
        func first() throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            one.say(500)
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, interval: 1h }"]
            let control = try ControlledMartlet(text)
            let down = "member node1 of shop is down by its checks: HTTP 500, expected 200-399 (1 check)"
            try control.martlet.process.errors.wait(for: down)
            #expect(try ask(control) == ["two"])
        }

        @Test("where too few are left checks are not heeded, which the log says once", .timeLimit(.minutes(1)))
        func panic() throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, fall: 1, rise: 1, \(Self.quick) }", "panic: 60"]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            try waitForCheck(of: "node1", in: control) { $0["passed"] as? Int ?? 0 > 0 }
            one.say(500)
            let unheeded = "balancer shop: too few of its members can be used: checks and ejections are not heeded"
            try errors.wait(for: unheeded)
            #expect(try ask(control) == ["one", "two"])
            one.say(200)
            try errors.wait(for: "balancer shop: checks and ejections are heeded again")
            #expect(errors.lines.count { $0.contains(unheeded) } == 1)
        }

        @Test("taking the check away lets its verdict go", .timeLimit(.minutes(1)))
        func takenAway() throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            one.say(500)
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, interval: 1h }"]
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(text, in: folder)
            try control.martlet.process.errors.wait(for: "member node1 of shop is down by its checks")
            text.balancer = []
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try control.martlet.reload()
            #expect(try eventually { try ask(control, times: 2) == ["one", "two"] })
            #expect(try control.member("node1")["check"] == nil)
        }

        @Test("members that are silent, endless, garbage or refuse fail within their time", .timeLimit(.minutes(1)))
        func hostile() throws {
            let silent = try RecordingMember { $0.waitForEnd() }
            let endless = try RecordingMember { connection in
                try connection.send("HTTP/1.1 200 OK\r\n\r\n")
                while true { try connection.send([UInt8](repeating: 0x78, count: 65_536)) }
            }
            let garbage = try RecordingMember { connection in
                // One that closes with a request unread would reset the connection.
                _ = try connection.readHead()
                try connection.send([UInt8](repeating: 0xFF, count: 1_000) + Array("\r\n\r\n".utf8))
            }
            let refusing = try RefusingAddress()
            var text = EdgeText(silent.endpoint, endless.endpoint, garbage.endpoint, refusing.endpoint)
            text.balancer = ["check: { content: ok, timeout: 300ms, interval: 1h }"]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            try errors.wait(for: "member node1 of shop is down by its checks: no answer within 300 ms")
            try errors.wait(for: "member node2 of shop is down by its checks: HTTP 200, but no \"ok\" in the content")
            try errors.wait(for: "member node3 of shop is down by its checks: no HTTP: ")
            try errors.wait(for: "member node4 of shop is down by its checks: connect: Connection refused")
        }

        @Test(
            "where checks leave nobody another balancer answers, then the path's page, and explain says so",
            .timeLimit(.minutes(1)))
        func standIn() throws {
            let (one, spare) = (try Patient("one"), try Patient("spare"))
            let folder = try TemporaryFolder()
            try "<p>back soon".write(toFile: folder.path + "/sorry.html", atomically: true, encoding: .utf8)
            let yaml = """
                listeners: [{ address: "127.0.0.1:0" }]
                sites: [{ paths: { /: { balancer: shop, pages: { 503: sorry.html } } } }]
                balancers:
                  shop:
                    check: { path: /health, fall: 1, rise: 1, \(Self.quick) }
                    all-down: { balancer: spare }
                    members: { node1: "\(one.member.endpoint.memberURL)" }
                  spare:
                    check: { path: /health, fall: 1, rise: 1, \(Self.quick) }
                    members: { spare1: "\(spare.member.endpoint.memberURL)" }
                workers: 2
                control: { socket: control.sock }

                """
            let control = try ControlledMartlet(yaml: yaml, in: folder)
            let errors = control.martlet.process.errors
            try waitForCheck(of: "node1", in: control) { $0["passed"] as? Int ?? 0 > 0 }
            #expect(try ask(control) == ["one"])

            one.say(503)
            try errors.wait(for: "member node1 of shop is down by its checks")
            #expect(try ask(control) == ["spare"])
            let words = "spare/spare1 gets it: the path's balancer has nobody left, and spare stands in for it."
            #expect(try control.text("explain").hasPrefix(words))

            spare.say(503)
            try errors.wait(for: "member spare1 of spare is down by its checks")
            let answer = try RawClient(control.martlet.cleartext).get(fields: "Accept: text/html\r\n")
            #expect(answer.status == 503 && answer.text == "<p>back soon" && answer["Retry-After"] != nil)

            one.say(200)
            try errors.wait(for: "member node1 of shop is up by its checks")
            #expect(try ask(control) == ["one"])
        }

        @Test("a verdict holds across a restart until the first check", .timeLimit(.minutes(1)))
        func restart() throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, timeout: 20s, fall: 1, \(Self.quick) }"]
            let folder = try TemporaryFolder()
            let yaml = ControlledMartlet.text(text)
            let environment = ["STATE_DIRECTORY": folder.path]
            one.say(503)
            let first = try ControlledMartlet(yaml: yaml, in: folder, environment: environment)
            try first.martlet.process.errors.wait(for: "member node1 of shop is down by its checks")
            #expect(try first.martlet.terminate() == .exited(0))

            // Nobody is told anything new, and the member that was down gets nothing meanwhile.
            for patient in [one, two] { patient.say(0) }
            let second = try ControlledMartlet(yaml: yaml, in: folder, environment: environment)
            let words = "what the process before this one knew of 1 member holds until each is asked anew"
            try second.martlet.process.errors.wait(for: words)
            let visits = one.visits
            #expect(try ask(second) == ["two"] && one.visits == visits)
            let history = try second.text("explain", "member", "shop/node1")
            #expect(history.contains("HTTP 503, expected 200-399 (1 check), before the restart"))
            #expect(try second.martlet.terminate() == .exited(0))

            one.say(200)
            two.say(200)
            let third = try ControlledMartlet(yaml: yaml, in: folder, environment: environment)
            try third.martlet.process.errors.wait(for: "member node1 of shop is up by its checks: HTTP 200 (1 check)")
            #expect(try ask(third) == ["one", "two"])
        }

        @Test(
            "a file of verdicts that is none is said, and loses nothing", .timeLimit(.minutes(1)),
            arguments: ["", "{", "[]", "{\"form\":\"another\",\"time\":1,\"members\":[]}", "\u{0}\u{1}", "null"])
        func garbledFile(content: String) throws {
            let (one, two) = (try Patient("one"), try Patient("two"))
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.balancer = ["check: { path: /health, \(Self.quick) }"]
            let folder = try TemporaryFolder()
            let path = folder.path + "/verdicts.json"
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600]))
            let control = try ControlledMartlet(
                yaml: ControlledMartlet.text(text), in: folder, environment: ["STATE_DIRECTORY": folder.path])
            if !content.contains("another") {
                let words = "verdicts of the process before this one do not hold, \(path): it cannot be read as such"
                try control.martlet.process.errors.wait(for: words)
            }
            #expect(try ask(control) == ["one", "two"])
            #expect(try control.martlet.terminate() == .exited(0))
        }

        @Test("what an answer says is held against regular expressions", .timeLimit(.minutes(1)))
        func expressions() throws {
            let state = Monitor("{ \"status\" : \"UP\" }")
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in Answer.ok(state.withLock { $0 }) }
            }
            var text = EdgeText(member.endpoint)
            text.balancer = [
                "check: { content-matches: '\"status\"\\s*:\\s*\"(UP|OK)\"', content-matches-not: (?i)fatal, fall: 1, "
                    + "\(Self.quick) }"
            ]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            try waitForCheck(of: "node1", in: control) { $0["passed"] as? Int ?? 0 > 0 }
            state.withLock { $0 = "{ \"status\": \"DOWN\" }" }
            try errors.wait(for: "member node1 of shop is down by its checks: HTTP 200, but no match of ")
            state.withLock { $0 = "{ \"status\": \"OK\" }" }
            try errors.wait(for: "member node1 of shop is up by its checks")
            state.withLock { $0 = "{ \"status\": \"OK\", \"log\": \"Fatal\" }" }
            try errors.wait(for: "HTTP 200, and a match of \"(?i)fatal\" in the content")
        }

        @Test("quiet: real answers save checks", .timeLimit(.minutes(1)))
        func quiet() throws {
            let one = try Patient("one")
            var text = EdgeText(one.member.endpoint)
            text.balancer = ["check: { path: /health, quiet: true, \(Self.quick) }"]
            let control = try ControlledMartlet(text)
            let client = try RawClient(control.martlet.cleartext)
            #expect(
                try eventually {
                    _ = try client.get()
                    let check = try control.member("node1")["check"] as? [String: Any]
                    return check?["saved"] as? Int ?? 0 > 3
                })
        }

        // MARK: - Kinds

        @Test("real servers: nginx by tcp, http, tls, https and HTTP/2 over TLS", .timeLimit(.minutes(1)))
        func nginx() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let secure = try FreePort.choose()
            let nginx = try Nginx.atPort(
                server: """
                    listen 127.0.0.1:\(secure) ssl http2;
                    ssl_certificate \(certificates.path)/shop.pem;
                    ssl_certificate_key \(certificates.path)/shop.pem;
                    add_header X-State ready;
                    """, files: ["health": Array("all is ok".utf8)])
            let proven = "port: \(secure), tls-ca: \(certificates.authority), host: shop.example.com"
            let request = "path: /health, content: is ok, answer-fields: { X-State: ready }"
            try expectPassing([
                (nginx.endpoint, "use: tcp"), (nginx.endpoint, "use: http, \(request)"),
                (nginx.endpoint, "use: http, method: HEAD, path: /health"),
                (nginx.endpoint, "use: tls, \(proven)"),
                (nginx.endpoint, "use: http, tls: true, \(proven), \(request)"),
                (nginx.endpoint, "use: h2, tls: true, \(proven), \(request)"),
                (
                    nginx.endpoint,
                    "use: http, path: /health, tls: true, tls-verify: false, port: \(secure), host: other.example.com"
                ),
            ])
        }

        @Test("a server that does not prove its name fails, and is told why", .timeLimit(.minutes(1)))
        func unproven() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let secure = try FreePort.choose()
            let nginx = try Nginx.atPort(
                server: """
                    listen 127.0.0.1:\(secure) ssl;
                    ssl_certificate \(certificates.path)/shop.pem;
                    ssl_certificate_key \(certificates.path)/shop.pem;
                    """)
            var text = EdgeText(nginx.endpoint, nginx.endpoint, nginx.endpoint)
            text.keys["node1"] =
                "check: { use: tls, port: \(secure), tls-ca: \(certificates.authority), host: other.example.com }"
            text.keys["node2"] = "check: { use: tls, port: \(secure), host: shop.example.com }"
            text.keys["node3"] = "check: { use: tls, port: \(secure), tls-ca: \(folder.path)/none.pem }"
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            let line = try errors.wait(for: "member node1 of shop is down by its checks: TLS: its certificate: ")
            #expect(line.lowercased().contains("hostname mismatch"))
            try errors.wait(for: "member node2 of shop is down by its checks: TLS: its certificate: ")
            try errors.wait(for: "member node3 of shop cannot be checked: tls-ca cannot be read: ")
        }

        @Test("real servers: php-fpm and Tomcat, by their own pings", .timeLimit(.minutes(2)))
        func records() throws {
            let php = try PHPFPM()
            let tomcat = try Tomcat.start(routes: ["t1"])[0]
            try expectPassing(
                [
                    (php.endpoint, "use: fastcgi"),
                    (php.endpoint, "use: fastcgi, path: /none.php, expect: 404, content: not found"),
                    (tomcat.records, "use: ajp"),
                    (tomcat.endpoint, "use: http, expect: [2xx, 3xx, 404]"),
                ])
        }

        @Test("a gRPC server's health service, by its statuses", .timeLimit(.minutes(1)))
        func grpc() throws {
            let server = try PythonScript.start("serve_health.py", [])
            let line = try server.output.wait(for: "listening ")
            var text = EdgeText(.ipv4(port: try #require(Int(line.dropFirst(10)))))
            text.scheme = "h2c"
            text.balancer = ["check: { use: grpc, service: shop.Cart, fall: 2, \(Self.quick) }"]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            try server.output.wait(for: "asked shop.Cart")
            try waitForCheck(of: "node1", in: control) { $0["last"] as? String == "SERVING" }
            try server.write("2\n")
            try errors.wait(for: "member node1 of shop is down by its checks: NOT_SERVING (2 checks in a row)")
            try server.write("1\n")
            try errors.wait(for: "member node1 of shop is up by its checks: SERVING (2 checks in a row)")
            try server.write("5\n")
            try waitForCheck(of: "node1", in: control) {
                $0["last"] as? String == "gRPC status 5: the service is not known"
            }
        }

        // MARK: - Agents

        @Test(
            "an agent's words take a member out and bring it back; a dead agent says nothing", .timeLimit(.minutes(1)))
        func agent() throws {
            let words = Monitor("up ready 100%\n")
            let agent = try RecordingMember { try $0.send(words.withLock { $0 }) }
            let (one, two) = (try Patient("one"), try Patient("two"))
            var text = EdgeText(one.member.endpoint, two.member.endpoint)
            text.keys["node1"] = "agent: { port: \(agent.endpoint.port), interval: 100ms }"
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            try errors.wait(for: "member node1 of shop: its agent says ready up 100%")
            #expect(try ask(control) == ["one", "two"])
            for (said, told) in [
                ("down#disk is full\n", "down #disk is full"), ("up\n", "up"), ("maint\n", "maint"),
                ("ready\ndown", "ready"), ("drain\n", "drain"), ("ready, 0%\n", "ready 0%"), ("50%\n", "50%"),
            ] {
                words.withLock { $0 = said }
                try errors.wait(for: "member node1 of shop: its agent says \(told)")
                let isOut = ["maint", "down #disk is full", "drain", "ready 0%"].contains(told)
                #expect(try eventually { try ask(control, times: 2).contains("one") != isOut }, "after \(told)")
            }
            let before = errors.bytes.count
            words.withLock { $0 = "down\n" }
            try errors.wait(for: "member node1 of shop: its agent says down", after: before)
            words.withLock { $0 = "up\n" }
            let held = "it came and went, and is left alone for a while still"
            try errors.wait(for: "member node1 of shop: its agent says up; \(held)")
            #expect(try ask(control) == ["two"])
            let state = /shop\/node1 is down \(agent-down\), well again: it came and went, and is used in \d+ s\./
            #expect(try control.text("explain", "member", "node1").contains(state))
            words.withLock { $0 = "stopped\n" }
            try errors.wait(for: "member node1 of shop: its agent says stopped")
            agent.stop()
            try errors.wait(for: "member node1 of shop: its agent says nothing: connect: Connection refused")
            #expect(try ask(control) == ["two"])
        }

        // MARK: - Helpers

        /// Runs Martlet with a member for each check, and waits until each has passed twice and none has failed.
        private func expectPassing(_ checks: [(endpoint: Endpoint, keys: String)]) throws {
            var text = EdgeText(before: checks.map(\.endpoint))
            for (index, check) in checks.enumerated() {
                text.keys["node\(index + 1)"] = "check: { \(check.keys), timeout: 10s, interval: 100ms }"
            }
            let control = try ControlledMartlet(text)
            for (index, check) in checks.enumerated() {
                let found = try waitForCheck(of: "node\(index + 1)", in: control) {
                    $0["passed"] as? Int ?? 0 > 1 || $0["failed"] as? Int ?? 0 > 0
                }
                #expect(found["failed"] as? Int == 0, "\(check.keys): \(found)")
            }
        }

        /// Waits until the check of a member is as a test needs it.
        @discardableResult
        private func waitForCheck(
            of member: String, in control: ControlledMartlet, until isMet: ([String: Any]) -> Bool
        ) throws -> [String: Any] {
            var check: [String: Any] = [:]
            guard
                try eventually({
                    check = try control.member(member)["check"] as? [String: Any] ?? [:]
                    return isMet(check)
                })
            else { throw HarnessError("the check of \(member) did not come to it within 20 s: \(check)") }
            return check
        }

        /// Whether something becomes true within 20 s.
        private func eventually(_ isMet: () throws -> Bool) throws -> Bool {
            let deadline = Clock.now + 20
            while Clock.now < deadline {
                if try isMet() { return true }
            }
            return false
        }
    }
}
