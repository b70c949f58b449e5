import Forwarding
import Synchronization
import Testing

/// Who closes and opens sites is told once, when it is so.
@Suite("Maintenance desk", .timeLimit(.minutes(10)))
struct MaintenanceDeskTests {
    /// What those who asked were told, in their order.
    private final class Told: Sendable {
        let names = Mutex<[String]>([])

        func answer(_ name: String) -> ReloadDesk.Answer {
            { result in
                let words =
                    switch result {
                    case .success: name
                    case .failure(let error): "\(name): \(error.kind.rawValue)"
                    }
                self.names.withLock { $0.append(words) }
            }
        }

        var all: [String] { names.withLock { $0 } }
    }

    private static let receipt = Receipt(.accepted, askedBy: [.control], time: 0, generation: 1, changes: [])

    @Test("what is asked meanwhile is done next; of several for one site the last counts")
    func orders() {
        var desk = MaintenanceDesk()
        let told = Told()
        #expect(!desk.isAsked)
        desk.ask("a", isClosed: true, told.answer("1"))
        desk.ask("b", isClosed: true, told.answer("2"))
        desk.ask("b", isClosed: false, told.answer("3"))
        #expect(desk.isAsked && desk.begin(with: ["c"]) == ["a", "c"])
        desk.ask("c", isClosed: false, told.answer("4"))
        desk.end(.success(Self.receipt))
        #expect(told.all == ["1", "2", "3"] && desk.isAsked)
        #expect(desk.begin(with: ["a", "c"]) == ["a"])
        desk.close()
        #expect(told.all == ["1", "2", "3", "4: ending"] && !desk.isAsked)
    }

    @Test("there are not more who wait than for reloads")
    func bound() {
        var desk = MaintenanceDesk()
        let told = Told()
        for _ in 0...ReloadDesk.waitingMax { desk.ask("a", isClosed: true, told.answer("x")) }
        #expect(told.all == ["x: exhausted"])
    }
}
