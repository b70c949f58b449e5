import Forwarding
import HTTP
import Testing

/// A name for each request: `request-id`, and `$request-id` in fields.
@Suite("Names of requests, in process")
struct RequestIDTests {
    private func stage(_ rule: String, way: Way = Way()) throws -> Stage {
        try Stage(["node1": ""], edge: rule + "\n" + Stage.logging, way: way)
    }

    private func isMade(_ name: String) -> Bool {
        name.utf8.count == 32 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }

    private func logged(_ stage: Stage) -> String? {
        stage.takeLines().last?.firstMatch(of: #/"request_id":"([^"]*)"/#).map { String($0.1) }
    }

    @Test("the member is told, and nobody says it in Martlet's place", arguments: Way.all)
    func made(way: Way) throws {
        let stage = try stage("request-id: X-Request-ID", way: way)
        var names: Set<String> = []
        for _ in 0..<3 {
            let reply = try stage.ask(fields: ["x-request-id: mine", "X_Request_ID: mine"])
            let told = reply.told("X-Request-ID")
            #expect(told.count == 1 && isMade(told.first ?? "") && reply.told("X_Request_ID").isEmpty)
            #expect(reply.client.field("X-Request-ID") == nil)
            names.formUnion(told)
        }
        #expect(names.count == 3)
    }

    @Test("answers: the client is told, also by Martlet's own answers")
    func answers() throws {
        let stage = try stage(
            "request-id: { field: X-Request-ID, answers: true }\nsites: [{ paths: { /: shop, /no: { answer: 403 } } }]")
        let reply = try stage.ask(answer: Answer.whole(200, "X-Request-ID: member"))
        #expect(reply.told("X-Request-ID") == reply.client.head.values(of: "X-Request-ID"))
        let own = String(decoding: try stage.get("/no").own?.lines ?? [], as: UTF8.self)
        #expect(own.hasPrefix("X-Request-ID: ") && own.hasSuffix("\r\n"))
        #expect(isMade(String(own.dropFirst(14).dropLast(1))))
    }

    @Test(
        "what a trusted proxy says is kept, if it is a name",
        arguments: [
            ("X-Request-ID: abc-1", "abc-1"), ("x-request-id: A.b_c~d+e/f=", "A.b_c~d+e/f="),
            ("X-Request-ID: a b", nil), ("X-Request-ID: <x>", nil), ("X-Request-ID:", nil),
            ("X_Request_ID: abc", nil), ("X-Request-ID: a\r\nX-Request-ID: b", nil),
            ("X-Request-ID: " + String(repeating: "a", count: 128), String(repeating: "a", count: 128)),
            ("X-Request-ID: " + String(repeating: "a", count: 129), nil),
        ] as [(String, String?)])
    func kept(line: String, name: String?) throws {
        let stage = try stage("request-id: X-Request-ID\ntrusted-proxies: [198.51.100.0/24]")
        let told = try stage.ask(fields: [line]).told("X-Request-ID")
        #expect(told.count == 1 && (name == nil ? isMade(told.first ?? "") : told == [name]))
        let stranger = try stage.settle {
            try stage.send("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", from: "203.0.113.7")
        }
        #expect(isMade(stranger.told("X-Request-ID").first ?? ""))
    }

    @Test("the log has it, and nothing where no rule names requests")
    func log() throws {
        let stage = try Stage(["node1": ""], edge: "request-id: X-Request-ID\n" + Stage.logging)
        let told = try stage.ask().told("X-Request-ID")
        #expect(logged(stage) == told.first)
        let bare = try Stage(["node1": ""], edge: Stage.logging)
        _ = try bare.ask()
        #expect(logged(bare) == "")
    }

    @Test("$request-id names requests by itself, once for all fields")
    func byFields() throws {
        let stage = try Stage(
            ["node1": ""],
            edge: "fields: { request: { set: { A: $request-id, B: \"x-$request-id\" } }, "
                + "answer: { add: { C: $request-id } } }")
        let reply = try stage.ask()
        let name = reply.told("A").first ?? ""
        #expect(isMade(name) && reply.told("B") == ["x-" + name] && reply.client.field("C") == name)
    }

    @Test("a path can leave it out")
    func leftOut() throws {
        let stage = try stage(
            "request-id: X-Request-ID\nsites: [{ paths: { /: shop, /in: { balancer: shop, "
                + "fields: { request: { remove: [X-Request-ID] } } } } }]")
        #expect(try stage.ask("/in", fields: ["X-Request-ID: mine"]).told("X-Request-ID").isEmpty)
        #expect(try stage.ask("/").told("X-Request-ID").count == 1)
    }
}
