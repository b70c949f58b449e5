import Foundation
import Testing

extension EndToEnd {
    /// Why a request got its member: the access log, the field that a client may ask for, and the verb say the same.
    @Suite("Explain")
    struct ExplainTests {
        /// A request, and what is said of it.
        struct Case: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var target = "/"
            var cookie: String?
            var fields: [String] = []
            /// `member source asked changed reason`, a dash for nothing; the member is left out where any may get it.
            var said: String
        }

        private static let words = [
            "balancer", "member", "route_source", "route_asked", "route_changed", "route_reason",
        ]

        /// Sends each request with the log on and asks of it; both must say the same, and what is expected.
        private func compare(
            _ cases: [Case], affinity: String, balancer: [String] = [], memberKeys: [String] = ["", "", ""],
            before: (ControlledMartlet, [RecordingMember], RawClient) throws -> Void = { _, _, _ in }
        ) throws {
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let members = try (1...3).map { try RecordingMember(answering: "node\($0)") }
            var text = EdgeText(
                affinity: affinity,
                settings: [
                    "log: { access: { format: json, path: access.log } }", "explain-from: [127.0.0.0/8]",
                ])
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            for (member, keys) in zip(text.members, memberKeys) { text.keys[member.name] = keys }
            text.balancer = balancer
            text.workers = 1
            let control = try ControlledMartlet(text, in: folder)
            let client = try RawClient(control.martlet.cleartext)
            try before(control, members, client)
            var told: [[String: String]] = []
            for one in cases {
                var arguments = ["explain", "--path", one.target, "--host", "shop.example.com"]
                if let cookie = one.cookie { arguments += ["--cookie", cookie] }
                for field in one.fields { arguments += ["--field", field] }
                // Whatever is asked, and however often, the next request gets what was told.
                _ = try control.run(arguments: arguments).succeeded()
                let explained = try control.json(arguments: arguments)
                #expect(explained["answered_by"] as? String == "member")
                told.append(Self.said(explained))
                let field = try #require(explained["field"] as? String)

                let lines = (one.cookie.map { ["Cookie: \($0)"] } ?? []) + one.fields + ["x-martlet-explain: 1"]
                let answer = try client.get(one.target, fields: lines.map { $0 + "\r\n" }.joined())
                #expect(answer.status == 200)
                #expect(answer["X-Martlet-Route"] == field)
                #expect(answer.text == told.last?["member"])
                #expect(Self.short(told.last ?? [:]).hasSuffix(one.said), "\(one): \(Self.short(told.last ?? [:]))")
            }
            #expect(members.flatMap(\.requests).allSatisfy { $0["X-Martlet-Explain"] == nil })
            #expect(try control.martlet.terminate() == .exited(0))
            #expect(try JSONLines.objects(folder.read("access.log")).suffix(cases.count).map(Self.said) == told)
        }

        private static func said(_ object: [String: Any]) -> [String: String] {
            Dictionary(uniqueKeysWithValues: words.map { ($0, object[$0].map { "\($0)" } ?? "missing") })
        }

        private static func short(_ said: [String: String]) -> String {
            words.dropFirst().map { word in said[word]?.isEmpty == false ? said[word] ?? "-" : "-" }
                .joined(separator: " ")
        }

        @Test("routes: elected, sticky by path, query, cookie, unknown, redirected, disabled", .timeLimit(.minutes(1)))
        func routes() throws {
            let cases = [
                Case(testDescription: "nothing", said: "- - 0 elected"),
                Case(testDescription: "again", said: "- - 0 elected"),
                Case(testDescription: "cookie", cookie: "JSESSIONID=a.node1", said: "node1 cookie node1 0 sticky"),
                Case(
                    testDescription: "quoted", cookie: "x=y; JSESSIONID=\"a.node1\"",
                    said: "node1 cookie node1 0 sticky"),
                Case(
                    testDescription: "path", target: "/a;jsessionid=a.node1/b", cookie: "JSESSIONID=a.node9",
                    said: "node1 path node1 0 sticky"),
                Case(
                    testDescription: "query", target: "/a?x=1&jsessionid=a.node1", said: "node1 query node1 0 sticky"),
                Case(testDescription: "unknown", cookie: "JSESSIONID=a.no\"de", said: "cookie no\"de 1 unknown-route"),
                Case(testDescription: "bytes", cookie: "JSESSIONID=a.\u{e9}", said: "cookie Ã© 1 unknown-route"),
                Case(
                    testDescription: "redirected", cookie: "JSESSIONID=a.node2",
                    said: "node1 cookie node2 1 redirected"),
                Case(
                    testDescription: "disabled", cookie: "JSESSIONID=a.node3", said: "cookie node3 1 member-disabled"),
                Case(testDescription: "at the end", said: "- - 0 elected"),
            ]
            try compare(
                cases, affinity: "{ cookie: JSESSIONID, parameter: jsessionid }",
                memberKeys: ["", "status: [disabled], redirect: node1", "status: [stopped]"])
        }

