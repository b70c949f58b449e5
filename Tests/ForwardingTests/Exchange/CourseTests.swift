import Forwarding
import Testing

/// The course alone: what follows what, by table.
@Suite("Course")
struct CourseTests {
    /// A failure, how far the request had come, and what follows.
    struct Row: CustomTestStringConvertible, Sendable {
        let failure: UpstreamFailure
        var progress = Course.Progress()
        let sequel: Course.Sequel
        var testDescription: String { "\(failure) \(progress)" }

        init(
            _ failure: UpstreamFailure, _ sequel: Course.Sequel, _ change: (inout Course.Progress) -> Void = { _ in }
        ) {
            self.failure = failure
            self.sequel = sequel
            change(&progress)
        }
    }

    private static let rows = [
        Row(.connect("refused"), .reconnect(from: 1)),
        Row(.connect("refused"), .reconnect(from: 3)) { $0.addressIndex = 2 },
        Row(.connectTimeout, .reconnect(from: 1)),
        // There was no room on the connection: the address is as good as before.
        Row(.crowded, .reconnect(from: 2)) { $0.addressIndex = 2 },
        Row(.answerTimeout, .another),
        // Nothing of the answer has come, and nobody can have acted on the request, or it does no harm.
        Row(.broken("reset"), .replay) { $0.isSent = true },
        Row(.dropped("ended"), .replay) { $0.isSent = true },
        Row(.stale("ended"), .replay) { $0.isSent = true },
        Row(.unprocessed("refused"), .replay) { $0.isHarmless = false },
        Row(.goneAway("GOAWAY"), .replay) { $0.isHarmless = false },
        // The member may have acted on it.
        Row(.broken("reset"), .refuse(.answerBroken, blamed: false)) { $0.isHarmless = false },
        Row(.dropped("ended"), .refuse(.answerBroken, blamed: false)) { $0.isHarmless = false },
        // Its bytes are gone.
        Row(.broken("reset"), .refuse(.answerBroken, blamed: false)) { $0.isReplayable = false },
        Row(.unprocessed("refused"), .refuse(.answerBroken, blamed: false)) { $0.isReplayable = false },
        Row(.goneAway("GOAWAY"), .refuse(.answerBroken, blamed: false)) { $0.isReplayable = false },
        // Some of the answer has come.
        Row(.broken("reset"), .refuse(.answerBroken, blamed: false)) { $0.isAnswered = true },
        Row(.unprocessed("refused"), .refuse(.answerBroken, blamed: false)) { $0.isAnswered = true },
        Row(.goneAway("GOAWAY"), .refuse(.answerBroken, blamed: false)) { $0.isAnswered = true },
        // It would be as large again.
        Row(.headTooLarge("head-too-large", limit: 1), .refuse(.answerHeadTooLarge, blamed: false)),
        // A member that takes connections and drops them is in error.
        Row(.dropped("ended"), .another) {
            $0.isSent = true
            $0.isDropping = true
        },
        Row(.dropped("ended"), .refuse(.answerBroken, blamed: true)) {
            $0.isSent = true
            $0.isDropping = true
            $0.isHarmless = false
        },
        // Who was still waiting for the rest of the request may have lost patience with the client.
        Row(.dropped("ended"), .replay) { $0.isDropping = true },
    ]

    @Test("what follows a failure", arguments: rows)
    func sequel(row: Row) {
        #expect(Course().sequel(of: row.failure, row.progress) == row.sequel)
    }

    @Test("what the budget is asked for: what was sent is sent anew, and no connection was ended in good order")
    func retries() {
        let replays: [(UpstreamFailure, Bool)] = [
            (.dropped("ended"), true), (.broken("reset"), true), (.unprocessed("refused"), true),
            (.stale("ended"), false), (.goneAway("GOAWAY"), false),
        ]
        for (failure, isAsked) in replays {
            #expect(Course.Sequel.replay.isRetry(after: failure, wasSent: true) == isAsked)
            #expect(!Course.Sequel.replay.isRetry(after: failure, wasSent: false))
            #expect(Course.Sequel.replayElsewhere.isRetry(after: failure, wasSent: true))
            #expect(Course.Sequel.another.isRetry(after: failure, wasSent: true))
            #expect(!Course.Sequel.reconnect(from: 1).isRetry(after: failure, wasSent: true))
            #expect(!Course.Sequel.refuse(.answerBroken, blamed: true).isRetry(after: failure, wasSent: true))
        }
    }

    @Test("a request is sent once more to the same member, then to others")
    func replayedOnce() {
        let course = Course()
        #expect(course.sequel(of: .broken("reset"), .init()) == .replay)
        #expect(course.sequel(of: .broken("reset"), .init()) == .replayElsewhere)
        #expect(course.sequel(of: .goneAway("GOAWAY"), .init()) == .replayElsewhere)
        course.reset()
        #expect(course.sequel(of: .broken("reset"), .init()) == .replay)
    }

    @Test("the time for an answer runs out once: when a second member is too slow, it is the request")
    func timeouts() {
        let course = Course()
        #expect(course.countTimeout())
        #expect(!course.countTimeout())
        course.reset()
        #expect(course.countTimeout())
    }
}
