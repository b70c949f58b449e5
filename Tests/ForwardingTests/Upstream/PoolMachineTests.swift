import Forwarding
import Testing

@Suite("Pool machine")
struct PoolMachineTests {
    /// What happens to a pool, and what is to become of it.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let events: [PoolPlay.Event]
        /// Requests in the order in which they are served, each with its connection.
        let served: [String]
        var failed: [Int] = []
        /// Each connection: m being made, l lent, i idle, x closed.
        let states: String
        var waiting: [Int] = []
    }

    private static let orders = [
        Case(
            testDescription: "a request gets the connection that was begun for it, and the next one gets it again",
            events: [.request, .open(0), .giveBack(0), .request], served: ["0:0", "1:0"], states: "l"),
        Case(
            testDescription: "the connection that was used last is lent first",
            events: [.request, .request, .open(0), .open(1), .giveBack(0), .giveBack(1), .request],
            served: ["0:0", "1:1", "2:1"], states: "il"),
        Case(
            testDescription: "one that comes back serves who waits, and the one that is being made becomes idle",
            events: [.request, .open(0), .request, .giveBack(0), .open(1)], served: ["0:0", "1:0"], states: "li"),
        Case(
            testDescription: "one that is open first serves who came first",
            events: [.request, .request, .open(1), .open(0)], served: ["0:1", "1:0"], states: "ll"),
        Case(
            testDescription: "who comes takes none from who waits",
            events: [.request, .open(0), .request, .request, .giveBack(0), .open(1), .open(2)],
            served: ["0:0", "1:0", "2:1"], states: "lli"),
        Case(
            testDescription: "who comes while one is being made for nobody waits for that one",
            events: [.request, .open(0), .request, .giveBack(0), .request, .open(1)],
            served: ["0:0", "1:0", "2:1"], states: "ll"),
        Case(
            testDescription: "who has had an idle one waits for another, or for one that comes back",
            events: [
                .request, .request, .open(0), .open(1), .giveBack(0), .end(1), .again, .request, .giveBack(0),
            ],
            served: ["0:0", "1:1", "3:0", "2:0"], states: "lxm"),
    ]

    private static let ends = [
        Case(
            testDescription: "one that fails fails who waits longest, where none is left for him",
            events: [.request, .request, .fail(1), .open(0)], served: ["1:0"], failed: [0], states: "lx"),
        Case(
            testDescription: "one that fails and is not needed fails nobody",
            events: [.request, .open(0), .request, .giveBack(0), .fail(1)], served: ["0:0", "1:0"], states: "lx"),
        Case(
            testDescription: "who leaves takes the one with him that was being made for him",
            events: [.request, .leave(0)], served: [], states: "x"),
        Case(
            testDescription: "who leaves takes none from others",
            events: [.request, .request, .request, .leave(1), .open(0), .open(1)], served: ["0:0", "2:1"], states: "llx"
        ),
        Case(
            testDescription: "who was served leaves nobody's line",
            events: [.request, .open(0), .leave(0), .request], served: ["0:0"], states: "lm", waiting: [1]),
        Case(
            testDescription: "an idle one that ends is lent to nobody",
            events: [.request, .request, .open(0), .open(1), .giveBack(0), .giveBack(1), .end(0), .request, .request],
            served: ["0:0", "1:1", "2:1"], states: "xlm", waiting: [3]),
        Case(
            testDescription: "a member that is served no more: none is kept, and who waits is served still",
            events: [
                .request, .request, .request, .open(0), .open(1), .giveBack(0), .retire, .giveBack(1), .request,
                .open(2),
                .giveBack(0),
            ],
            served: ["0:0", "1:1", "2:0", "3:2"], states: "xxl"),
    ]

    @Test("who gets which", arguments: orders + ends)
    func table(_ sample: Case) throws {
        let play = try PoolPlay()
        for event in sample.events { play.play(event) }
        #expect(play.served == sample.served)
        #expect(play.failed == sample.failed)
        #expect(play.states == sample.states)
        #expect(play.waiting == sample.waiting && play.machine.waitingCount == sample.waiting.count)
    }

    @Test("where connections are not used again, none is kept")
    func withoutReuse() throws {
        let play = try PoolPlay(reuses: false)
        for event in [PoolPlay.Event.request, .open(0), .giveBack(0), .request, .open(1)] { play.play(event) }
        #expect(play.served == ["0:0", "1:1"] && play.states == "xl")
    }

    @Test("4,000 requests together: their connections are kept, and given back after two quiet intervals")
    func growth() throws {
        let play = try PoolPlay()
        for _ in 0..<2 {
            for _ in 0..<4_000 { play.play(.request) }
            for number in play.connections.indices where !play.connections[number].isOpen { play.play(.open(number)) }
            for number in play.connections.indices { play.play(.giveBack(number)) }
            #expect(play.connections.count == 4_000 && play.machine.idleCount == 4_000)
            play.play(.interval)
            #expect(play.machine.idleCount == 4_000)
        }
        play.play(.interval)
        #expect(play.machine.idleCount == 256 && play.machine.lentCount == 0)
    }

    @Test("random events break no invariant")
    func model() throws {
        var dice: UInt64 = 20_261_201
        func roll(_ count: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((dice >> 33) % UInt64(count))
        }
        var totals = (served: 0, failed: 0)
        for _ in 0..<50 {
            let play = try PoolPlay()
            for _ in 0..<1_000 {
                let number = play.connections.isEmpty ? 0 : roll(play.connections.count)
                let state = play.connections.isEmpty ? nil : play.connections[number].state
                let servedBefore = play.served.count
                let first = play.waiting.first
                switch (roll(10), state) {
                case (0...2, _): play.play(roll(10) == 0 ? .again : .request)
                case (3, _) where !play.waiting.isEmpty: play.play(.leave(play.waiting[roll(play.waiting.count)]))
                case (4, _): play.play(.interval)
                case (5, .making): play.play(.fail(number))
                case (_, .making): play.play(.open(number))
                case (5, .lent), (_, .idle): play.play(.end(number))
                case (_, .lent): play.play(.giveBack(number))
                default: continue
                }
                try check(play)
                // Who waits longest is served before the others; who finds an idle one has not waited.
                if play.served.count > servedBefore, let first, !play.waiting.contains(first) {
                    #expect(play.served.last?.hasPrefix("\(first):") == true)
                }
            }
            totals.served += play.served.count
            totals.failed += play.failed.count
            #expect(Set(play.served.map { $0.prefix { $0 != ":" } }).count == play.served.count)
        }
        #expect(totals.served > 5_000 && totals.failed > 500, "\(totals)")
    }

    private func check(_ play: PoolPlay) throws {
        let machine = play.machine
        let counts = Dictionary(grouping: play.connections, by: \.state).mapValues(\.count)
        let (making, lent, idle) = (counts[.making] ?? 0, counts[.lent] ?? 0, counts[.idle] ?? 0)
        try #require(machine.idleCount == idle)
        try #require(machine.lentCount == making + lent)
        try #require(machine.expectedCount == making)
        try #require(machine.waitingCount == play.waiting.count)
        try #require(machine.waitingCount <= making, "who waits waits for something")
        let requests = play.connections.compactMap(\.request)
        try #require(Set(requests).count == requests.count && requests.count == lent, "each has one of its own")
    }
}