        @Test("whoever has the same route, said in the log, in the field and to people", .timeLimit(.minutes(1)))
        func sameRoute() throws {
            let cases = [
                Case(testDescription: "stopped", cookie: "JSESSIONID=a.r", said: "node2 cookie r 0 same-route"),
                Case(testDescription: "other", cookie: "JSESSIONID=a.node3", said: "node3 cookie node3 0 sticky"),
            ]
            try compare(
                cases, affinity: "{ cookie: JSESSIONID }",
                memberKeys: ["route: r, status: [stopped]", "route: r", ""]
            ) { control, _, _ in
                let words = try control.text("explain", "--cookie", "JSESSIONID=a.r")
                let expected =
                    "shop/node2 gets it: the cookie asks for r, whose member cannot be used, and it has the same route."
                #expect(words.hasPrefix(expected + "\n"), "\(words)")
            }
        }

        @Test("a client of HTTP/1.0 without a host, and what is buffered, in words", .timeLimit(.minutes(1)))
        func inWords() throws {
            var text = EdgeText(try RecordingMember(answering: "x").endpoint)
            text.host = "shop.example.com"
            text.balancer = ["buffering: { answers: 1MiB, requests: 64KiB, file: off }"]
            let control = try ControlledMartlet(text, in: try TemporaryFolder())
            let buffered = "Buffered: answers in 1.0 MiB, requests in 64.0 KiB."
            #expect(try control.text("explain").split(separator: "\n").contains { $0 == buffered })
            #expect(try control.text("explain", "--http1.0", "--host", "").contains("404 itself (no-site"))
            #expect(try control.text("explain", "--host", "").contains("400 itself (host-missing"))
        }

