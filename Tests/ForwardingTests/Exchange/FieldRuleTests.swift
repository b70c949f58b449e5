import Forwarding
import HTTP
import Reactor
import Testing

/// What rules say in fields: `fields` of the edge, its sites and their paths.
@Suite("Rules of fields, in process")
struct FieldRuleTests {
    /// A stage of one site.
    private func stage(
        _ fields: String, members: [String: String] = ["node1": ""], settings: String = "", edge: String = "",
        way: Way = Way()
    ) throws -> Stage {
        try Stage(
            members, settings: settings, edge: "fields: { \(fields) }\n" + edge, way: way)
    }

    // MARK: - Requests

    @Test("request: set stands in place of what clients say, add beside it, remove leaves it out", arguments: Way.all)
    func request(way: Way) throws {
        let stage = try stage(
            "request: { set: { X-Node: a, X-Empty: \"$$\" }, add: { X-More: \"2\" }, remove: [X-Debug] }", way: way)
        let reply = try stage.ask(
            fields: ["x-node: forged", "X_NODE: forged", "X-More: 1", "x.debug: 1", "X-Debug: 1", "X-Debugger: 1"])
        #expect(reply.told("X-Node") == ["a"] && reply.told("X-More") == ["1", "2"] && reply.told("X-Empty") == ["$"])
        #expect(reply.told("X_NODE").isEmpty && reply.told("X-Debug").isEmpty && reply.told("x.debug").isEmpty)
        #expect(reply.told("X-Debugger") == ["1"] && reply.client.outcome == .whole && stage.isAtRest)
    }

