import Forwarding
import Reactor
import Testing

/// Which requests are sent again: after an answer (`retry-on`), after none in time, and after a connection that died.
@Suite("Retries, in process")
struct RetryTests {
    private static let three = ["node1": "", "node2": "", "node3": ""]
    private static let busy = Answer.whole(503, content: "busy")

    /// Methods, and whether to repeat them does no harm (RFC 9110, section 9.2.2).
    static let methods = [
        ("GET", true), ("HEAD", true), ("PUT", true), ("DELETE", true), ("OPTIONS", true), ("POST", false),
        ("PATCH", false), ("LOCK", false),
    ]

    // MARK: - After an answer

    @Test(
        "retry-on: what may be repeated goes to the next member, and the answer passes to all else", arguments: methods)
    func status(method: String, isRepeated: Bool) throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.get("/x", method: method)
        let first = stage.last
        first.answer(method == "HEAD" ? Answer.whole(503) : Self.busy)
        guard isRepeated else {
            #expect(client.outcome == .whole && client.status == 503 && client.text == "busy")
            #expect(stage.connections.count == 1)
            return
        }
        #expect(client.status == 0 && stage.last.member != first.member && first.isClosed)
        #expect(stage.last.request.hasPrefix("\(method) /x HTTP/1.1\r\n"))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && client.text.isEmpty && stage.isQuiet)
        #expect(!stage.isInError(first.member), "an answer is no failure")
    }

    @Test("retry-on: its statuses and no others", arguments: [(502, true), (503, true), (500, false), (404, false)])
    func statuses(status: Int, isRepeated: Bool) throws {
        let stage = try Stage(settings: "retry-on: [502, 503]")
        let client = try stage.get()
        stage.last.answer(Answer.whole(status))
        #expect(stage.connections.count == (isRepeated ? 2 : 1))
        #expect(client.outcome == (isRepeated ? .open : .whole))
    }

    @Test("retry-on: content goes along")
    func content() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let whole = try stage.post(length: 3, method: "PUT")
        whole.send("abc")
        whole.end()
        stage.last.answer(Self.busy)
        #expect(stage.last.received.text == "abc" && stage.connections.count == 2)
        stage.last.answer(Answer.empty)
        #expect(whole.outcome == .whole && whole.status == 200 && stage.isQuiet)
    }

    @Test("retry-on: what is not all there any more is not sent again")
    func tooLong() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.post(length: 100_000, method: "PUT")
        #expect(client.send([UInt8](repeating: 0x61, count: 100_000)) == 100_000)
        client.end()
        stage.last.answer(Self.busy)
        #expect(client.outcome == .whole && client.status == 503 && stage.connections.count == 1)
    }

    @Test("retry-on: an interim answer that was passed on does not hold it up")
    func interim() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.get()
        stage.last.answer("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Self.busy)
        #expect(client.interim == [103] && stage.connections.count == 2)
        stage.last.answer(Answer.whole(content: "page"))
        #expect(client.outcome == .whole && client.text == "page")
    }

    @Test(
        "max-attempts: so many members at most, each once; the last one's answer passes",
        arguments: [
            ("max-attempts: 1", 1), ("max-attempts: 2", 2), ("max-attempts: 3", 3), ("max-attempts: 9", 3), ("", 3),
        ])
    func attempts(setting: String, count: Int) throws {
        let stage = try Stage(Self.three, settings: "retry-on: [503]\n" + setting)
        let client = try stage.get()
        for number in 1...count {
            if number == 3 { stage.pass(milliseconds: 37) }
            #expect(client.outcome == .open && stage.connections.count == number)
            stage.last.answer(Answer.whole(503, content: "\(number)"))
        }
        #expect(client.outcome == .whole && client.text == "\(count)")
        #expect(Set(stage.connections.map(\.member)).count == count && stage.isQuiet)
    }

    @Test("retry-on under no-failover: a session's request goes to nobody else, another one does")
    func noFailover() throws {
        let stage = try Stage(settings: "affinity: { cookie: SID }\nretry-on: [503]\nno-failover: true")
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        stage.last.answer(Self.busy)
        #expect(client.outcome == .whole && client.text == "busy" && stage.connections.count == 1)
        let other = try stage.get()
        let first = stage.lent[0]
        first.answer(Self.busy)
        #expect(other.outcome == .open && stage.lent[0].member != first.member)
    }

    @Test("retry-on: a session moves by it as in a failover, for this request alone")
    func session() throws {
        let stage = try Stage(Self.three, settings: "affinity: { cookie: SID }\nretry-on: [503]")
        let client = try stage.get(fields: "Cookie: SID=a.node2")
        #expect(stage.last.member == "node2")
        stage.last.answer(Self.busy)
        #expect(stage.last.member != "node2")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
        #expect(try stage.ask(cookie: "SID=a.node2").member == "node2")
    }

    @Test("retry-on: the next member does not take it: 502, or the one behind it")
    func nextRefuses() throws {
        for (members, isAnswered) in [(["node1": "", "node2": ""], false), (Self.three, true)] {
            let stage = try Stage(members, settings: "retry-on: [503]")
            stage.refusals["node2"] = SystemError("connect", code: 111)
            let client = try stage.get()
            #expect(stage.last.member == "node1")
            stage.last.answer(Self.busy)
            #expect(stage.isInError("node2") && !stage.isInError("node1"))
            if isAnswered {
                #expect(client.outcome == .open && stage.last.member == "node3")
            } else {
                #expect(client.outcome == .refused(502, "answer-discarded") && stage.isQuiet)
            }
        }
    }

    // MARK: - After an answer that says that nothing was begun

    private static let refused = Answer.whole(503, "X-Not-Processed: 1", content: "full")

    @Test("refused-by: whatever the method, the next member gets it", arguments: methods.map(\.0))
    func refusal(method: String) throws {
        let stage = try Stage(settings: "refused-by: x-not-processed\nfail-on-status: [503]", edge: Stage.logging)
        let client = try stage.post(length: 2, method: method)
        client.send("ab")
        client.end()
        let first = stage.last
        first.answer(method == "HEAD" ? Answer.head(503, "X-Not-Processed: 1") : Self.refused)
        #expect(client.status == 0 && stage.last.member != first.member && first.isClosed)
        #expect(stage.last.request.hasPrefix("\(method) / HTTP/1.1\r\n") && stage.last.received.text == "ab")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && stage.isQuiet)
        #expect(!stage.isInError(first.member), "it is well, and has no room")
        let line = try #require(stage.takeLines().last)
        #expect(line.contains("\"attempts\":2") && line.contains(first.member + ":unprocessed:"))
    }

    @Test(
        "refused-by: 503 and the field together say it",
        arguments: [
            (503, "x-not-processed: ", true), (503, "X-Processed: 1", false), (503, "Retry-After: 1", false),
            (500, "X-Not-Processed: 1", false), (429, "X-Not-Processed: 1", false), (200, "X-Not-Processed: 1", false),
        ])
    func refusalWords(status: Int, field: String, isRefusal: Bool) throws {
        let stage = try Stage(settings: "refused-by: X-Not-Processed")
        let client = try stage.get(method: "POST")
        stage.last.answer(Answer.whole(status, field))
        #expect(stage.connections.count == (isRefusal ? 2 : 1))
        #expect(client.outcome == (isRefusal ? .open : .whole) && client.status == (isRefusal ? 0 : status))
    }

    @Test("refused-by: off, the field means nothing")
    func refusalUndeclared() throws {
        let stage = try Stage()
        let client = try stage.get(method: "POST")
        stage.last.answer(Self.refused)
        #expect(client.outcome == .whole && client.status == 503 && stage.connections.count == 1)
    }

    @Test("refused-by: where nobody else is left the answer passes, and nobody is in error")
    func refusalByAll() throws {
        let stage = try Stage(settings: "refused-by: X-Not-Processed\nfail-on-status: [503]")
        let client = try stage.get(method: "POST")
        stage.last.answer(Answer.whole(503, "X-Not-Processed: 1", content: "1"))
        stage.last.answer(Answer.whole(503, "X-Not-Processed: 1", content: "2"))
        #expect(client.outcome == .whole && client.status == 503 && client.text == "2" && stage.isQuiet)
        #expect(!stage.isInError("node1") && !stage.isInError("node2"))
    }

    @Test("refused-by: content that is not all there any more is not sent again")
    func refusalOfLong() throws {
        let stage = try Stage(settings: "refused-by: X-Not-Processed")
        let client = try stage.post(length: 100_000)
        #expect(client.send([UInt8](repeating: 0x61, count: 100_000)) == 100_000)
        client.end()
        stage.last.answer(Self.refused)
        #expect(client.outcome == .whole && client.status == 503 && stage.connections.count == 1)
    }

    @Test("refused-by: the session is answered elsewhere, and tied to who answers it")
    func refusalOfSession() throws {
        let stage = try Stage(settings: "affinity: insert\nrefused-by: X-Not-Processed").remembering()
        let before = try stage.ask()
        let client = try stage.get(fields: "Cookie: " + before.jar, method: "POST")
        let asked = try #require(stage.lent.first)
        #expect(asked.member == before.member)
        asked.answer(Self.refused)
        let next = try #require(stage.lent.first)
        #expect(next.member != asked.member)
        next.answer(Answer.empty)
        let moved = "MARTLET_shop=" + next.member
        #expect(client.outcome == .whole && client.head.contains("Set-Cookie: \(moved);"))
        #expect(try stage.ask(cookie: moved).member == next.member)
    }

    @Test("refused-by under no-failover: a session's member alone is asked")
    func refusalOfBound() throws {
        let stage = try Stage(settings: "affinity: { cookie: SID }\nrefused-by: X-Not-Processed\nno-failover: true")
        let client = try stage.get(fields: "Cookie: SID=a.node1")
        stage.last.answer(Self.refused)
        #expect(client.outcome == .whole && client.text == "full" && stage.connections.count == 1)
    }

    // MARK: - After no answer in time

    @Test(
        "retry-on timeout: one other member is asked, and no third one",
        arguments: [
            "retry-on: [timeout]", "fail-on-timeout: true", "retry-on: [503, timeout]\nfail-on-timeout: true",
        ])
    func timeout(settings: String) throws {
        let stage = try Stage(Self.three, settings: settings)
        let client = try stage.get()
        let first = stage.last
        first.fail(.answerTimeout)
        let second = stage.last
        #expect(stage.connections.count == 2 && second.member != first.member && client.outcome == .open)
        second.fail(.answerTimeout)
        #expect(client.outcome == .refused(504, "answer-timeout") && stage.connections.count == 2)
        // When a second member is too slow as well, it is the request that takes so long.
        #expect(stage.isInError(first.member) == settings.contains("fail-on-timeout") && stage.isQuiet)
        #expect(!stage.isInError(second.member))
    }

    @Test("after no answer in time an idempotent request is repeated, and no other one", arguments: methods)
    func timeoutOfMethods(method: String, isRepeated: Bool) throws {
        let stage = try Stage(settings: "fail-on-timeout: true")
        let client = try stage.get(method: method)
        let first = stage.last
        first.fail(.answerTimeout)
        #expect(stage.connections.count == (isRepeated ? 2 : 1) && stage.isInError(first.member))
        #expect(client.outcome == (isRepeated ? .open : .refused(504, "answer-timeout")))
    }

    @Test("no answer in time without a word of it: 504, and the member is as well as before")
    func timeoutUndeclared() throws {
        let stage = try Stage(settings: "retry-on: [503]")
        let client = try stage.get()
        stage.last.fail(.answerTimeout)
        #expect(client.outcome == .refused(504, "answer-timeout") && stage.connections.count == 1)
        #expect(!stage.isInError("node1") && !stage.isInError("node2"))
    }

    // MARK: - After a connection that died

    @Test("an idle connection that dies under the request: what may be repeated is, by a new one", arguments: methods)
    func died(method: String, isRepeated: Bool) throws {
        let stage = try Stage(["node1": ""])
        try stage.exchange()
        let kept = stage.last
        let client = try stage.get("/x", method: method)
        #expect(kept.isLent && stage.connections.count == 1)
        kept.fail(.broken("reset"))
        if isRepeated {
            #expect(stage.connections.count == 2 && stage.last.request.hasPrefix("\(method) /x "))
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
        } else {
            #expect(client.outcome == .refused(502, "answer-broken") && stage.connections.count == 1)
        }
        #expect(!stage.isInError("node1") && stage.isQuiet)
    }

    @Test("the new one dies as well: another member gets it, and each was tried once")
    func diedTwice() throws {
        let stage = try Stage()
        let client = try stage.get()
        let first = stage.last
        first.fail(.broken("reset"))
        #expect(stage.last.member == first.member)
        stage.last.fail(.broken("reset"))
        #expect(stage.connections.count == 3 && stage.last.member != first.member)
        stage.last.fail(.broken("reset"))
        #expect(client.outcome == .refused(502, "answer-broken") && stage.connections.count == 3 && stage.isQuiet)
    }

    @Test(
        "a member that says it has not looked at the request gets it again, whatever the method",
        arguments: ["POST", "PATCH"])
    func unprocessed(method: String) throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 2, method: method)
        client.send("ab")
        client.end()
        stage.last.fail(.unprocessed("GOAWAY"))
        #expect(stage.connections.count == 2 && stage.last.received.text == "ab")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
    }

    @Test("a connection that dies before any of it was sent costs nobody a POST")
    func unsent() throws {
        let stage = try Stage()
        stage.opensAtOnce = false
        let client = try stage.post(length: 2)
        client.send("ab")
        client.end()
        stage.last.window = 0
        stage.last.accept()
        stage.last.fail(.broken("reset"))
        #expect(stage.connections.count == 2)
        stage.last.accept()
        #expect(stage.last.received.text == "ab")
    }

    @Test("an answer that has begun is not asked for again: it breaks off")
    func begun() throws {
        let stage = try Stage(settings: "retry-on: [503, timeout]\nfail-on-timeout: true")
        let client = try stage.get()
        stage.last.answer(Answer.head(200, "Content-Length: 9") + "half")
        stage.last.fail(.broken("no byte of the answer for too long"))
        #expect(client.outcome == .broken && client.text == "half" && stage.connections.count == 1)
    }
}
