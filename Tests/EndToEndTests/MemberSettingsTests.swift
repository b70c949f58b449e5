import Foundation
import Testing

extension EndToEnd {
    /// What is declared of a member's connections, and what puts it in error beside a connection that fails.
    @Suite("Members' settings")
    struct MemberSettingsTests {
        /// A Martlet of one worker before members, with more keys of each member and of the balancer.
        private func start(
            _ endpoints: [Endpoint], keys: String = "", balancer: [String] = [], scheme: String = "http",
            settings: [String] = []
        ) throws -> MartletProcess {
            var text = EdgeText(before: endpoints, affinity: "{ cookie: SID }")
            text.memberKeys = keys
            text.balancer = balancer
            text.settings = settings
            text.scheme = scheme
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        private static func session(_ member: String) -> String { "Cookie: SID=s.\(member)\r\n" }

        @Test("connection-timeout: a member that accepts no connection", .timeLimit(.minutes(1)))
        func connectionTimeout() throws {
            let (descriptor, endpoint) = try SocketAddress.listen(at: .ipv4(port: 0), backlog: 0)
            defer { close(descriptor) }
            let waiting = try Socket(to: endpoint)
            let martlet = try start(
                [endpoint], keys: "connection-timeout: 300ms", settings: ["timeouts: { connect: 60s }"])
            #expect(try RawClient(martlet.cleartext).get().status == 504)
            waiting.close()
        }

        @Test("fail-on-status: what puts a member in error is in the event log", .timeLimit(.minutes(1)))
        func failOnStatus() throws {
            let broken = try RecordingMember { connection in
                try connection.answerEach { _ in "HTTP/1.1 503 No\r\nContent-Length: 6\r\n\r\nbroken" }
            }
            for (keys, effect) in [("", "is in error for 60 s"), ("status: [ignore-errors]", "has failed")] {
                let martlet = try start([broken.endpoint], keys: keys, balancer: ["fail-on-status: [503]"])
                #expect(try RawClient(martlet.cleartext).get().text == "broken")
                try martlet.process.errors.wait(for: "member node1 of shop \(effect): it has answered 503")
            }
        }

        @Test("fail-on-timeout: a GET goes elsewhere, and so does the session afterwards", .timeLimit(.minutes(1)))
        func failOnTimeout() throws {
            let silent = try RecordingMember { connection in
                _ = try connection.readRequest()
                connection.waitForEnd()
            }
            let other = try RecordingMember(answering: "other")
            let martlet = try start(
                [silent.endpoint, other.endpoint], keys: "timeout: 300ms", balancer: ["fail-on-timeout: true"])
            let client = try RawClient(martlet.cleartext)
            #expect(try client.get(fields: Self.session("node1")).text == "other")
            let next = try RawClient(martlet.cleartext)
            #expect(try next.get(fields: Self.session("node1")).text == "other")
            try martlet.process.errors.wait(for: "member node1 of shop is in error for 60 s: no answer in time")
        }

        @Test("no-failover: a lost session is told so, also where all attempts are used up", .timeLimit(.minutes(1)))
        func noFailover() throws {
            let refusing = try RefusingAddress().endpoint
            let martlet = try start([refusing], balancer: ["no-failover: true"])
            #expect(try RawClient(martlet.cleartext).get(fields: Self.session("node1")).status == 503)
            try martlet.process.errors.wait(for: "answered 503: session-member-unavailable")
        }

        @Test("disable-reuse: a connection for each exchange", .timeLimit(.minutes(1)))
        func disableReuse() throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try start([member.endpoint], keys: "disable-reuse: true")
            let client = try RawClient(martlet.cleartext)
            for _ in 0..<3 { #expect(try client.get().text == "x") }
            #expect(member.connections.map(\.requests.count) == [1, 1, 1])
            #expect(member.wait { $0.allSatisfy(\.hasEnded) })
        }

        @Test("disable-reuse over HTTP/2", .timeLimit(.minutes(1)))
        func disableReuseHTTP2() throws {
            let member = try HTTP2Member()
            let martlet = try start([member.endpoint], keys: "disable-reuse: true", scheme: "h2c")
            let client = try RawClient(martlet.cleartext)
            for _ in 0..<3 { #expect(try client.get("/empty").status == 200) }
            #expect(try member.said("request", 3).map { $0.prefix(1) } == ["0", "1", "2"])
            for number in 0..<3 { try member.process.output.wait(for: "end \(number)") }
        }

        @Test(
            "disable-reuse over HTTP/2: nobody waits for the connection any more when it opens",
            .timeLimit(.minutes(1)))
        func abandonedHTTP2() throws {
            let member = try HTTP2Member("--late")
            let martlet = try start([member.endpoint], keys: "disable-reuse: true", scheme: "h2c")
            let client = try RawClient(martlet.cleartext)
            try client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n")
            try member.process.output.wait(for: "connection 0")
            client.socket.reset()
            // The one worker has seen the reset when it answers what came behind it.
            #expect(try RawClient(martlet.cleartext).exchange("GET / HTTP/1.1\r\n\r\n").status == 400)
            try member.process.write("\n")
            try member.process.output.wait(for: "end 0")
        }

        @Test("a reload that changes a member's terms ends its idle connections", .timeLimit(.minutes(1)))
        func reload() throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try start([member.endpoint], keys: "disable-reuse: false")
            let client = try RawClient(martlet.cleartext)
            for _ in 0..<2 { #expect(try client.get().text == "x") }
            #expect(member.connections.map(\.requests.count) == [2])
            let text = try String(contentsOfFile: martlet.configurationFile, encoding: .utf8)
            try text.replacingOccurrences(of: "reuse: false", with: "reuse: true")
                .write(toFile: martlet.configurationFile, atomically: true, encoding: .utf8)
            _ = try martlet.reload()
            #expect(member.wait { $0[0].hasEnded })
            for _ in 0..<2 { #expect(try client.get().text == "x") }
            #expect(member.connections.map(\.requests.count) == [2, 1, 1])
        }

        @Test(
            "keepalive: the kernel has a timer for the idle connection", .timeLimit(.minutes(1)),
            arguments: [false, true])
        func keepalive(isOn: Bool) throws {
            let member = try RecordingMember(answering: "x")
            let martlet = try start([member.endpoint], keys: "keepalive: \(isOn)")
            #expect(try RawClient(martlet.cleartext).get().text == "x")
            let port = String(format: ":%04X", member.endpoint.port)
            // Local address, remote address, state, queues, timer and when (proc(5)): state 01 is established, timer 02
            // that of keepalive.
            let lines = try Self.connections().split(separator: "\n")
            let timers = lines.map { $0.split(separator: " ") }
                .filter { $0.count > 5 && $0[2].hasSuffix(port) && $0[3] == "01" }.map { $0[5].prefix(2) }
            #expect(timers == [isOn ? "02" : "00"])
        }

        /// The kernel's table, which is told a page at a time.
        private static func connections() throws -> String {
            guard let file = FileHandle(forReadingAtPath: "/proc/net/tcp") else { throw HarnessError("no /proc") }
            var table = Data()
            while let page = try file.read(upToCount: 1 << 16), !page.isEmpty { table += page }
            return String(decoding: table, as: UTF8.self)
        }
    }
}