        @Test("each reason that a choice may have is put into words", .timeLimit(.minutes(1)))
        func everyReason() throws {
            let sources = #filePath.components(separatedBy: "/Tests/")[0] + "/Sources"
            func text(_ file: String) throws -> String {
                try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
            }
            let source = try text("Balancing/ChoiceReason.swift")
            let reasons = source.matches(of: #/case \.\w+: "([a-z-]+)"/#).map { String($0.1) }
            let words = try text("martlet/Control/ExplainCommand.swift")
            #expect(reasons.count > 15 && reasons.contains("same-route"))
            for reason in reasons { #expect(words.contains("case \"\(reason)\": "), "\(reason)") }
        }

        @Test(
            "Martlet's own answers name the reason where the request is at fault; to whom may ask, always",
            .timeLimit(.minutes(1)), arguments: [false, true])
        func ownAnswers(mayAsk: Bool) throws {
            let settings = mayAsk ? ["explain-from: [127.0.0.1]"] : []
            var text = EdgeText(try RefusingAddress().endpoint, listeners: .prior, settings: settings)
            text.host = "shop.example.com"
            let martlet = try MartletProcess.run(text.text, in: try TemporaryFolder())
            let shop = "Host: shop.example.com\r\n"
            let cases = [
                ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found: no-site\n"),
                ("GET / HTTP/1.1\r\n\(shop)\(shop)\r\n", "400 Bad Request: host-repeated\n"),
                ("TRACE / HTTP/1.1\r\n\(shop)\r\n", "405 Method Not Allowed: trace-method\n"),
                (
                    "POST / HTTP/1.1\r\n\(shop)Transfer-Encoding: br, chunked\r\n\r\n",
                    "501 Not Implemented: transfer-coding-unknown\n"
                ),
                ("GET / HTTP/1.1\r\n\(shop)\r\n", "503 Service Unavailable\(mayAsk ? ": " : "\n")"),
            ]
            for (request, content) in cases {
                #expect(try RawClient(martlet.cleartext).exchange(request).text.hasPrefix(content), "\(request)")
            }
            let curl = try ChildProcess.run(
                Tool.curl.path(), ["-s", "--http2-prior-knowledge", "http://\(martlet.cleartext)/"]
            ).succeeded()
            #expect(curl == "404 Not Found: no-site\n")
        }

        @Test("a member in error, one that was drained, and elections by each method", .timeLimit(.minutes(1)))
        func states() throws {
            for method in ["byrequests", "bytraffic", "bybusyness", "least-connections"] {
                let cases = [
                    Case(
                        testDescription: "error", cookie: "MARTLET_shop=node2", said: "cookie node2 1 member-in-error"),
                    Case(testDescription: "drained", cookie: "MARTLET_shop=node3", said: "node3 cookie node3 0 sticky"),
                    Case(testDescription: "new", said: "node1 - - 0 elected"),
                ]
                try compare(cases, affinity: "insert", balancer: ["method: \(method)"]) { control, members, client in
                    members[1].stop()
                    #expect(try client.get(fields: "Cookie: MARTLET_shop=node2\r\n").status == 200)
                    _ = try control.text("drain", "shop/node3")
                }
            }
        }

        @Test(
            "keys: hashed by cookie, parameter, field, path and address, also on a ring", .timeLimit(.minutes(1)),
            arguments: ["cookie: SID", "parameter: sid", "field: X-User", "of: path", "of: address"],
            ["byrequests", "consistent-hash"])
        func keys(_ key: String, _ method: String) throws {
            let cases = (0..<8).map { number in
                Case(
                    testDescription: "\(number)", target: "/k\(number);sid=\(number)", cookie: "SID=\(number)",
                    fields: ["X-User: u\(number)"], said: "key - 0 hashed")
            }
            try compare(cases, affinity: "{ mode: hash, \(key) }", balancer: ["method: \(method)"])
        }

        /// What a client has of a session of node2 whose route was sealed, on another node of the same keys.
        private func sealedCookie(_ affinity: String) throws -> String {
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            var text = EdgeText(affinity: affinity)
            let application = try SessionApplication("any")
            text.members = (1...3).map { ("node\($0)", application.member.endpoint) }
            let martlet = try MartletProcess.run(text.text, in: folder)
            return try #require(try RawClient(martlet.cleartext).get("/login?abc.node2").cookie()?.value)
        }

        @Test("sealed routes: opened, forged, of another session, in cookie and path", .timeLimit(.minutes(1)))
        func sealed() throws {
            let affinity =
                "{ mode: sealed, cookie: JSESSIONID, parameter: jsessionid, key-file: affinity.keys }"
            let cookie = try sealedCookie(affinity)
            let forged = "abc." + String(repeating: "A", count: 68)
            let cases = [
                Case(testDescription: "none", said: "- - 0 elected"),
                Case(testDescription: "opens", cookie: "JSESSIONID=\(cookie)", said: "node2 cookie node2 0 sticky"),
                Case(
                    testDescription: "path", target: "/;jsessionid=\(cookie)", said: "node2 path node2 0 sticky"),
                Case(
                    testDescription: "query", target: "/?jsessionid=\(cookie)",
                    said: "node2 query node2 0 sticky"),
                Case(testDescription: "forged", cookie: "JSESSIONID=\(forged)", said: "- - 0 token-invalid"),
                Case(testDescription: "plain", cookie: "JSESSIONID=abc.node2", said: "- - 0 token-invalid"),
                Case(
                    testDescription: "another session's", cookie: "JSESSIONID=abd\(cookie.dropFirst(3))",
                    said: "- - 0 token-invalid"),
            ]
            try compare(cases, affinity: affinity) { control, _, _ in
                let words = try control.text("explain", "--cookie", "JSESSIONID=\(forged)")
                let expected = " gets it: the session's token does not open, and it is elected.\n"
                #expect(words.contains(expected), "\(words)")
            }
        }

        @Test("inserted cookies with limits: over, malformed, held", .timeLimit(.minutes(1)))
        func limits() throws {
            let now = Int(Date().timeIntervalSince1970)
            func cookie(_ issued: Int) -> String { "MARTLET_shop=node2~\(String(issued, radix: 16))~0" }
            let cases = [
                Case(
                    testDescription: "holds", cookie: cookie(now),
                    said: "node2 cookie node2~\(String(now, radix: 16))~0 0 sticky"),
                Case(testDescription: "over", cookie: cookie(now - 4_000), said: "- - 0 cookie-expired"),
                Case(
                    testDescription: "malformed", cookie: "MARTLET_shop=node2~x", said: "cookie node2~x 1 unknown-route"
                ),
                Case(testDescription: "without", cookie: "MARTLET_shop=node3", said: "node3 cookie node3 0 sticky"),
            ]
            try compare(cases, affinity: "{ mode: insert, idle: 30m, life: 1h }") { control, _, _ in
                let words = try control.text("explain", "--cookie", cookie(now - 4_000))
                let expected = ": the inserted cookie is older than its limits, and it is elected.\n"
                #expect(words.contains(expected), "\(words)")
            }
        }

        @Test(
            "a session's buddy while its member is in error, whatever its affinity", .timeLimit(.minutes(1)),
            arguments: ["prefix", "sealed", "route"])
        func buddies(_ mode: String) throws {
            let keys = mode == "sealed" ? ", key-file: affinity.keys" : ""
            let affinity = "{ mode: \(mode), cookie: JSESSIONID\(keys) }"
            let cookie =
                switch mode {
                case "prefix": "node2~abc"
                case "sealed": try sealedCookie(affinity)
                default: "abc.node2"
                }
            let sent = "JSESSIONID=\(cookie)"
            let cases = (0..<3).map { number in
                Case(testDescription: "\(number)", cookie: sent, said: "cookie node2 1 buddy")
            }
            try compare(cases, affinity: affinity, balancer: ["failover: buddy"]) { _, members, client in
                members[1].stop()
                let answer = try client.get(fields: "Cookie: \(sent)\r\n")
                #expect(answer.status == 200)
            }
        }

        @Test("a session that waits for its turn to move is told the same answer", .timeLimit(.minutes(1)))
        func paced() throws {
            let members = try (1...2).map { try RecordingMember(answering: "node\($0)") }
            var text = EdgeText(affinity: "{ mode: prefix, cookie: JSESSIONID }")
            text.members = members.enumerated().map { ("node\($0.offset + 1)", $0.element.endpoint) }
            text.balancer = ["failover-rate: 1"]
            text.workers = 1
            let control = try ControlledMartlet(text)
            let client = try RawClient(control.martlet.cleartext)
            let sessions = (0..<200).map { "JSESSIONID=node2~s\($0)" }
            for session in sessions + sessions {
                #expect(try client.get(fields: "Cookie: \(session)\r\n").text == "node2")
            }
            members[1].stop()
            // Few may move at once: the others are told to come again.
            let refused = try #require(
                try sessions.first { try client.get(fields: "Cookie: \($0)\r\n").status == 503 })
            let said = try control.json("explain", "--cookie", refused)
            #expect(said["answered_by"] as? String == "martlet" && said["status"] as? Int == 503)
            #expect(said["reason"] as? String == "paced")
        }

        @Test("what Martlet answers itself, and what makes no request", .timeLimit(.minutes(1)))
        func refusals() throws {
            let refusing = try RefusingAddress().endpoint
            var text = EdgeText(refusing, refusing, affinity: "{ cookie: JSESSIONID }")
            text.balancer = ["no-failover: true"]
            text.memberKeys = "status: [disabled]"
            var yaml = ControlledMartlet.text(text)
            yaml = yaml.replacingOccurrences(
                of: "  - paths: { /: shop }",
                with: "  - { host: \"*.example.com\", paths: { /: shop, /a: { balancer: shop, to: / } } }")
            let control = try ControlledMartlet(yaml: yaml, in: TemporaryFolder())
            let cases: [([String], Int, String)] = [
                ([], 503, "no-member"), (["--cookie", "JSESSIONID=a.node1"], 503, "session-member-unavailable"),
                (["--host", "other.org"], 404, "no-site"), (["--path", "/a/../b"], 400, "path-ambiguous"),
                (["--path", "/b;%2f../a"], 400, "path-ambiguous"), (["--path", "/b/../c%2Fd"], 503, "no-member"),
                (["--method", "TRACE"], 405, "trace-method"), (["--method", "get"], 501, ""),
                (["--path", "no slash"], 400, ""), (["--field", "Host: two"], 400, "host-repeated"),
                (["--field", "X Y: z"], 400, ""),
                (["--field", "X: \(String(repeating: "y", count: 40_000))"], 431, ""),
            ]
            for (arguments, status, reason) in cases {
                let said = try control.json(arguments: ["explain"] + arguments)
                #expect(said["answered_by"] as? String == "martlet", "\(arguments)")
                if status != 501 { #expect(said["status"] as? Int == status, "\(arguments): \(said)") }
                if !reason.isEmpty { #expect(said["reason"] as? String == reason, "\(arguments): \(said)") }
            }
            let split = try control.run("explain", "--field", "X: y\r\nCookie: z")
            #expect(split.ending == .exited(65))
            #expect(split.errors.contains("found a line break"))
            let people = try control.text("explain", "--cookie", "JSESSIONID=a.node1")
            #expect(
                people.hasPrefix(
                    "Martlet answers 503 itself (session-member-unavailable); the cookie asks for node1.\n"))
            #expect(people.contains("\nX-Martlet-Route: balancer=shop member= route_source=cookie route=\"node1\" "))
        }

        @Test(
            "--listener: each listener's own answer; what decides where a request leads nowhere",
            .timeLimit(.minutes(1)))
        func listener() throws {
            let folder = try TemporaryFolder()
            _ = try Certificates.forShop(in: folder)
            let local = "unix:\(folder.path)/m.sock"
            let yaml = """
                listeners:
                  - { address: "\(local)", redirect: https }
                  - { address: "127.0.0.1:0", tls: { certificates: certs/ } }
                sites:
                  - host: shop.example.com
                    paths: { /app: shop, /app/in: { balancer: shop, allow: none }, /old: { redirect: /app } }
                balancers:
                  shop: { members: { node1: "\(try RefusingAddress().endpoint.memberURL)" } }
                control: { socket: control.sock }

                """
            let control = try ControlledMartlet(yaml: yaml, in: folder)
            func said(_ path: String, _ arguments: String...) throws -> [String] {
                let explained = try control.json(arguments: ["explain", "--path", path] + arguments)
                return ["status", "reason", "rule"].map { explained[$0].map { "\($0)" } ?? "" }
            }
            #expect(try said("/app") == ["0", "", ""], "the listener with tls, unless another one is named")
            #expect(try said("/app", "--listener", "127.0.0.1:0") == ["0", "", ""])
            #expect(try said("/app", "--listener", local) == ["308", "redirected", "redirect"])
            #expect(try said("/old") == ["308", "redirected", "/old redirect"])
            #expect(try said("/") == ["404", "no-path", "paths"])
            #expect(try said("/app/../old") == ["400", "path-ambiguous", "paths"])
            #expect(try said("/app/In") == ["400", "path-ambiguous", "letter-case"])
            let ambiguous = try control.text("explain", "--path", "/app/IN")
            #expect(ambiguous.contains("by letter-case).\nBut for its letters' case this is a guarded path"))
            #expect(try said("/app", "--host", "other.example.com") == ["404", "no-site", "sites"])
            let people = try control.text("explain", "--path", "/old")
            #expect(people == "Martlet answers 308 itself (redirected, by /old redirect), to /app.\n")
            let unknown = try control.run("explain", "--listener", "[::]:443")
            #expect(unknown.ending == .exited(65))
            #expect(unknown.errors.contains("the listeners are \(local), 127.0.0.1:0"))
        }

        @Test("only those whom explain-from names are told, over HTTP/1.1 and HTTP/2", .timeLimit(.minutes(1)))
        func allowed() throws {
            let member = try RecordingMember(answering: "x")
            for (ranges, isTold) in [("[127.0.0.1]", true), ("[10.0.0.0/8, \"::1\"]", false), ("[]", false)] {
                let folder = try TemporaryFolder()
                let certificates = try Certificates.forShop(in: folder)
                let text = EdgeText(member.endpoint, listeners: .tls, settings: ["explain-from: \(ranges)"])
                let martlet = try MartletProcess.run(text.text, in: folder)
                for version in ["--http1.1", "--http2"] {
                    var curl = try Curl(to: martlet, authority: certificates.authority)
                    curl.version = version
                    let asking = try curl.head("/", ["--header", "X-Martlet-Explain: 1"])
                    let expected = "balancer=shop member=node1 route_source= route=\"\" route_reason=elected"
                    #expect(asking["X-Martlet-Route"] == (isTold ? expected : nil), "\(ranges) \(version)")
                    #expect(try curl.head("/")["X-Martlet-Route"] == nil)
                }
            }
            #expect(member.requests.count == 12)
            #expect(member.requests.allSatisfy { $0["X-Martlet-Explain"] == nil })
        }

        @Test("a long route is cut in the field, and the answer comes", .timeLimit(.minutes(1)))
        func longRoute() throws {
            let member = try RecordingMember(answering: "x")
            let scene = try Scene(
                member, settings: ["explain-from: [127.0.0.1]"], affinity: "{ cookie: SID }")
            let route = String(repeating: "\"", count: 8_000)
            let answer = try scene.client().get(fields: "Cookie: SID=a.x\(route)\r\nX-Martlet-Explain: 1\r\n")
            #expect(answer.status == 200)
            let field = try #require(answer["X-Martlet-Route"])
            #expect(field.contains("route_reason=unknown-route") && field.count < 1_000)
        }
    }
}
