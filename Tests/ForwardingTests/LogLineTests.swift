import Bytes
import Forwarding
import Foundation
import Glibc
import Model
import Reactor
import Testing

/// Lines of the user's choice, what is left out of lines, and which exchanges get none.
@Suite("Lines of the access log")
struct LogLineTests {
    private func stage(_ access: String, settings: String = "") throws -> Stage {
        try Stage(settings: settings, edge: "log: { access: { \(access) } }")
    }

    /// The line of one exchange.
    private func line(_ access: String, _ target: String = "/", fields: String...) throws -> String {
        let stage = try stage(access)
        let head = Stage.head(target, fields: fields)
        let client = try stage.send(head)
        stage.last.answer(Answer.whole(content: "hello"))
        #expect(client.outcome == .whole)
        let lines = stage.takeWholeLines()
        #expect(lines.count == 1)
        return lines.first ?? ""
    }

    @Test("a line has the fields that are named, and what stands between them")
    func fields() throws {
        let line = try line(
            "format: '{client}:{client_port} \"{method} {target} {protocol}\" {status} {sent_bytes}'", "/a")
        #expect(line == "198.51.100.7:40000 \"GET /a HTTP/1.1\" 200 5")
        #expect(try self.line("format: '{status}'") == "200")
        #expect(try self.line("format: '{\"x\": {status}, \"of\": {}}'") == "{\"x\": 200, \"of\": {}}")
    }

    @Test("what is not known is a hyphen, and between quotes nothing")
    func unknown() throws {
        #expect(try line("format: '{user} {reason} \"{referer}\" {limit}'") == "- - \"\" 0")
    }

