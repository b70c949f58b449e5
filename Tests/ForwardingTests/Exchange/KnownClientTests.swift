import Forwarding
import HTTP
import Reactor
import Testing

/// What rules keep of a connection: its requests are told and answered as if each came by one of its own.
@Suite("What rules know of a connection, in process")
struct KnownClientTests {
    /// Paths of other rules, of users and without a balancer; each request has a member.
    private static let edge = """
        sites:
          - paths:
              /: shop
              /in: { balancer: shop, fields: { request: { set: { X-In: "$host in" } }, answer: { remove: [X-By] } } }
              /user: { balancer: shop, users: htpasswd }
              /other: { balancer: shop, users: others }
              /no: { answer: 403 }
              /always: { balancer: shop, fields: { request: { remove: \(all) }, answer: { remove: \(told) } } }
        fields:
          request:
            set:
              X-From: "$client-address:$client-port by $peer-address"
              X-To: "$scheme://$host:$port"
              X-Node: "$member of $balancer, for $client-address"
              X-User: $user
              X-Both: "$user@$host"
              X-Plain: always
            add: { X-More: "$user+$host", X-Less: $client-address }
          answer:
            set:
              X-By: "$balancer/$member/$route"
              X-For: "$user at $host"
              X-Host: $host
              X-Scheme: $scheme
              X-Same: always
        trusted-proxies: [198.51.100.0/24]

        """
    private static let all = "[X-From, X-To, X-Node, X-User, X-Both, X-Plain, X-More, X-Less]"
    private static let told = "[X-By, X-For, X-Host, X-Scheme, X-Same]"

    private func stage(_ edge: String = Self.edge) throws -> Stage {
        try Stage(["node1": "route: r1", "node2": "route: r2"], settings: "affinity: { cookie: SID }", edge: edge)
    }

    private func peer(_ stage: Stage, isSecure: Bool = false) -> ClientPeer {
        ClientPeer(
            address: SocketAddress(host: "198.51.100.7", port: 40_000)!, isSecure: isSecure,
            entranceLines: RequestHead.entranceLines(isSecure: isSecure, port: 80), edge: stage.edge)
    }

    private func send(
        _ target: String = "/", _ fields: String..., host: String = "a.test", by peer: ClientPeer, on stage: Stage
    ) throws -> ScriptedClient {
        try ScriptedClient(
            Stage.head(target, host: host, fields: fields), speaks: .http1, peer: peer, on: stage.bench)
    }

    // MARK: - Lines

    @Test("each request after each other one is told as by itself, and so is its answer")
    func pairs() throws {
        let stage = try stage()
        // What is proven of Ada once is known for both files.
        for target in ["/user", "/other"] {
            let client = try send(target, Stage.asAda, by: peer(stage), on: stage)
            stage.decide()
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
        }
        let (first, second) = ("Cookie: SID=s.r1", "Cookie: SID=s.r2")
        let (long, longer) = (String(repeating: "h", count: 255), String(repeating: "h", count: 256))
        let requests: [(String, String, [String])] = [
            ("/", "a.test", [first]), ("/", "a.test", [second]), ("/", "A.test", [first]), ("/", "a.test2", [first]),
            ("/", long, [first]), ("/", longer, [first]), ("/", "a.test", [first, "X-Forwarded-For: 192.0.2.1"]),
            ("/", "a.test", [first, "X-Forwarded-For: 192.0.2.2"]),
            ("/", "a.test", [first, "X-Forwarded-Proto: https"]), ("/in", "a.test", [first]),
            ("/always", "a.test", [first]), ("/user", "a.test", [first, Stage.asAda]),
            ("/user", "a.test", [second, Stage.asAda]), ("/other", "a.test", [first, Stage.asAda]),
            ("/", "a.test", [first, Stage.asAda]), ("/no", "a.test", []), ("/user", "a.test", []),
        ]
        let heads = requests.map { target, host, fields in Stage.head(target, host: host, fields: fields) }
        func ask(_ head: String, by peer: ClientPeer) throws -> [String] {
            let reply = try stage.settle {
                try ScriptedClient(head, speaks: .http1, peer: peer, on: stage.bench)
            }
            let own = String(decoding: reply.client.own?.lines ?? [], as: UTF8.self)
            #expect(reply.client.outcome == .whole || !own.isEmpty)
            return [reply.request, reply.client.head, own]
        }
        let expected = try heads.map { try ask($0, by: peer(stage)) }
        #expect(Set(expected).count == heads.count)
        for before in heads.indices {
            for head in heads.indices {
                let peer = peer(stage)
                _ = try ask(heads[before], by: peer)
                #expect(try ask(heads[head], by: peer) == expected[head], "\(heads[head]) after \(heads[before])")
                #expect(try ask(heads[head], by: peer) == expected[head], "\(heads[head]) again")
            }
        }
        #expect(stage.passwords.count == 2 && stage.isAtRest)
    }