    @Test("request: fields that browsers and members go by can be set and removed")
    func known() throws {
        let stage = try stage(
            "request: { set: { Authorization: Basic eA==, X-Forwarded-Prefix: /shop }, "
                + "remove: [Cookie, Accept-Encoding, Range] }")
        let reply = try stage.ask(
            cookie: "a=b",
            fields: ["Authorization: Bearer x", "Accept-Encoding: br", "Range: bytes=0-1", "X-Forwarded-Prefix: /evil"])
        #expect(reply.told("Authorization") == ["Basic eA=="] && reply.told("X-Forwarded-Prefix") == ["/shop"])
        for name in ["Cookie", "Accept-Encoding", "Range"] { #expect(reply.told(name).isEmpty) }
    }

    @Test("request: neither a trailer nor Connection takes a field's place", arguments: Way.all)
    func trailers(way: Way) throws {
        let stage = try stage(
            "request: { set: { X-Node: a }, remove: [X-Debug] }",
            settings: "affinity: { cookie: SID }\nbuddy-field: X-Buddy\nfacts: true",
            way: way)
        let client = try stage.post(length: nil, fields: "Connection: keep-alive, X-Node, X-Buddy", "X-Node: forged")
        client.send("ab")
        client.end(
            trailers: ["X-Node", "x_node", "X.DEBUG", "X-Buddy", "X-Balancer-Name"].map { "\($0): forged\r\n" }
                .joined() + "X-Sum: 1\r\n\r\n")
        #expect(stage.last.request.values(of: "X-Node") == ["a"])
        #expect(stage.last.received.trailers == "X-Sum: 1\r\n\r\n")
    }

    @Test("the inner level's names win, and the others are inherited")
    func levels() throws {
        let sites = """
            sites:
              - fields: { request: { set: { X-B: site, X-C: site }, remove: [X-D] } }
                paths:
                  /: shop
                  /in:
                    balancer: shop
                    fields: { request: { set: { x_c: path }, add: { X-A: path }, remove: [X-E] } }
            fields: { request: { set: { X-A: top, X-B: top, X-E: top }, add: { X-D: top } } }

            """
        let stage = try Stage(["node1": ""], edge: sites)
        func told(_ target: String) throws -> [String] {
            let request = try stage.ask(target, fields: ["X-D: mine", "X-A: mine"]).request
            return request.split(separator: "\r\n").filter { $0.lowercased().wholeMatch(of: /x.[a-e]: .*/) != nil }
                .map(String.init).sorted()
        }
        #expect(try told("/") == ["X-A: top", "X-B: site", "X-C: site", "X-E: top"])
        #expect(try told("/in/x") == ["X-A: mine", "X-A: path", "X-B: site", "x_c: path"])
    }

    // MARK: - Facts

    @Test("facts of the client and the connection", arguments: Way.all)
    func facts(way: Way) throws {
        let names = ["client-address", "client-port", "peer-address", "scheme", "host", "port", "balancer"]
        let set = names.map { "F-\($0): $\($0)" }.joined(separator: ", ")
        let stage = try stage(
            "request: { set: { \(set), Both: \"$client-address:$(client-port)x$$\" } }",
            edge: "trusted-proxies: [203.0.113.0/24]", way: way)
        func values(_ head: String, from address: String, isSecure: Bool = false) throws -> [String?] {
            let peer = SocketAddress(host: address, port: 40_000)!
            let reply = try stage.settle { try stage.send(head, from: peer, isSecure: isSecure) }
            return (names.map { "F-\($0)" } + ["Both"]).map { reply.told($0).first }
        }
        let head = "GET / HTTP/1.1\r\nHost: Shop.test:81\r\n"
        #expect(
            try values(head + "\r\n", from: "198.51.100.7") == [
                "198.51.100.7", "40000", "198.51.100.7", "http", "Shop.test", "80", "shop", "198.51.100.7:40000x$",
            ])
        #expect(
            try values(head + "\r\n", from: "2001:db8::7", isSecure: true) == [
                "2001:db8::7", "40000", "2001:db8::7", "https", "Shop.test", "443", "shop", "2001:db8::7:40000x$",
            ])
        // Behind a proxy the client's port is not known, and what needs it is not said.
        #expect(
            try values(
                head + "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n\r\n", from: "203.0.113.7") == [
                    "192.0.2.9", nil, "203.0.113.7", "https", "Shop.test", "80", "shop", nil,
                ])
        #expect(
            try values("GET / HTTP/1.0\r\n\r\n", from: "198.51.100.7")[4] == nil, "HTTP/1.0 may name no host")
    }

    @Test("facts of TLS, and none in cleartext")
    func tls() throws {
        let stage = try stage(
            "request: { set: { X-V: $tls-version, X-C: $tls-cipher, X-N: $tls-name } }, "
                + "answer: { set: { X-V: $tls-version } }")
        for name in ["a.example", "", "a\r\nEvil: 1", "a\0b"] {
            let address = SocketAddress(host: "198.51.100.7", port: 40_000)!
            let peer = ClientPeer(address: address, isSecure: true, edge: stage.edge)
            peer.complete(
                ClientPeer.LocalEnd(nil, askedName: Array(name.utf8)),
                terms: TLSTerms(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", keyBits: 128))
            let reply = try stage.settle {
                try ScriptedClient(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", speaks: .http1, peer: peer, on: stage.bench)
            }
            #expect(reply.told("X-V") == ["TLSv1.3"] && reply.told("X-C") == ["TLS_AES_128_GCM_SHA256"])
            #expect(reply.told("X-N") == (name == "a.example" ? [name] : []) && reply.told("Evil").isEmpty)
            #expect(reply.client.field("X-V") == "TLSv1.3")
        }
        let reply = try stage.ask()
        #expect(["X-V", "X-C", "X-N"].allSatisfy { reply.told($0).isEmpty } && reply.client.field("X-V") == nil)
    }

    @Test("facts of the member change with each member that is tried", arguments: Way.all)
    func member(way: Way) throws {
        let stage = try stage(
            "request: { set: { X-Node: \"$member/$route via $balancer for $client-address\", "
                + "X-Port: \"$port$member\" }, add: { X-A: always } }, "
                + "answer: { set: { X-Served: \"$(member)-$(route) $host\" } }",
            members: ["node1": "route: r1", "node2": "route: r2"], settings: "affinity: { cookie: SID }", way: way)
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let reply = try stage.ask(cookie: "SID=s.r1", fields: ["X-Node: forged"])
        #expect(reply.member == "node2" && reply.told("X-Node") == ["node2/r2 via shop for 198.51.100.7"])
        #expect(reply.told("X-Port") == ["80node2"] && reply.told("X-A") == ["always"])
        #expect(reply.client.field("X-Served") == "node2-r2 shop.test")
        #expect(stage.isAtRest)
    }

    @Test("facts of the member where one breaks off and the request is sent to the next one")
    func nextMember() throws {
        let stage = try stage(
            "request: { set: { X-Node: $member } }, answer: { set: { X-Served: $member } }",
            members: ["node1": "", "node2": ""], settings: "affinity: { cookie: SID }")
        let client = try stage.post(length: 2, fields: "Cookie: SID=s.node1", method: "PUT")
        client.send("ab")
        client.end()
        #expect(stage.last.member == "node1" && stage.last.request.values(of: "X-Node") == ["node1"])
        for _ in 0..<2 where client.outcome == .open { stage.last.fail(.broken("reset")) }
        #expect(stage.last.member == "node2" && stage.last.received.whole == Array("ab".utf8))
        #expect(stage.last.request.values(of: "X-Node") == ["node2"])
        stage.last.answer(Answer.empty)
        #expect(client.field("X-Served") == "node2" && stage.isAtRest)
    }

    @Test("content that fills the slab leaves room for what the next member is told", arguments: [false, true])
    func roomForTheNext(isChunked: Bool) throws {
        var statuses: Set<Int> = []
        for count in stride(from: 15_400, to: 16_400, by: 20) {
            let stage = try stage(
                "request: { set: { X-Node: \"$member of $balancer\" } }", members: ["a": "", "much-longer-name": ""],
                settings: "affinity: { cookie: SID }")
            let client = try stage.post(length: isChunked ? nil : count, fields: "Cookie: SID=s.a", method: "PUT")
            client.send(Octets.pattern(count))
            client.end()
            for _ in 0..<2 where client.outcome == .open { stage.last.fail(.broken("reset")) }
            guard client.outcome == .open else {
                #expect(client.outcome == .refused(502, "answer-broken"))
                statuses.insert(502)
                continue
            }
            #expect(stage.last.request.values(of: "X-Node") == ["much-longer-name of shop"])
            #expect(stage.last.received.whole == Octets.pattern(count))
            stage.last.answer(Answer.empty)
            statuses.insert(client.status)
        }
        #expect(statuses.contains(200))
    }

    // MARK: - Answers

    private static let answers =
        "answer: { set: { X-Frame-Options: DENY, X-Client: $client-address }, add: { Link: \"</a>; rel=preload\" }, "
        + "remove: [X-Powered-By, Server] }"

    @Test("answer: set, add and remove, also of 304 and to HEAD", arguments: Way.all)
    func answer(way: Way) throws {
        let stage = try stage(Self.answers, way: way)
        let said = [
            "x-frame-options: ALLOW", "X_Powered_By: PHP", "Server: x", "Link: </b>", "ETag: \"a\"", "X-Client: 1",
        ]
        for (method, status) in [("GET", 200), ("HEAD", 200), ("GET", 304), ("POST", 404)] {
            let answer = Answer.head(
                status, said[0], said[1], said[2], said[3], said[4], said[5],
                status == 304 ? "X-Other: 1" : "Content-Length: 0")
            let client = try stage.ask(method: method, answer: answer).client
            let head = client.head
            #expect(client.status == status && head.values(of: "X-Frame-Options") == ["DENY"])
            #expect(head.values(of: "X-Client") == ["198.51.100.7"] && head.values(of: "ETag") == ["\"a\""])
            #expect(head.values(of: "Link") == ["</b>", "</a>; rel=preload"])
            #expect(head.values(of: "X_Powered_By").isEmpty && head.values(of: "Server").isEmpty)
        }
        #expect(stage.isAtRest)
    }

    @Test("answer: its trailers neither", arguments: Way.all)
    func answerTrailers(way: Way) throws {
        let stage = try stage(Self.answers, way: way)
        let client = try stage.get()
        stage.last.answer(
            Answer.head(200, "Transfer-Encoding: chunked")
                + "2\r\nok\r\n0\r\nX-Frame-Options: ALLOW\r\nx_client: 1\r\nX-Sum: 1\r\n\r\n")
        #expect(client.outcome == .whole && client.text == "ok" && client.trailers == "X-Sum: 1\r\n\r\n")
    }

    @Test("answer: interim ones are the member's without what answers lose", arguments: Way.all)
    func interim(way: Way) throws {
        let stage = try stage(Self.answers, way: way)
        let client = try stage.get()
        stage.last.answer(Answer.head(103, "Link: </c>", "X-Powered-By: PHP"))
        #expect(client.interim == [103] && client.head.isEmpty)
        #expect(client.interimHead == "HTTP/1.1 103 Early Hints\r\nLink: </c>\r\n\r\n")
        stage.last.answer(Answer.empty)
        #expect(client.field("X-Frame-Options") == "DENY")
    }

    @Test("answer: the head that opens a WebSocket too")
    func webSocket() throws {
        let stage = try stage(Self.answers)
        let client = try stage.askForWebSocket()
        stage.last.answer(Answer.switching)
        #expect(client.status == 101 && client.field("X-Frame-Options") == "DENY")
        #expect(client.field("X-Client") == "198.51.100.7" && client.field("Upgrade") == "websocket")
    }

    @Test("answer: of a site's, to TRACE as well")
    func trace() throws {
        let site = "sites: [{ host: shop.test, paths: { /: shop }, fields: { answer: { set: { X-A: b } } } }]\n"
        let stage = try Stage(["node1": ""], edge: site)
        let client = try stage.send("TRACE /x HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        #expect(client.outcome == .refused(405, "trace-method"))
        let lines = String(decoding: try #require(client.own).lines, as: UTF8.self)
        #expect(lines.contains("X-A: b\r\n"))
    }

    @Test("answer: Martlet's own, whatever they are for", arguments: Way.all)
    func own(way: Way) throws {
        let sites =
            "sites: [{ host: shop.test, paths: { /: shop, /no: { answer: 403 }, /to: { redirect: /x }, "
            + "/in: { balancer: shop, fields: { answer: { remove: [X-Frame-Options] } } } } }]\n"
        let stage = try Stage(["node1": ""], edge: sites + "fields: { \(Self.answers) }", way: way)
        func lines(_ client: ScriptedClient) -> [String] {
            String(decoding: client.own?.lines ?? [], as: UTF8.self).split(separator: "\r\n").map(String.init)
        }
        let all = ["X-Frame-Options: DENY", "Link: </a>; rel=preload", "X-Client: 198.51.100.7"]
        #expect(lines(try stage.get("/no")) == all)
        #expect(lines(try stage.get("/to")) == ["Location: /x"] + all)
        #expect(lines(try stage.get("/x/../no")) == all, "400")
        #expect(lines(try stage.send("GET / HTTP/1.1\r\nHost: other\r\n\r\n")) == all, "404: no site")
        stage.refusals["node1"] = SystemError("connect", code: 111)
        let failed = try stage.get("/")
        #expect(failed.outcome == .refused(503, "no-member") && lines(failed) == all)
        #expect(lines(try stage.get("/in")) == Array(all.dropFirst()))
    }

    @Test("answer: one whose member is not known says nothing of it")
    func ownWithoutMember() throws {
        let stage = try stage(
            "answer: { set: { X-Served: $member, X-Host: $host, X-By: $balancer } }",
            edge: "sites: [{ paths: { /: shop, /no: { answer: 403 } } }]\n")
        let lines = try stage.get("/no").own?.lines ?? []
        #expect(String(decoding: lines, as: UTF8.self) == "X-Host: shop.test\r\n")
        #expect(try stage.ask().client.field("X-Served") == "node1")
    }

    @Test("lines do not go over to the next exchange of the same object")
    func reuse() throws {
        let sites =
            "sites: [{ paths: { /: shop, /in: { balancer: shop, fields: { request: { set: { X-A: $host } }, "
            + "answer: { set: { X-B: $host, X-C: $member } } } } } }]"
        let stage = try Stage(["node1": ""], edge: sites)
        for host in ["one.example", "two"] {
            let ruled = try stage.ask("/in", host: host)
            #expect(ruled.told("X-A") == [host] && ruled.client.field("X-B") == host)
            #expect(ruled.client.head.values(of: "X-C") == ["node1"])
            let bare = try stage.ask("/", host: host)
            #expect(bare.told("X-A").isEmpty && bare.client.field("X-B") == nil && bare.client.field("X-C") == nil)
        }
    }
}
