import Foundation
import Testing

extension EndToEnd {
    /// Routes that only Martlet can read: `abc.node1` for the application, `abc.<token>` for everybody else.
    @Suite("Sealed routes")
    struct SealedAffinityTests {
        static let keys = (1...3).map { "\($0) " + String(repeating: "\($0)a", count: 32) + "\n" }

        private let applications: [SessionApplication]
        private let folder: TemporaryFolder

        init() throws {
            applications = try (1...2).map {
                try SessionApplication("node\($0)", attributes: "; Path=/; Secure; SameSite=Strict; Expires=never")
            }
            folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
        }

        static func write(_ keys: String, in folder: TemporaryFolder) throws {
            let file = try folder.write(keys, to: "affinity.keys")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }

        private func configuration(_ keys: String = "", listeners: EdgeText.Listeners = .cleartext) -> String {
            var text = EdgeText(
                before: applications.map(\.member.endpoint), listeners: listeners,
                affinity: "{ mode: sealed, cookie: JSESSIONID, parameter: jsessionid, key-file: affinity.keys\(keys) }",
                settings: ["log: { access: { path: access.log } }"])
            text.workers = 1
            return text.text
        }

        private func start(_ keys: String = "") throws -> (martlet: MartletProcess, client: RawClient) {
            let martlet = try MartletProcess.run(configuration(keys), in: folder)
            return (martlet, try RawClient(martlet.cleartext))
        }

        /// The cookie of a session of node2.
        private func login(_ client: RawClient) throws -> String {
            try #require(try client.get("/login?abc.node2").cookie()?.value)
        }

        private func get(_ client: RawClient, _ cookie: String) throws -> WireMessage {
            try client.get(fields: "Cookie: JSESSIONID=\(cookie)\r\n")
        }

        @Test("two processes with one file of keys serve one jar, and nobody sees a route", .timeLimit(.minutes(1)))
        func twoNodes() throws {
            let nodes = try (0..<2).map { _ in try start().client }
            var sealed: Set<String> = []
            for client in nodes {
                let answer = try client.get("/login?abc.node2")
                let cookie = try #require(answer.cookie())
                #expect(cookie.value.wholeMatch(of: #/abc\.[A-Za-z0-9_-]{68}/#) != nil)
                #expect(cookie.attributes == "; Path=/; Secure; SameSite=Strict; Expires=never")
                #expect(!answer.headText.contains("node"))
                sealed.insert(cookie.value)
            }
            for client in nodes {
                for cookie in sealed {
                    for _ in 0..<3 {
                        let answer = try get(client, cookie)
                        #expect(answer.text == "node2 JSESSIONID=abc.node2 /")
                        #expect(answer.cookie() == nil)
                    }
                }
            }
        }

        @Test("keys change in mid-session, one signal after the other", .timeLimit(.minutes(1)))
        func rotation() throws {
            let (martlet, client) = try start()
            let keys = SealedAffinityTests.keys
            let old = try login(client)
            func epoch(_ cookie: String) -> UInt8? {
                let text = cookie.dropFirst(4).replacing("-", with: "+").replacing("_", with: "/")
                return Data(base64Encoded: String(text))?.first
            }
            #expect(epoch(old) == 1)
            for (file, sealing) in [(keys[0] + keys[1], 1), (keys[1] + keys[0], 2)] as [(String, UInt8)] {
                try SealedAffinityTests.write(file, in: folder)
                try martlet.reload()
                for _ in 0..<3 { #expect(try get(client, old).text == "node2 JSESSIONID=abc.node2 /") }
                #expect(epoch(try login(client)) == sealing)
            }
            let new = try login(client)
            try SealedAffinityTests.write(keys[1], in: folder)
            try martlet.reload()
            #expect(try get(client, new).text == "node2 JSESSIONID=abc.node2 /")
            #expect(try get(client, old).cookie() != nil)
            // A file that is wrong changes nothing.
            let before = martlet.process.errors.bytes.count
            try SealedAffinityTests.write("1 2\n", in: folder)
            martlet.process.signal(SIGHUP)
            _ = try martlet.process.errors.wait(after: before) { lines in
                lines.first { $0.contains("reload rejected") }
            }
            #expect(martlet.log.contains("balancers.shop.affinity.key-file: ") && martlet.log.contains("line 1: "))
            #expect(try get(client, new).text == "node2 JSESSIONID=abc.node2 /")
        }

        @Test("a token holds for its life and is renewed at half of it", .timeLimit(.minutes(1)))
        func life() throws {
            let (martlet, client) = try start(", life: 4s")
            let cookie = try login(client)
            var isRenewed = false
            // Requests without a pause, until the token's time is over and somebody else is elected.
            while true {
                let answer = try get(client, cookie)
                if answer.text.hasPrefix("node1") { break }
                if answer.cookie() != nil { isRenewed = true }
            }
            #expect(isRenewed)
            #expect(try martlet.terminate() == .exited(0))
            let log = try folder.read("access.log")
            #expect(log.contains("\"affinity\":\"renewed\"") && log.contains("\"route_reason\":\"token-expired\""))
        }

        @Test("over HTTP/2 too", .timeLimit(.minutes(1)))
        func http2() throws {
            let certificates = try Certificates.forShop(in: folder)
            let martlet = try MartletProcess.run(configuration(listeners: .tls), in: folder)
            var curl = try Curl(to: martlet, authority: certificates.authority)
            curl.version = "--http2"
            let answers = try curl.run(
                [.init(target: "/login?abc.node2")] + (0..<4).map { _ in .init(target: "/") })
            #expect(answers.dropFirst().map(\.body) == Array(repeating: "node2 JSESSIONID=abc.node2 /", count: 4))
            let jar = try String(contentsOfFile: try #require(curl.jar), encoding: .utf8)
            #expect(jar.contains("abc.") && !jar.contains("node2"))
        }

        @Test("files of keys that cannot be used are refused, at the start and by check", .timeLimit(.minutes(1)))
        func keyFiles() throws {
            let file = try folder.write(configuration(), to: "martlet.yaml")
            let keys = "\(folder.path)/affinity.keys"
            #expect(try MartletProcess.command(["check", file]).ending == .exited(0))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
            for verb in ["check", "run"] {
                let finished = try MartletProcess.command([verb, file])
                #expect(finished.ending == .exited(78))
                #expect(finished.errors.contains("balancers.shop.affinity.key-file: \(keys): may be used by anybody"))
            }
            try FileManager.default.removeItem(atPath: keys)
            #expect(try MartletProcess.command(["check", file]).errors.contains("cannot be read: No such file"))
        }
    }
}
