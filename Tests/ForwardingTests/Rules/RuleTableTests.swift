import Balancing
import Forwarding
import HTTP
import Model
import Reactor
import Testing

/// The requests of the ``RuleTable``, one by one.
@Suite("Rules, a table of requests")
struct RuleTableTests {
    @Test("the table has 250 requests at least, and no line that is none")
    func size() {
        #expect(RuleTable.rows.count >= 250, "\(RuleTable.rows.count)")
        #expect(RuleTable.unread.isEmpty)
        #expect(Set(RuleTable.rows.map(\.testDescription)).count == RuleTable.rows.count)
        for row in RuleTable.rows {
            #expect(RuleEdge.listeners[row.listener] != nil && address(of: row) != nil, "\(row.testDescription)")
        }
    }

    @Test(
        "who answers and why, what both sides are told, and that explain says so beforehand",
        arguments: RuleTable.rows, Wire.allCases)
    func row(row: RuleRow, wire: Wire) throws {
        let stage = try row.edge.stage(Way(client: wire))
        for _ in 1..<row.count {
            if row.isCrowded { _ = try send(row, on: stage) } else { _ = try ask(row, on: stage) }
        }
        _ = stage.takeLines()
        let explanation = try explain(row, on: stage)
        let reply = try ask(row, on: stage)
        judge(row, reply, log: stage.takeLines().last ?? "")
        judge(row, explanation)
        compare(row.told, with: { reply.told($0) }, target: reply.target)
        let shown = self.shown(reply.client)
        compare(row.shown, with: { shown.values(of: $0) }, target: "")
        guard row.explained == .same else { return }
        let isSent = reply.client.own?.outcome == .redirected
        #expect(explanation.location == (isSent ? shown.values(of: "Location").first : nil))
        let isMapped = row.target.hasPrefix("/") && !reply.target.isEmpty && reply.target != row.target
        #expect(explanation.target == (isMapped ? reply.target : nil))
    }

    // MARK: - Asking

    /// What members answer, without the content.
    private static let answer =
        "HTTP/1.1 200 OK\r\nServer: inner\r\nX-Powered-By: php\r\nSet-Cookie: SID=1; Path=/inner\r\n"
        + "Content-Location: http://192.0.2.1/inner/x\r\nContent-Length: 2\r\n\r\n"

    private func address(of row: RuleRow) -> SocketAddress? {
        let text = RuleEdge.clients[row.client] ?? row.client
        if text.hasPrefix("unix:") { return SocketAddress(unixPath: String(text.dropFirst(5))) }
        return SocketAddress(host: text, port: 40_000)
    }

    private func ask(_ row: RuleRow, on stage: Stage) throws -> Reply {
        try stage.settle(Self.answer + (row.method == "HEAD" ? "" : "ok")) { try send(row, on: stage) }
    }