    @Test("outside quotes no value forges a column, inside none forges a member")
    func forged() throws {
        let agent = "User-Agent: a b,c] \"d\\"
        #expect(try line("format: '{user_agent} {status}'", fields: agent) == "a\\u0020b,c]\\u0020\\\"d\\\\ 200")
        #expect(try line("format: '{user_agent},{status}'", fields: agent) == "a\\u0020b\\u002cc]\\u0020\\\"d\\\\,200")
        #expect(try line("format: '[{user_agent}]'", fields: agent) == "[a\\u0020b,c\\u005d\\u0020\\\"d\\\\]")
        let text = try line(
            "format: '{\"agent\":\"{user_agent}\",\"admin\":false}'", fields: "User-Agent: x\",\"admin\":true,\"y\":\"")
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?.count == 2 && object?["admin"] as? Bool == false)
    }

    @Test("a text of any length is written whole, wherever in it something is escaped")
    func lengths() throws {
        for count in 1...40 {
            let text = String(repeating: "a", count: count)
            let agent = "User-Agent: \(text)"
            #expect(try line("format: '{user_agent}|{target}'", "/\(text)", fields: agent) == "\(text)|/\(text)")
            for (byte, escaped) in [("\"", "\\\""), ("\\", "\\\\"), ("é", "\\u00c3\\u00a9")] {
                let line = try line("format: '\"{user_agent}\" {host}'", fields: "\(agent)\(byte)\(text)")
                #expect(line == "\"\(text)\(escaped)\(text)\" shop.test")
            }
        }
    }

    @Test("a number is written with all of its digits", arguments: [0, 1, 9, 10, 11, 99, 100, 999, 1000, 12_345])
    func numbers(count: Int) throws {
        let stage = try stage("format: '{sent_bytes} {status}'")
        _ = try stage.send(Stage.head("/", fields: []))
        stage.last.answer(Answer.whole(content: String(repeating: "a", count: count)))
        #expect(stage.takeWholeLines() == ["\(count) 200"])
    }

    @Test("each field can stand in a line, alone and in quotes", arguments: LogField.allCases)
    func each(_ field: LogField) throws {
        let name = "\(field.entry.name)"
        let line = try line("format: '{\(name)} end'")
        #expect(line.hasSuffix(" end") && line.count > 4 && !line.dropLast(4).contains(" "))
    }

    @Test("the longest values of all fields fit a line, and a line fits a slab")
    func longest() throws {
        let access = { (format: String) in "log: { access: { format: '\(format)' } }" }
        let path = "/" + String(repeating: "a", count: SiteConfiguration.Path.nameBytesMax - 1)
        // YAML takes a key of more than 1,024 characters behind a question mark alone.
        let sites = "sites:\n  - paths:\n      /: shop\n      ? \(path)\n      : { answer: 403 }\n"
        let ruled = try Stage(edge: sites + access("{rule}a"))
        _ = try ruled.get(path)
        let rule = try #require(ruled.takeWholeLines().first).utf8.count
        // Outside quotes what follows the field is escaped to six bytes.
        #expect(rule > 6 * (path.utf8.count - 1))
        let long = String(repeating: "h", count: 2_000)
        let stage = try Stage(
            settings: "affinity: { cookie: SID }",
            edge: access("{method}M{target}h{host}h{user_agent}h{referer}h{route_asked}h"))
        let head = Stage.head(
            "/" + long, host: long, fields: ["User-Agent: " + long, "Referer: " + long, "Cookie: SID=x." + long],
            method: String(repeating: "M", count: 2_000))
        _ = try stage.send(head)
        stage.last.answer(Answer.empty)
        let parts = try #require(stage.takeWholeLines().first).utf8.count
        #expect(parts > 6 * 6 * 1_000)
        #expect(rule + parts + LogLine.bytesMax < LogLimits.lineBytesMax)
        #expect(LogLimits.lineBytesMax <= BufferPool.largeBytes)
    }

    @Test("a connection that is older than a reload has the handshake noted anew, once")
    func olderConnections() throws {
        let access = { (format: String) in "log: { access: { format: '\(format)' } }" }
        let stage = try Stage(["node1": ""], edge: access("{status}"))
        let peer = ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: true, edge: stage.edge)
        func noteCount() throws -> Int {
            let client = try ScriptedClient(Stage.head(), speaks: .http1, peer: peer, on: stage.bench)
            stage.last.answer(Answer.empty)
            return client.noteCount
        }
        #expect(try noteCount() == 0)
        try stage.serve(Stage.text(["node1": ""], edge: access("{status} {tls}")))
        #expect(try noteCount() == 1)
        #expect(try noteCount() == 0)
    }

    // MARK: - What is left out

    @Test("query: hide leaves the query out, of target and referer")
    func query() throws {
        let line = try line(
            "format: '{target} {referer}', query: hide", "/a?token=1&b=2", fields: "Referer: https://x.test/?token=3")
        #expect(line == "/a?*** https://x.test/?***")
        #expect(try self.line("format: '{target}', query: hide", "/a?") == "/a?")
    }

    @Test(
        "query: the values of some parameters are left out, however their names are written",
        arguments: [
            ("/a?token=1&b=2", "/a?token=***&b=2"), ("/a?b=2;t%6Fken=1", "/a?b=2;t%6Fken=***"),
            ("/a?tokens=1&token", "/a?tokens=1&token"), ("/a?token=", "/a?token=***"), ("/token=1", "/token=1"),
            ("/a?x=token=1&sid=2&&", "/a?x=token=1&sid=***&&"),
            ("/a;sid=1;x=2/b;si%64=3;;sid=?sid=4", "/a;sid=***;x=2/b;si%64=***;;sid=***?sid=***"),
            ("/a;sids=1;sid/sid=2;", "/a;sids=1;sid/sid=2;"),
        ])
    func parameters(target: String, written: String) throws {
        #expect(try line("format: '{target}', query: [token, sid]", target) == written)
    }

    @Test("hide leaves fields empty in all forms, and JSON valid")
    func hidden() throws {
        #expect(try line("format: '{client} {status}', hide: [client]") == "- 200")
        let json = try line("format: json, hide: [client, client_port, target, resumed]", "/secret")
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect(object?["client"] as? String == "" && object?["client_port"] as? Int == 0)
        #expect(object?["target"] as? String == "" && object?["resumed"] as? Bool == false)
        #expect(object?.count == LogField.allCases.count)
        let combined = try line("format: combined, hide: [client, user_agent]", fields: "User-Agent: x")
        #expect(combined.hasPrefix("- - - [") && combined.contains("\"GET / HTTP/1.1\" 200 5 \"-\" \"-\" host="))
    }

    // MARK: - Which exchanges

    @Test("sample keeps its share of what has gone well, and all else")
    func sample() throws {
        let stage = try stage("format: '{status} {reason}', sample: 10%")
        for number in 0..<1_000 {
            _ = try stage.get()
            stage.last.answer(Answer.whole(number % 10 == 0 ? 404 : 200))
        }
        let lines = stage.takeWholeLines()
        #expect(lines.count { $0 == "404 -" } == 100)
        #expect((50...140).contains(lines.count { $0 == "200 -" }))
        #expect(lines.allSatisfy { $0 == "404 -" || $0 == "200 -" })
    }

    @Test("slow exchanges are kept")
    func slow() throws {
        let stage = try stage("format: '{target}', sample: 0.01%, slow: 1s")
        for number in 0..<20 {
            _ = try stage.get("/\(number)")
            if number == 7 { stage.pass(milliseconds: 1_000) }
            stage.last.answer(Answer.empty)
        }
        #expect(stage.takeWholeLines() == ["/7"])
    }

    @Test("answers of Martlet's own are kept")
    func own() throws {
        let stage = try stage("format: '{status} {reason} {tries}', sample: 0.01%")
        stage.refusals["node1"] = SystemError("connect", code: ECONNREFUSED)
        stage.refusals["node2"] = SystemError("connect", code: ECONNREFUSED)
        _ = try stage.get()
        let line = try #require(stage.takeWholeLines().first)
        let pattern = #/503 no-member node\d:connect-failed:0,node\d:connect-failed:0.*/#
        #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
    }

    // MARK: - Tries

    @Test("tries: each member with what became of it, and how long it had the request")
    func tries() throws {
        let stage = try stage("format: '{tries} {member_address}'", settings: "retry-on: [503]")
        _ = try stage.get()
        let (first, begun) = (stage.last.member, stage.connections.count)
        stage.pass(milliseconds: 3)
        stage.last.answer(Answer.whole(503))
        #expect(stage.connections.count == begun + 1)
        stage.pass(milliseconds: 5)
        let second = stage.last.member
        stage.last.answer(Answer.empty)
        let line = try #require(stage.takeWholeLines().first)
        #expect(line.hasPrefix("\(first):answer-discarded:3000,\(second):answered:5000 "), "\(line)")
        #expect(line.hasSuffix(" 192.0.2.\(second == "node1" ? 1 : 2):80"), "\(line)")
    }

    @Test("tries: at most eight members are named, and the last one always")
    func manyTries() throws {
        let names = (1...12).map { "node\($0 + 10)" }
        let stage = try Stage(
            Dictionary(uniqueKeysWithValues: names.map { ($0, "") }),
            edge: "log: { access: { format: '{tries} {attempts}' } }")
        for name in names.dropLast() { stage.refusals[name] = SystemError("connect", code: ECONNREFUSED) }
        _ = try stage.get()
        stage.last.answer(Answer.empty)
        let line = try #require(stage.takeWholeLines().first)
        let parts = line.split(separator: " ")
        #expect(parts[0].split(separator: ",").count <= 8 && parts[0].hasSuffix("node22:answered:0"), "\(line)")
    }

    @Test("what no line has is not noted")
    func needs() throws {
        let stage = try stage("format: '{status}'")
        stage.refusals["node1"] = SystemError("connect", code: ECONNREFUSED)
        _ = try stage.get()
        stage.last.answer(Answer.empty)
        #expect(stage.takeWholeLines() == ["200"])
    }

    @Test("lines of many turns wait in few slabs while nobody comes for them, and none is lost")
    func gathering() throws {
        let stage = try Stage(["node1": ""], edge: "log: { access: { format: '{target}' } }")
        for number in 0..<100 {
            let client = try stage.send(Stage.head("/\(number)"))
            stage.last.answer(Answer.whole(content: "hello"))
            #expect(client.outcome == .whole)
            // More turns than slabs may wait.
            stage.bench.journal.handOver()
        }
        #expect(stage.log.lostTotal == 0)
        #expect(stage.takeWholeLines() == (0..<100).map { "/\($0)" })
    }
}