    @Test("requests of one connection that are under way at once have their own")
    func atOnce() throws {
        let stage = try stage()
        let peer = peer(stage)
        let hosts = ["a.test", "b.test", "a.test", "c.test", "b.test"]
        for _ in 0..<2 {
            let clients = try hosts.map { host in
                try send("/", "Cookie: SID=s.r1", host: host, by: peer, on: stage)
            }
            let connections = stage.lent
            for connection in connections {
                let host = connection.request.values(of: "Host")
                #expect(connection.request.values(of: "X-To") == host.map { "http://\($0):80" })
                connection.answer(Answer.empty)
            }
            #expect(clients.map { $0.field("X-Host") } == hosts)
            #expect(clients.allSatisfy { $0.outcome == .whole && $0.field("X-By") == "shop/node1/r1" })
            #expect(connections.count == hosts.count)
        }
        #expect(stage.isAtRest)
    }

    @Test("whoever waits for his password is told the member as who is known, once")
    func held() throws {
        let stage = try stage()
        let peer = peer(stage)
        var told: [[String]] = []
        for round in 0..<2 {
            let client = try send("/user", Stage.asAda, "X-User: root", "Cookie: SID=s.r2", by: peer, on: stage)
            if round == 0 { stage.decide() }
            let request = stage.last.request
            told.append(request.split(separator: "\r\n").map(String.init).sorted())
            #expect(request.values(of: "X-User") == ["ada"] && request.values(of: "X-Both") == ["ada@a.test"])
            #expect(request.values(of: "X-More") == ["ada+a.test"])
            stage.last.answer(Answer.empty)
            #expect(client.field("X-For") == "ada at a.test" && client.field("X-By") == "shop/node2/r2")
        }
        #expect(told[0] == told[1] && stage.passwords.count == 1 && stage.isAtRest)
    }

