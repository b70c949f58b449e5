import Foundation
import Testing

extension EndToEnd {
    /// Members that say how they are.
    @Suite("Heartbeats")
    struct HeartbeatTests {
        @Test("an answer field: kept from clients, and elections follow it", .timeLimit(.minutes(1)))
        func field() throws {
            let members = try [("one", 90), ("two", 0)].map { name, ready in
                try RecordingMember { connection in
                    try connection.answerEach { _ in
                        "HTTP/1.1 200 OK\r\nx-HEARTBEAT: v=1&ready=\(ready)&busy=1\r\nX-After: \(name)\r\n"
                            + "Content-Length: \(name.utf8.count)\r\n\r\n\(name)"
                    }
                }
            }
            var text = EdgeText(members[0].endpoint, members[1].endpoint)
            text.balancer = ["method: heartbeat", "heartbeat-field: X-Heartbeat"]
            let control = try ControlledMartlet(text)
            let client = try RawClient(control.martlet.cleartext)
            // Who was not heard of yet counts for one place beside 90.
            var heard: Set<String> = []
            for _ in 0..<5_000 where heard.count < 2 {
                let answer = try client.get()
                #expect(answer["X-Heartbeat"] == nil && answer["X-After"] == answer.text)
                heard.insert(answer.text)
            }
            #expect(heard == ["one", "two"])
            for _ in 0..<20 { #expect(try client.get().text == "one") }
            let heartbeat = try #require(try control.member("node2")["heartbeat"] as? [String: Any])
            #expect(heartbeat["ready"] as? Int == 0 && heartbeat["busy"] as? Int == 1)
            let table = try control.text("status")
            #expect(table.contains(/heartbeats of shop\n +MEMBER +READY +BUSY +HEARD\n +node1 +90/), "\(table)")
        }

        @Test("the answer field in a 101 and in what comes before an answer is kept too", .timeLimit(.minutes(1)))
        func switching() throws {
            let heartbeat = "X-Heartbeat: v=1&ready=70&busy=1\r\n"
            let member = try RecordingMember { connection in
                guard let head = try connection.readHead() else { return }
                guard head.target == "/chat" else {
                    return try connection.send("HTTP/1.1 103 Early Hints\r\n\(heartbeat)\r\n" + Answer.ok("x"))
                }
                try connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\n\(heartbeat)Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            }
            var text = EdgeText(member.endpoint)
            text.balancer = ["method: heartbeat", "heartbeat-field: X-Heartbeat"]
            let control = try ControlledMartlet(text)
            let client = try RawClient(control.martlet.cleartext)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.reader.readHead()?.status == 200)
            let other = try RawClient(control.martlet.cleartext)
            try other.send(
                "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
            let answer = try #require(try other.reader.readHead())
            #expect(answer.status == 101 && answer["X-Heartbeat"] == nil)
            #expect((try control.member("node1")["heartbeat"] as? [String: Any])?["ready"] as? Int == 70)
        }

        @Test("UDP: a real Apache beats; what is no heartbeat or no member's is said once", .timeLimit(.minutes(1)))
        func datagrams() throws {
            let member = try RecordingMember(answering: "one")
            var text = EdgeText(
                member.endpoint, try RefusingAddress().endpoint, settings: ["heartbeat-listen: \"127.0.0.1:0\""])
            text.balancer = ["method: heartbeat"]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            let port = try listeningPort(errors)
            let sender = try DatagramSender(to: .ipv4(port: port))
            try sender.send("v=1&ready=40&busy=2&port=\(member.endpoint.port)")
            try waitForHeartbeat(of: "node1", in: control)
            #expect(try control.member("node2")["heartbeat"] == nil)
            #expect(try RawClient(control.martlet.cleartext).get().text == "one")

            for wrong in ["", "hello", "v=1&ready=1", String(repeating: "v=1&ready=1&busy=1&", count: 100)] {
                try sender.send(wrong)
            }
            try errors.wait(for: "a heartbeat from 127.0.0.1 is no message such as v=1&ready=75&busy=3")
            try sender.send("v=1&ready=1&busy=1&port=7")
            try errors.wait(for: "a heartbeat from 127.0.0.1, port 7: no member of a balancer with method heartbeat")
            // mod_heartbeat names no port: it speaks of all members at its address.
            let apache = try Apache("HeartbeatAddress 127.0.0.1:\(port)", modules: ["heartbeat"])
            try waitForHeartbeat(of: "node2", in: control)
            #expect((try control.member("node2")["heartbeat"] as? [String: Any])?["ready"] as? Int ?? 0 > 0)
            #expect(errors.lines.count { $0.contains("is no message") } == 1)
            withExtendedLifetime(apache) {}
        }

        @Test(
            "a reload keeps the socket, moves it and closes it; an address that cannot be had rejects it",
            .timeLimit(.minutes(1)))
        func reload() throws {
            let member = try RecordingMember(answering: "one")
            var text = EdgeText(member.endpoint, settings: ["heartbeat-listen: \"127.0.0.1:0\""])
            text.balancer = ["method: heartbeat"]
            let folder = try TemporaryFolder()
            let control = try ControlledMartlet(text, in: folder)
            let errors = control.martlet.process.errors
            let foreign = try DatagramSender(to: .ipv4(port: try listeningPort(errors)))
            text.settings = ["heartbeat-listen: \"\(foreign.endpoint)\""]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            control.martlet.process.signal(SIGHUP)
            try errors.wait(for: "heartbeat-listen: cannot bind \(foreign.endpoint) (udp): bind: Address already")
            try errors.wait(for: "reload rejected")
            try foreign.send("v=1&ready=4&busy=1")
            try waitForHeartbeat(of: "node1", in: control)

            // Unchanged, port 0 stays the port that it was.
            text.settings = ["heartbeat-listen: \"127.0.0.1:0\""]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try control.martlet.reload()
            try foreign.send("v=1&ready=5&busy=1")
            try wait(for: 5, in: control)
            // An address that covers the one of its own.
            let port = try listeningPort(errors)
            text.settings = ["heartbeat-listen: \"0.0.0.0:\(port)\""]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            control.martlet.process.signal(SIGHUP)
            try errors.wait(for: "another process has it, or this one has an address that covers it")

            let before = errors.bytes.count
            text.settings = ["heartbeat-listen: \"[::]:0\""]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try control.martlet.reload()
            let line = try errors.wait(for: "listening for heartbeats on [::]", after: before)
            let moved = try #require(line.firstMatch(of: /\[::\]:(\d+) \(udp\)/).flatMap { Int($0.output.1) })
            #expect(throws: (any Error).self, "nobody listens at the old one") {
                for _ in 0..<3 { try foreign.send("v=1&ready=9&busy=1") }
            }
            // Dual-stack: the member's address comes in its mapped form.
            let sender = try DatagramSender(to: .ipv4(port: moved))
            try sender.send("v=1&ready=6&busy=1")
            try wait(for: 6, in: control)

            text.settings = []
            text.balancer = ["method: heartbeat", "heartbeat-field: X-Heartbeat"]
            try control.martlet.writeConfiguration(ControlledMartlet.text(text))
            try control.martlet.reload()
            #expect(throws: (any Error).self, "nobody listens there now") {
                for _ in 0..<3 { try sender.send("v=1&ready=4&busy=1") }
            }
        }

        private func listeningPort(_ errors: Output) throws -> Int {
            let line = try errors.wait(for: "listening for heartbeats on ")
            return try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+) \(udp\)/).flatMap { Int($0.output.1) })
        }

        private func waitForHeartbeat(of member: String, in control: ControlledMartlet) throws {
            let deadline = Clock.now + 20
            while Clock.now < deadline {
                if try control.member(member)["heartbeat"] != nil { return }
            }
            throw HarnessError("no heartbeat of \(member) was heard within 20 s")
        }

        /// Waits until `node1` has said last that it has so many places.
        private func wait(for places: Int, in control: ControlledMartlet) throws {
            let deadline = Clock.now + 20
            while Clock.now < deadline {
                let heartbeat = try control.member("node1")["heartbeat"] as? [String: Any]
                if heartbeat?["ready"] as? Int == places { return }
            }
            throw HarnessError("node1 was not heard to have \(places) places within 20 s")
        }
    }
}
