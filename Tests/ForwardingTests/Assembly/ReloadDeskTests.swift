import Forwarding
import Synchronization
import Testing

/// Whoever asks for a reload gets the receipt of one that began after that.
@Suite("Reload desk", .timeLimit(.minutes(10)))
struct ReloadDeskTests {
    /// What somebody who has asked was told.
    private final class Asker: Sendable {
        private let told = Mutex<[Result<Receipt, SupervisionError>]>([])

        var answer: ReloadDesk.Answer {
            { [self] result in told.withLock { $0.append(result) } }
        }

        /// The generations of receipts, and kinds of errors.
        var heard: [String] {
            told.withLock { $0 }.map { result in
                switch result {
                case .success(let receipt): "\(receipt.generation)"
                case .failure(let error): error.kind.rawValue
                }
            }
        }
    }

    private func receipt(_ generation: Int) -> Receipt {
        Receipt(.accepted, askedBy: [], time: 0, generation: generation, changes: [])
    }

    @Test("what is asked while one goes on is one more, for everybody")
    func coalescing() {
        var desk = ReloadDesk()
        #expect(!desk.isAsked)
        let askers = (0..<4).map { _ in Asker() }
        desk.ask(.control, askers[0].answer)
        desk.begin()
        #expect(!desk.isAsked && desk.askers == [.control])
        desk.ask(.signal)
        desk.ask(.signal)
        for asker in askers[1...2] { desk.ask(.control, asker.answer) }
        #expect(desk.isAsked && desk.askers == [.control])
        desk.end(with: receipt(2))
        #expect(askers.map(\.heard) == [["2"], [], [], []])
        desk.begin()
        #expect(!desk.isAsked && desk.askers == [.control, .signal])
        desk.ask(.control, askers[3].answer)
        desk.end(with: receipt(3))
        #expect(askers.map(\.heard) == [["2"], ["3"], ["3"], []])
        desk.begin()
        desk.end(with: receipt(4))
        #expect(askers.map(\.heard) == [["2"], ["3"], ["3"], ["4"]])
        #expect(desk.askers == [])
    }

    @Test("at the end of the process everybody is told so, and whoever comes after that")
    func closing() {
        var desk = ReloadDesk()
        let askers = (0..<3).map { _ in Asker() }
        desk.ask(.control, askers[0].answer)
        desk.begin()
        desk.ask(.control, askers[1].answer)
        desk.close()
        desk.ask(.control, askers[2].answer)
        desk.ask(.signal)
        #expect(desk.isClosed && !desk.isAsked)
        #expect(askers.map(\.heard) == [["ending"], ["ending"], ["ending"]])
    }

    @Test("only so many wait")
    func bound() {
        var desk = ReloadDesk()
        let askers = (0..<ReloadDesk.waitingMax + 1).map { _ in Asker() }
        for asker in askers { desk.ask(.control, asker.answer) }
        #expect(askers.last?.heard == ["exhausted"])
        desk.begin()
        desk.end(with: receipt(2))
        #expect(askers.dropLast().allSatisfy { $0.heard == ["2"] })
    }
}
