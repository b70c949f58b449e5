import Forwarding
import Model
import Reactor
import Testing

/// How many requests may be sent anew, by a clock that the test turns.
@Suite("Retry budget")
struct RetryBudgetTests {
    private static let share = LogShare(parts: 2_000)

    /// How many of some retries in a row are allowed.
    private func spend(_ budget: inout RetryBudget, upTo count: Int, share: LogShare = share) -> Int {
        for number in 0..<count {
            guard budget.allows(share) else { return number }
            budget.spend()
        }
        return count
    }

    @Test("without traffic there are ten in a second")
    func floor() {
        var budget = RetryBudget(count: 7, now: 50_000)
        #expect(spend(&budget, upTo: 100) == 10)
        budget.look(7, now: 50_999)
        #expect(!budget.allows(Self.share))
        budget.look(7, now: 51_100)
        #expect(spend(&budget, upTo: 100) == 10)
    }

    @Test("a share of the second's requests", arguments: [(2_000, 200), (5_000, 500), (10_000, 1_000), (1, 10)])
    func share(parts: Int, expected: Int) {
        var budget = RetryBudget(count: 0, now: 50_000)
        budget.look(1_000, now: 50_900)
        #expect(spend(&budget, upTo: 2_000, share: LogShare(parts: parts)) == expected)
    }

    @Test("the busiest of ten seconds counts, as who waits for a member that has stopped sends nothing")
    func busiest() {
        var budget = RetryBudget(count: 0, now: 50_000)
        budget.look(1_000, now: 50_999)
        budget.look(1_000, now: 58_500)
        #expect(spend(&budget, upTo: 2_000) == 200)
        budget.look(1_000, now: 60_500)
        #expect(spend(&budget, upTo: 2_000) == 10, "what is past is forgotten")
    }

    @Test("what has come between two looks is spread over the time")
    func spread() {
        var budget = RetryBudget(count: 0, now: 50_000)
        budget.look(30_000, now: 110_000)
        #expect(spend(&budget, upTo: 2_000) == 100)
    }

    @Test("who was given to another member is no traffic")
    func further() {
        var budget = RetryBudget(count: 0, now: 50_000)
        for _ in 0..<500 { budget.noteFurther() }
        budget.look(1_000, now: 50_900)
        #expect(spend(&budget, upTo: 2_000) == 100)
    }

    @Test("members that are gone take their count along, and a clock that stands adds nothing")
    func gone() {
        var budget = RetryBudget(count: 5_000, now: 50_000)
        budget.look(20, now: 50_000)
        #expect(spend(&budget, upTo: 2_000) == 10)
        budget.look(1_020, now: 50_000)
        #expect(spend(&budget, upTo: 2_000) == 190)
    }

    @Test("that there are too many is told once in ten seconds")
    func told() {
        var budget = RetryBudget(count: 0, now: 50_000)
        var told: [Bool] = []
        for moment in [50_000, 50_000, 59_999, 60_000] {
            budget.look(0, now: moment)
            told.append(budget.mustTell())
        }
        #expect(told == [true, false, false, true])
    }

    // MARK: - With members

    /// How all members fail.
    enum Fault: CaseIterable {
        case answers503, drops, refuses, takesTooLong
    }

    /// The keys of members of which one is never in error, and of those that all are at the same time.
    private static let farms = [
        ["node1": "retry: 0", "node2": "", "node3": "retry: 1s"], ["node1": "", "node2": "", "node3": "retry: 1s"],
    ]

    @Test(
        "with all members failing retries stay under 20 % in each second, of two workers", arguments: Fault.allCases,
        farms)
    func storm(fault: Fault, farm: [String: String]) throws {
        let settings = "retry-on: [503, timeout]\nfail-on-timeout: true"
        let workers = try (0..<2).map { _ in try Stage(farm, settings: settings) }
        if fault == .refuses {
            let gone = SystemError("connect", code: 111)
            for stage in workers { stage.refusals = ["node1": gone, "node2": gone, "node3": gone] }
        }
        for second in 0..<12 {
            var (requests, tries) = (0, 0)
            for _ in 0..<100 {
                for stage in workers {
                    for _ in 0..<4 { tries += try askInVain(stage, fault) }
                    requests += 4
                    stage.pass(milliseconds: 10)
                    tries += failAll(stage, fault)
                }
            }
            // In the first one members are found out to be ill, which are in error then.
            let retries = tries - requests
            #expect(second == 0 && fault != .answers503 || retries * 5 <= requests, "second \(second): \(retries)")
            #expect(retries * 10 > requests || fault == .refuses || fault == .takesTooLong, "second \(second)")
        }
        for stage in workers {
            for _ in 0..<40 {
                stage.pass(milliseconds: 10)
                _ = failAll(stage, fault)
            }
            #expect(stage.isAtRest, "everybody has an answer")
        }
    }