    private func send(_ row: RuleRow, on stage: Stage) throws -> ScriptedClient {
        let listener = try #require(RuleEdge.listeners[row.listener])
        let peer = peer(try #require(address(of: row)), of: row, at: listener, on: stage)
        let client = try ScriptedClient(row.head, speaks: stage.way.client, peer: peer, on: stage.bench)
        if !stage.passwords.jobs.isEmpty { stage.decide() }
        if let length = row.contentLength, client.outcome == .open {
            client.send([UInt8](repeating: 0x78, count: length))
            client.end()
        }
        return client
    }

    private func peer(
        _ address: SocketAddress, of row: RuleRow, at listener: ListenAddress, on stage: Stage
    ) -> ClientPeer {
        let isSecure = row.listener == "tls"
        let port: UInt16? =
            switch listener {
            case .ip(_, let port): UInt16(port)
            case .unix: nil
            }
        func peer(_ address: SocketAddress) -> ClientPeer {
            ClientPeer(
                address: address, isSecure: isSecure, listener: Entrance.Key(listener),
                entranceLines: RequestHead.entranceLines(isSecure: isSecure, port: port), edge: stage.edge)
        }
        guard row.listener == "proxied", let bits = address.mappedBits,
            let proxy = SocketAddress(host: "192.0.2.8", port: 40_000)
        else { return peer(address) }
        return ClientPeer(
            from: ProxyHeader.Endpoint(address: bits, port: 40_000),
            to: ProxyHeader.Endpoint(address: 0xFFFF_7F00_0001, port: 443), by: peer(proxy), edge: stage.edge)
    }

    private func explain(_ row: RuleRow, on stage: Stage) throws -> Explanation {
        let listener = try #require(RuleEdge.listeners[row.listener])
        var explainer = Explainer(
            edge: stage.edge, keys: stage.edge.balancers.map { _ in nil }, now: stage.now)
        return try explainer.explain(
            ExplainedRequest(
                method: row.method, path: row.target, host: row.host ?? "", version: row.host == nil ? "1.0" : "1.1",
                fields: row.fields,
                address: row.client == "local" ? nil : RuleEdge.clients[row.client] ?? row.client,
                listener: listener.description))
    }

    // MARK: - Comparing

    private func judge(_ row: RuleRow, _ reply: Reply, log: String) {
        let logged = ["reason", "rule", "member"].map { value(of: $0, in: log) }
        switch row.verdict {
        case .member(let name):
            #expect(reply.member == name)
            #expect(reply.client.outcome == .whole && reply.client.status == 200)
            #expect(logged == ["", "", name])
        case .own(let status, let reason, let rule):
            #expect(reply.client.outcome == .refused(status, reason))
            #expect(reply.member.isEmpty)
            #expect(logged == [reason, rule, ""])
        }
    }

    private func judge(_ row: RuleRow, _ explanation: Explanation) {
        var verdict = row.verdict
        if case .other(let other) = row.explained { verdict = other }
        switch verdict {
        case .member(let name):
            #expect(explanation.answeredBy == "member" && explanation.status == 0 && explanation.reason.isEmpty)
            #expect(explanation.member == name)
        case .own(let status, let reason, let rule):
            #expect(explanation.answeredBy == "martlet" && explanation.status == status)
            #expect(explanation.reason == reason)
            // Where no rule decides, it says where one would have to stand.
            let isNowhere = rule.isEmpty && ["sites", "paths"].contains(explanation.rule)
            #expect(explanation.rule == rule || isNowhere)
        }
    }

    /// What the client is told, as a head: of Martlet's own answers the lines that rules make, with `Page` for the
    /// content that they give it.
    private func shown(_ client: ScriptedClient) -> String {
        guard let own = client.own else { return client.head }
        var lines = "\r\n" + String(decoding: own.lines, as: UTF8.self)
        let seconds = own.refusal.retryAfterSeconds
        if seconds > 0 { lines += "Retry-After: \(seconds)\r\n" }
        if let page = own.page { lines += "Page: \(String(decoding: page.content, as: UTF8.self))\r\n" }
        return "HTTP/1.1 \(own.status)" + lines + "\r\n"
    }

    private func compare(_ expected: [String], with values: (String) -> [String], target: String) {
        var all: [String: [String]] = [:]
        for piece in expected {
            if piece.hasPrefix("/") || piece == "*" {
                #expect(target == piece)
            } else if piece.hasPrefix("-") {
                #expect(values(String(piece.dropFirst())) == [], "\(piece)")
            } else if let colon = piece.firstIndex(of: ":") {
                all[String(piece[..<colon]), default: []].append(piece[piece.index(after: colon)...].trimmed)
            } else {
                Issue.record("\(piece) is no expectation")
            }
        }
        for (name, expected) in all {
            let found = values(name)
            // Whatever it is, it is one.
            if expected == ["*"] {
                #expect(found.count == 1 && found.first?.isEmpty == false, "\(name)")
            } else {
                #expect(found == expected, "\(name)")
            }
        }
    }

    /// The value of a field of the access log.
    private func value(of name: String, in line: String) -> String {
        guard let start = line.firstRange(of: "\"\(name)\":\"")?.upperBound else { return "none" }
        return String(line[start...].prefix { $0 != "\"" })
    }
}