    @Test("what becomes known of the handshake is said from then on")
    func handshake() throws {
        let stage = try stage("fields: { request: { set: { X-V: $tls-version, X-H: $host } } }")
        let peer = peer(stage, isSecure: true)
        func versions() throws -> [String] {
            try stage.settle { try send(by: peer, on: stage) }.told("X-V")
        }
        #expect(try versions().isEmpty && versions().isEmpty)
        peer.complete(
            ClientPeer.LocalEnd(nil, askedName: []),
            terms: TLSTerms(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", keyBits: 128))
        #expect(try versions() == ["TLSv1.3"])
    }

    @Test("each request has its own name, in all its lines")
    func names() throws {
        let fields = "{ request: { set: { X-A: \"$request-id for $host\", X-B: \"$member $request-id\" } } }"
        let stage = try stage("request-id: { field: X-Request-ID, answers: true }\nfields: \(fields)")
        let peer = peer(stage)
        var names: Set<String> = []
        for _ in 0..<3 {
            let reply = try stage.settle { try send("/", "Cookie: SID=s.r1", by: peer, on: stage) }
            let name = try #require(reply.told("X-Request-ID").first)
            #expect(reply.told("X-A") == ["\(name) for a.test"] && reply.told("X-B") == ["node1 \(name)"])
            #expect(reply.client.head.values(of: "X-Request-ID") == [name])
            names.insert(name)
        }
        #expect(names.count == 3)
    }

    @Test("a reload's rules and members hold for connections that are open")
    func reload() throws {
        let stage = try stage("fields: { request: { set: { X-A: \"$host $member\" } } }")
        let peer = peer(stage)
        func told() throws -> [String] {
            try stage.settle { try send("/", "Cookie: SID=s.r1", by: peer, on: stage) }.told("X-A")
        }
        #expect(try told() == ["a.test node1"] && told() == ["a.test node1"])
        try stage.serve(
            Stage.text(
                ["other": "route: r1"], settings: "affinity: { cookie: SID }",
                edge: "fields: { request: { set: { X-A: \"$member of $host\" } } }"))
        #expect(try told() == ["other of a.test"])
    }

    // MARK: - Users

    @Test("a connection's user is known as long as his password is, and no longer")
    func expiry() throws {
        let stage = try stage()
        let peer = peer(stage)
        _ = try send("/user", Stage.asAda, by: peer, on: stage)
        stage.decide()
        stage.last.answer(Answer.empty)
        for milliseconds in [0, 200_000, 99_999] {
            stage.pass(milliseconds: milliseconds)
            #expect(try stage.settle { try send("/user", Stage.asAda, by: peer, on: stage) }.member != "")
        }
        stage.pass(milliseconds: 1)
        let last = try send("/user", Stage.asAda, by: peer, on: stage)
        #expect(last.outcome == .open && stage.passwords.count == 2)
        stage.decide(.refused)
        #expect(last.outcome == .refused(401, "denied-user"))
        #expect(try send("/user", Stage.asAda, by: peer, on: stage).outcome == .refused(401, "denied-user"))
    }

    @Test("what is not the very same field is looked at")
    func others() throws {
        let stage = try stage()
        let peer = peer(stage)
        _ = try send("/user", Stage.asAda, by: peer, on: stage)
        stage.decide()
        stage.last.answer(Answer.empty)
        #expect(try stage.settle { try send("/user", Stage.asAda, by: peer, on: stage) }.member != "")
        // As long as Ada's, shorter, none, and two of them.
        let wrong = try send("/user", "Authorization: Basic YWRhOnNlc2FtZA==", by: peer, on: stage)
        #expect(wrong.outcome == .open && stage.passwords.count == 2)
        stage.decide()
        #expect(wrong.outcome == .refused(401, "denied-user"))
        for fields in ["Authorization: Basic YWRhOnNlc2FtZQ=", "Accept: x", "\(Stage.asAda)\r\n\(Stage.asAda)"] {
            #expect(try send("/user", fields, by: peer, on: stage).outcome == .refused(401, "denied-user"))
        }
        // Another file is asked by itself, whatever it holds.
        let other = try send("/other", Stage.asAda, by: peer, on: stage)
        #expect(other.outcome == .open && stage.passwords.count == 3)
        other.leave()
        #expect(stage.isAtRest)
    }

    @Test("a file that has changed knows nobody of before")
    func changedFile() throws {
        let stage = try stage()
        let peer = peer(stage)
        func ask() throws -> ScriptedClient { try send("/user", Stage.asAda, by: peer, on: stage) }
        _ = try ask()
        stage.decide()
        stage.last.answer(Answer.empty)
        #expect(try stage.settle { try ask() }.member != "")
        let text = Stage.text(
            ["node1": "route: r1", "node2": "route: r2"], settings: "affinity: { cookie: SID }", edge: Self.edge)
        let second = try stage.serve(text)
        #expect(try stage.settle { try ask() }.member != "", "the file is the same")
        let file = try PasswordFile(
            Array("bench:$2y$05$02KchABiRlmqrtkZd9hPqee5hY2T2P/HaEQlh3ZHe1nV.1LNi0b9K\n".utf8))
        try stage.serve(text, after: second, passwordFiles: ["htpasswd": file])
        let client = try ask()
        #expect(client.outcome == .open && stage.passwords.count == 2)
        stage.decide()
        #expect(client.outcome == .refused(401, "denied-user") && stage.isAtRest)
    }

    // MARK: - Rates

    @Test("by one connection of a proxy each client is counted by himself, and so is the proxy")
    func rates() throws {
        let stage = try stage(
            "sites: [{ paths: { /: { answer: 200, rate-limit: 2/h } } }]\ntrusted-proxies: [198.51.100.0/24]")
        let peer = peer(stage)
        func isLet(_ field: String = "Accept: x") throws -> Bool {
            try send("/", field, by: peer, on: stage).outcome == .refused(200, "fixed-answer")
        }
        let clients = ["Accept: x", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2"]
        for _ in 0..<2 { for client in clients { #expect(try isLet(client)) } }
        for client in clients { #expect(try !isLet(client)) }
        // The same address by another connection.
        #expect(try send("/", by: self.peer(stage), on: stage).outcome == .refused(429, "rate-limit"))
    }
}
