import Forwarding
import Model
import Testing

/// What a reload changed, name by name.
@Suite("Receipts")
struct ReceiptTests {
    @Test("members come, go, change and are renamed; what comes and goes is not told key by key")
    func members() throws {
        var world = World()
        world.members = [("a", "http://192.0.2.1:80"), ("b", "http://192.0.2.2:80"), ("c", "http://192.0.2.3:80")]
        try world.reload()
        world.members = [
            ("a", "{ url: \"http://192.0.2.1:80\", max: 3, load-factor: 2 }"),
            ("bee", "{ url: \"http://192.0.2.2:80\", was: b }"), ("d", "http://192.0.2.4:80"),
        ]
        #expect(
            Set(try world.reload().map(\.line)) == [
                "key balancers.shop.members.a.max added: none -> 3",
                "key balancers.shop.members.a.load-factor changed: 1 -> 2",
                "member shop/a changed: 192.0.2.1:80 -> 192.0.2.1:80",
                "member shop/bee renamed: shop/b -> shop/bee", "member shop/d added: none -> 192.0.2.4:80",
                "member shop/c gone: 192.0.2.3:80 -> none",
            ])
        // `was` has done what it was for.
        world.members[1] = ("bee", "{ url: \"http://192.0.2.9:80\" }")
        #expect(
            Set(try world.reload().map(\.line)) == [
                "key balancers.shop.members.bee.was gone: b -> none",
                "key balancers.shop.members.bee.url changed: http://192.0.2.2:80 -> http://192.0.2.9:80",
                "member shop/bee changed: 192.0.2.2:80 -> 192.0.2.9:80",
            ])
    }

    @Test("a member that gets another name and is declared otherwise is told both")
    func renamed() throws {
        var world = World()
        world.members = [("a", "http://192.0.2.1:80")]
        try world.reload()
        world.members = [("b", "{ url: \"http://192.0.2.1:80\", was: a, max: 1 }")]
        #expect(
            try world.reload().map(\.line) == [
                "member shop/b renamed: shop/a -> shop/b", "member shop/b changed: 192.0.2.1:80 -> 192.0.2.1:80",
            ])
    }

    @Test("keys speak in the file's words; kept things come first")
    func keys() throws {
        var world = World()
        try world.reload()
        world.settings = "timeouts: { head: 5s }\nlimits: { field-count: 10 }"
        world.addresses = [:]
        let changes = try world.reload()
        #expect(changes.first?.event == .kept)
        #expect(
            Set(changes.dropFirst().map(\.line)) == [
                "key timeouts.head changed: 10s -> 5s", "key limits.field-count changed: 100 -> 10",
            ])
    }

    private func receipt(
        _ changes: [Receipt.Change], _ outcome: Receipt.Outcome = .accepted, faults: [String] = []
    ) -> Receipt {
        Receipt(
            outcome, askedBy: [.control, .signal], time: 1, generation: 2, faults: faults, warnings: [],
            notes: ["a note"], changes: changes)
    }

    private func change(_ kind: Receipt.Change.Kind, _ event: Receipt.Change.Event) -> Receipt.Change {
        Receipt.Change(kind: kind, name: "x", event: event)
    }

    @Test("the summary counts, of each kind what has happened to it")
    func summary() {
        #expect(receipt([]).summary == "nothing changed")
        #expect(
            receipt([
                change(.member, .added), change(.key, .changed), change(.keyFile, .kept), change(.member, .added),
                change(.name, .unresolved), change(.listener, .opened), change(.key, .added),
            ]).summary
                == "1 key added, 1 key changed, 2 members added, 1 key file kept old, 1 listener opened, "
                + "1 name without an address")
    }

    @Test("what was kept or cannot be used is not taken; a name without an address was none before")
    func whole() {
        for event in Receipt.Change.Event.allCases {
            #expect(
                receipt([change(.certificate, event)]).keepsSomethingOld == (event == .kept || event == .unusable))
        }
    }

    @Test("something that was not taken is listed, behind however many names without an address")
    func manyNames() {
        let names = (0..<ReceiptLimits.changesMax).map { _ in change(.name, .unresolved) }
        #expect(receipt(names + [change(.certificate, .kept)]).keepsSomethingOld)
    }

    @Test("the first fault is that of the configuration, else what could not be read")
    func error() {
        #expect(receipt([]).error == "a note")
        let rejected = receipt([], .rejected, faults: ["first", "second"])
        #expect(rejected.error == "first" && rejected.faults == ["first", "second"])
        #expect(rejected.askedBy == [.signal, .control])
    }

    @Test("a receipt is bounded, whatever has changed, and says how much is left out")
    func bounds() {
        let long = String(repeating: "x", count: 10_000)
        let changes =
            [change(.certificate, .kept)]
            + (0..<10_000).map { _ in
                Receipt.Change(kind: .key, name: long, event: .changed, before: long, after: long, reason: long)
            }
        let receipt = receipt(changes, .rejected, faults: (0..<10_000).map { _ in long })
        #expect(receipt.changes.count == ReceiptLimits.changesMax && receipt.changesLeftOut == 9_501)
        #expect(receipt.keepsSomethingOld)
        #expect(receipt.summary == "10000 keys changed, 1 certificate kept old")
        #expect(receipt.changes[1].before?.count == ReceiptLimits.textMax + 1)
        #expect(receipt.changes[1].glance.before?.count == ReceiptLimits.glanceMax + 1)
        #expect(receipt.faults.count == ReceiptLimits.linesMax + 1 && receipt.faults.last == "and 9800 more")
        #expect(receipt.faults[0].count == ReceiptLimits.lineMax + 1)
    }
}