    /// Has every member fail a request that gets it.
    ///
    /// - Returns: how many did.
    private func askInVain(_ stage: Stage, _ fault: Fault) throws -> Int {
        let refused = stage.refusedCount
        _ = try stage.get()
        return failAll(stage, fault) + stage.refusedCount - refused
    }

    /// Has members fail what they have, and what they are given then at once.
    ///
    /// - Returns: how often one did.
    private func failAll(_ stage: Stage, _ fault: Fault) -> Int {
        defer { stage.forgetClosed() }
        var count = 0
        while let connection = stage.lent.first {
            count += 1
            switch fault {
            case .answers503: connection.answer(Answer.head(503, "Content-Length: 0", "Connection: close"))
            case .drops: connection.end()
            case .refuses: return count
            case .takesTooLong: connection.fail(.answerTimeout)
            }
        }
        return count
    }

    @Test("a budget that is spent: 503 retry-budget with Retry-After, and a line that says so")
    func spent() throws {
        let stage = try Stage(["node1": ""], edge: Stage.logging)
        for number in 0..<12 {
            let client = try stage.get()
            stage.last.end()
            guard number >= RetryBudget.floor else {
                stage.last.answer(Answer.head(200, "Content-Length: 0", "Connection: close"))
                #expect(client.outcome == .whole)
                continue
            }
            #expect(client.outcome == .refused(503, "retry-budget"))
            #expect(stage.takeLines().last?.contains("\"reason\":\"retry-budget\"") == true)
        }
        #expect(stage.isQuiet)
    }

    @Test("a budget that is spent: an answer of retry-on passes")
    func passes() throws {
        let stage = try Stage(settings: "retry-on: [503]", edge: Stage.logging)
        for _ in 0..<RetryBudget.floor {
            let client = try stage.get()
            stage.lent[0].answer(Answer.whole(503, content: "busy"))
            stage.lent[0].answer(Answer.empty)
            #expect(client.status == 200)
        }
        let client = try stage.get()
        stage.lent[0].answer(Answer.whole(503, content: "busy"))
        #expect(client.outcome == .whole && client.status == 503 && client.text == "busy")
        #expect(stage.takeLines().last?.contains(":retry-budget:") == true)
    }

    @Test("a budget that is spent: an answer that is late is a timeout, and nobody is asked again")
    func late() throws {
        let stage = try Stage(settings: "retry-on: [timeout]", edge: Stage.logging)
        for _ in 0..<RetryBudget.floor {
            let client = try stage.get()
            stage.lent[0].fail(.answerTimeout)
            stage.lent[0].answer(Answer.empty)
            #expect(client.status == 200)
        }
        let client = try stage.get()
        stage.lent[0].fail(.answerTimeout)
        #expect(client.outcome == .refused(504, "answer-timeout") && stage.isQuiet)
        #expect(stage.takeLines().last?.contains(":retry-budget:") == true)
    }

    @Test("those that were under way on a member when it failed cost nothing while another one is well")
    func burst() throws {
        let stage = try Stage(settings: "affinity: { cookie: SID }")
        let clients = try (0..<100).map { _ in try stage.get(fields: "Cookie: SID=a.node1") }
        stage.refusals["node1"] = SystemError("connect", code: 111)
        for connection in stage.lent { connection.end() }
        for connection in stage.lent {
            #expect(connection.member == "node2")
            connection.answer(Answer.empty)
        }
        #expect(clients.allSatisfy { $0.outcome == .whole && $0.status == 200 } && stage.isQuiet)
    }

    @Test("GOAWAY over many streams costs nothing of it, once a request")
    func goneAway() throws {
        let stage = try Stage(["node1": ""])
        for _ in 0..<50 {
            let client = try stage.get(method: "POST")
            stage.last.fail(.goneAway("GOAWAY"))
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
            stage.forgetClosed()
        }
        let client = try stage.get(method: "POST")
        stage.last.fail(.goneAway("GOAWAY"))
        stage.last.fail(.goneAway("GOAWAY"))
        #expect(client.outcome == .refused(502, "answer-broken"), "another one is sent elsewhere, and there is nobody")
    }

    @Test("a stream that is refused is sent anew within the budget, whatever the method")
    func refusedStreams() throws {
        let stage = try Stage(["node1": ""])
        for number in 0...RetryBudget.floor {
            let client = try stage.get(method: "POST")
            stage.last.fail(.unprocessed("refused"))
            guard number < RetryBudget.floor else {
                #expect(client.outcome == .refused(503, "retry-budget") && stage.isQuiet)
                break
            }
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
            stage.forgetClosed()
        }
    }

    @Test("an idle connection that the member has ended costs nothing of it")
    func stale() throws {
        let stage = try Stage(["node1": ""])
        for _ in 0..<50 {
            try stage.exchange()
            let client = try stage.get()
            stage.last.end()
            stage.last.answer(Answer.empty)
            #expect(client.outcome == .whole)
            stage.forgetClosed()
        }
    }
}
