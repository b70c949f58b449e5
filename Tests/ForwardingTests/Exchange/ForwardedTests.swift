import Forwarding
import Reactor
import Testing

/// `forwarded`: which field of trusted proxies names their clients, and by which ones members are told.
@Suite("Forwarded, in process")
struct ForwardedTests {
    private static let peer = "198.51.100.7"
    private static let trusted = "trusted-proxies: [198.51.100.0/24, 10.0.0.0/8]\n"
    private static let reading = trusted + "forwarded: { read: forwarded }\n"
    private static let names =
        ["For", "Proto", "Port", "Host"].map { "X-Forwarded-\($0)" } + ["X-Real-IP", "Forwarded"]

    private func told(
        _ edge: String, _ fields: String, from address: String = "198.51.100.7", way: Way = Way()
    ) throws -> [String: String] {
        let stage = try Stage(["node1": ""], edge: edge, way: way)
        let request = try stage.settle {
            try stage.send("GET / HTTP/1.1\r\nHost: inside:81\r\n\(fields)\r\n", from: address)
        }.request
        let pairs = Self.names.compactMap { name -> (String, String)? in
            let values = request.values(of: name)
            return values.isEmpty ? nil : (name, values.joined(separator: " | "))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test(
        "read: forwarded finds the last element that no trusted proxy is named by, and what that says",
        arguments: [
            ("", "198.51.100.7", "http", "inside:81", "80"), ("for=9.9.9.9", "9.9.9.9", "http", "inside:81", "80"),
            ("for=9.9.9.9;proto=https;host=shop.test", "9.9.9.9", "https", "shop.test", nil),
            (
                "For=\"[2001:db8::9]:4711\";Proto=HTTPS, for=10.0.0.7;proto=http;host=b", "2001:db8::9", "https",
                "inside:81", nil
            ),
            // Nobody's word counts before a stranger, nor before what is no address.
            ("for=1.1.1.1;proto=https;host=evil, for=9.9.9.9;proto=http", "9.9.9.9", "http", "inside:81", nil),
            ("for=1.1.1.1, for=unknown;proto=https", "198.51.100.7", "https", "inside:81", nil),
            ("for=1.1.1.1, for=_x, for=10.0.0.7", "10.0.0.7", "http", "inside:81", "80"),
            ("for=1.1.1.1, for=", "198.51.100.7", "http", "inside:81", "80"),
            ("for=\"1.1.1.1, for=9.9.9.9", "9.9.9.9", "http", "inside:81", "80"),
        ] as [(String, String, String, String, String?)])
    func reading(value: String, client: String, scheme: String, host: String, port: String?) throws {
        for way in Way.all {
            let forged = "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
            let told = try told(
                Self.reading, forged + "X-Forwarded-Server: evil\r\nForwarded: \(value)\r\n", way: way)
            #expect(told["X-Forwarded-For"] == (client == Self.peer ? client : "\(client), \(Self.peer)"), "\(value)")
            #expect(told["X-Forwarded-Proto"] == scheme && told["X-Forwarded-Host"] == host, "\(value)")
            #expect(told["X-Real-IP"] == client && told["X-Forwarded-Port"] == port, "\(value)")
            #expect(told["Forwarded"] == nil)
        }
    }

    @Test("read: forwarded believes nobody else, and X-Forwarded-For of nobody")
    func strangers() throws {
        let fields = "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=9.9.9.9;proto=https;host=evil\r\n"
        let told = try told(Self.reading, fields, from: "203.0.113.7")
        #expect(told["X-Forwarded-For"] == "203.0.113.7" && told["X-Real-IP"] == "203.0.113.7")
        #expect(told["X-Forwarded-Proto"] == "http" && told["X-Forwarded-Host"] == "inside:81")
        // What is not read is left out, whoever sends it.
        let other = try self.told(Self.trusted, "Forwarded: for=9.9.9.9;proto=https\r\n")
        #expect(other["X-Forwarded-For"] == "198.51.100.7" && other["X-Forwarded-Proto"] == "http")
    }

    @Test(
        "write: what members are told, by each field alone and by both",
        arguments: [
            ("", "203.0.113.7", "for=203.0.113.7;proto=http;host=\"inside:81\""),
            (
                "X-Forwarded-For: 9.9.9.9\r\n", "198.51.100.7",
                "for=9.9.9.9;proto=http;host=\"inside:81\", for=198.51.100.7;proto=http;host=\"inside:81\""
            ),
            (
                "X-Forwarded-For: 2001:db8::9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.test\r\n",
                "198.51.100.7",
                "for=\"[2001:db8::9]\";proto=https;host=shop.test, for=198.51.100.7;proto=http;host=\"inside:81\""
            ),
            (
                "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a, \"b\r\n", "198.51.100.7",
                "for=unknown;proto=https, for=198.51.100.7;proto=http;host=\"inside:81\""
            ),
        ])
    func writing(fields: String, address: String, expected: String) throws {
        let fields = fields + "Forwarded: for=6.6.6.6\r\n"
        let alone = try told(Self.trusted + "forwarded: { write: [forwarded] }\n", fields, from: address)
        #expect(alone == ["Forwarded": expected])
        let both = try told(Self.trusted + "forwarded: { write: [x-forwarded, forwarded] }\n", fields, from: address)
        let usual = try told(Self.trusted, fields, from: address)
        #expect(both["Forwarded"] == expected && usual["Forwarded"] == nil)
        #expect(both.filter { $0.key != "Forwarded" } == usual)
    }

    @Test("read and write: what a proxy has said by Forwarded members are told by it")
    func through() throws {
        let edge = Self.trusted + "forwarded: { read: forwarded, write: [forwarded] }\n"
        let fields = "Forwarded: for=6.6.6.6, for=9.9.9.9;proto=https;host=shop.test\r\nForwarded: for=10.0.0.1\r\n"
        #expect(
            try told(edge, fields) == [
                "Forwarded": "for=9.9.9.9;proto=https;host=shop.test, "
                    + "for=198.51.100.7;proto=http;host=\"inside:81\""
            ])
    }

    // MARK: - One scheme for all

    @Test(
        "a listener's redirect, hsts and Secure of cookies go by what the proxy says of its client",
        arguments: [
            ("", "X-Forwarded-Proto: https", true), ("", "X-Forwarded-Proto: http", false),
            ("", "Forwarded: for=9.9.9.9;proto=https", false),
            ("forwarded: { read: forwarded }", "Forwarded: for=9.9.9.9;proto=https", true),
            ("forwarded: { read: forwarded }", "Forwarded: for=9.9.9.9;proto=http", false),
            ("forwarded: { read: forwarded }", "X-Forwarded-Proto: https", false),
        ])
    func scheme(forwarded: String, field: String, isSecure: Bool) throws {
        let edge = """
            listeners:
              - { address: "127.0.0.1:80", redirect: https }
              - { address: "127.0.0.1:443", tls: { certificates: c } }
            hsts: 30d
            \(Self.trusted)\(forwarded)

            """
        let stage = try Stage(["node1": ""], settings: "affinity: insert", edge: edge)
        let client = try stage.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\(field)\r\n\r\n", by: "127.0.0.1:80")
        guard isSecure else {
            #expect(client.outcome == .refused(308, "redirected"))
            return
        }
        stage.last.answer(Answer.empty)
        let head = client.head
        #expect(head.contains("Strict-Transport-Security: max-age=2592000\r\n") && head.contains("; Secure"))
    }
}
