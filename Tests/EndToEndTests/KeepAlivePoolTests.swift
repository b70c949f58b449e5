import Foundation
import Testing

extension EndToEnd {
    /// Pooled connections to members, and what happens to a request when one of them is dead.
    @Suite("Pooled connections")
    struct KeepAlivePoolTests {
        /// Answers the first request of each connection; the first one ends, unanswered, at its second request.
        private func dyingMember(afterFirst: @escaping @Sendable (MemberConnection) throws -> Void) throws
            -> RecordingMember
        {
            try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send(Answer.ok("\(connection.number)"))
                if connection.number > 0 {
                    try connection.answerEach { _ in Answer.ok("\(connection.number)") }
                    return
                }
                guard try connection.readHead() != nil else { return }
                try afterFirst(connection)
            }
        }

        @Test("reset before an answer: a GET is replayed", .timeLimit(.minutes(1)))
        func replayedAfterReset() throws {
            let member = try dyingMember { $0.socket.reset() }
            let client = try Scene(member).client()
            #expect(try client.get().text == "0")
            #expect(try client.get().text == "1")
        }

        @Test("closed while idle: nobody notices, and even a POST goes to a new connection", .timeLimit(.minutes(1)))
        func closedWhileIdle() throws {
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send(Answer.ok("\(connection.number)"))
                if connection.number > 0 { try connection.answerEach { _ in Answer.ok("\(connection.number)") } }
            }
            let client = try Scene(member).client()
            #expect(try client.get().text == "0")
            #expect(member.wait { $0[0].hasEnded })
            #expect(try client.exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").text == "1")
            #expect(member.requests.filter { $0.method == "POST" }.count == 1)
        }

        @Test("stray bytes behind an answer: the connection is not used again", .timeLimit(.minutes(1)))
        func strayBytes() throws {
            let stray = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in
                    Answer.ok("\(connection.number)") + (connection.number == 0 ? stray : "")
                }
            }
            let client = try Scene(member).client()
            #expect(try client.get().text == "0")
            #expect(try client.get().text == "1")
            #expect(member.connections.count == 2)
        }

        @Test("stray bytes while idle: the connection is not used again", .timeLimit(.minutes(1)))
        func strayBytesLater() throws {
            let isSent = Monitor(false)
            let gate = Monitor(false)
            let member = try RecordingMember { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send(Answer.ok("\(connection.number)"))
                if connection.number == 0 {
                    _ = gate.wait(seconds: 10) { $0 ? true : nil }
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
                    isSent.withLock { $0 = true }
                }
                try connection.answerEach { _ in Answer.ok("\(connection.number)") }
            }
            let client = try Scene(member).client()
            #expect(try client.get().text == "0")
            gate.withLock { $0 = true }
            _ = isSent.wait(seconds: 10) { $0 ? true : nil }
            #expect(try client.get().text == "1")
        }

        @Test("no answer that can be understood: 502", .timeLimit(.minutes(1)))
        func brokenAnswer() throws {
            let answers = [
                "HTTP/1.1 abc OK\r\n\r\n", "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "",
            ]
            for answer in answers {
                let member = try RecordingMember { connection in
                    guard try connection.readRequest() != nil else { return }
                    try connection.send(answer)
                }
                let client = try Scene(member).client()
                let got = try client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                #expect(got.status == 502, "\(answer)")
            }
        }

        @Test(
            "a member that refuses connections is passed over, and every member refusing is 503",
            .timeLimit(.minutes(1)))
        func refusing() throws {
            let gone = try RecordingMember(answering: "gone")
            let alive = try RecordingMember(answering: "alive")
            let scene = try Scene(gone, alive)
            let client = try scene.client()
            gone.stop()
            for _ in 0..<10 { #expect(try client.get().text == "alive") }
            // Content is sent as well, since no byte of it can have been processed.
            let posted = try client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            #expect(posted.text == "alive")
            alive.stop()
            #expect(try client.get().status == 503)
        }

        @Test("a member dies with requests inside: GET is given to another one, POST is 502", .timeLimit(.minutes(1)))
        func diesInside() throws {
            for isReused in [true, false] {
                let gate = Monitor(false)
                let dying = try RecordingMember { connection in
                    while let request = try connection.readRequest() {
                        if request.target == "/inside" {
                            _ = gate.wait(seconds: 20) { $0 ? true : nil }
                            connection.socket.reset()
                            return
                        }
                        try connection.send(Answer.ok("dying"))
                    }
                }
                let alive = try RecordingMember(answering: "alive")
                let scene = try Scene(dying, alive, affinity: "{ cookie: SESSION }")
                // Some requests will go on over pooled connections, some over new ones.
                let others = try (0..<3).map { _ in try scene.client() }
                for other in others { try other.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: SESSION=x.node2\r\n\r\n") }
                for other in others { #expect(try other.response().text == "alive") }
                let cookie = "Cookie: SESSION=x.node1\r\n"
                let clients = try (0..<6).map { _ in try scene.client() }
                if isReused { for client in clients { #expect(try client.get(fields: cookie).text == "dying") } }
                for (index, client) in clients.enumerated() {
                    let method = index < 5 ? "GET" : "POST"
                    let length = index < 5 ? "" : "Content-Length: 0\r\n"
                    try client.send("\(method) /inside HTTP/1.1\r\nHost: a\r\n\(cookie)\(length)\r\n")
                }
                #expect(dying.waitForRequests(isReused ? 12 : 6))
                dying.stopListening()
                gate.withLock { $0 = true }
                for client in clients.prefix(5) { #expect(try client.response().text == "alive") }
                #expect(try clients[5].response().status == 502)
                #expect(try clients[5].get(fields: cookie).text == "alive")
            }
        }

        @Test("connections are used again, the last used first", .timeLimit(.minutes(1)))
        func mostRecentFirst() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in Answer.ok("\(connection.number)") }
            }
            let scene = try Scene(member)
            let clients = try (0..<8).map { _ in try scene.client() }
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            for client in clients { _ = try client.response() }
            let count = member.connections.count
            for _ in 0..<20 { for client in clients { _ = try client.get() } }
            #expect(member.connections.count == count)
        }

        @Test("requests are shared out by load factor", .timeLimit(.minutes(1)))
        func loadFactor() throws {
            let members = try (0..<2).map { _ in try RecordingMember(answering: "x") }
            let folder = try TemporaryFolder()
            let text = EdgeText(members[0].endpoint, members[1].endpoint).text
                .replacingOccurrences(
                    of: "node2: \"\(members[1].endpoint.memberURL)\"",
                    with: "node2: { url: \"\(members[1].endpoint.memberURL)\", load-factor: 2 }")
            let client = try RawClient(MartletProcess.run(text, in: folder).cleartext)
            for _ in 0..<300 { _ = try client.get() }
            #expect(members.map { $0.requests.count } == [100, 200])
        }
    }
}
