import Dispatch
import Forwarding
import Reactor
import Synchronization
import Testing

/// The thread that writes a log, before targets that take as much as a test lets them: each line is written or counted.
@Suite("Writing of a log")
struct LogWriterTests {
    /// Takes so many bytes, and then fails or has no room.
    private final class Target: LogTarget {
        let name = "a test"
        private let fails: Bool
        private let state: Mutex<(room: Int, bytes: [UInt8])>
        /// Signalled each time that it is waited for.
        let waits = DispatchSemaphore(value: 0)

        init(room: Int, fails: Bool = false) {
            self.fails = fails
            state = Mutex((room, []))
        }

        var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

        func give(_ room: Int) {
            state.withLock { $0.room += room }
        }

        func write(_ bytes: Span<UInt8>, lost: inout Int) throws(SystemError) -> Int {
            var offered: [UInt8] = []
            for offset in bytes.indices { offered.append(bytes[offset]) }
            let count = state.withLock { state in
                let count = min(offered.count, state.room)
                state.room -= count
                state.bytes += offered[..<count]
                return count
            }
            if count == 0, fails { throw SystemError("write", code: 28) }
            return count
        }

        func waitForRoom(orWakeOf waker: Waker, millis: Int) {
            waits.signal()
            waker.wait(millis: millis)
        }

        func isSame(as other: any LogTarget) -> Bool { false }
    }

    /// What the thread has told.
    private final class Told: Sendable {
        let lost = Atomic<Int>(0)
        /// Signalled each time that lines are told to be lost.
        let isLost = DispatchSemaphore(value: 0)

        func reports(onFailure: @escaping @Sendable () -> Void = {}) -> LogWriter.Reports {
            LogWriter.Reports(
                onFailure: { _, _ in onFailure() },
                onLost: { lines, _ in
                    self.lost.wrappingAdd(lines, ordering: .relaxed)
                    self.isLost.signal()
                })
        }

        /// With those that were not told.
        func total(_ left: Int) -> Int { lost.load(ordering: .relaxed) + left }
    }

    private static func line(_ number: Int) -> String { "line \(number) ..\n" }

    /// Ten lines of ten bytes.
    private static func queue() throws -> LogQueue {
        let queue = try LogQueue(slabsMax: 16) {}
        for number in 0..<10 { queue.add(Array(line(number).utf8).span) }
        return queue
    }

    private static func lines(_ numbers: Range<Int>) -> String { numbers.map(line).joined() }

    @Test("a line that a full disk has cut is lost at the end, with those behind it")
    func cut() throws {
        let (target, told) = (Target(room: 25, fails: true), Told())
        let writer = try LogWriter(name: "log", queue: try Self.queue(), target: target, reports: told.reports())
        #expect(told.total(writer.finish(withinMillis: 30_000)) == 8)
        #expect(target.text == Self.lines(0..<2) + "line ")
    }

    @Test("a line that was cut goes on when there is room again, at the end at last")
    func goesOn() throws {
        let (target, told) = (Target(room: 25, fails: true), Told())
        let reports = told.reports { target.give(1_000) }
        let writer = try LogWriter(name: "log", queue: try Self.queue(), target: target, reports: reports)
        #expect(told.total(writer.finish(withinMillis: 30_000)) == 7)
        #expect(target.text == Self.lines(0..<3))
    }

    @Test("of what nobody takes to the end the lines are counted that are left, not those that were written")
    func blocked() throws {
        let (target, told) = (Target(room: 25), Told())
        let writer = try LogWriter(name: "log", queue: try Self.queue(), target: target, reports: told.reports())
        try #require(target.waits.wait(timeout: .now() + 30) == .success)
        #expect(told.total(writer.finish(withinMillis: 50)) == 8)
        #expect(target.text == Self.lines(0..<2) + "line ")
        // The thread still waits; with room it ends.
        target.give(1_000)
        _ = writer.finish(withinMillis: 1)
    }

    @Test("another target begins with a line, and the one that was cut is lost")
    func redirected() throws {
        let (old, new, told) = (Target(room: 25), Target(room: 1_000), Told())
        let writer = try LogWriter(name: "log", queue: try Self.queue(), target: old, reports: told.reports())
        try #require(old.waits.wait(timeout: .now() + 30) == .success)
        writer.redirect(to: new)
        #expect(told.total(writer.finish(withinMillis: 30_000)) == 1)
        #expect(old.text == Self.lines(0..<2) + "line " && new.text == Self.lines(3..<10))
    }

    @Test("where there is no target any more, what the last one has not taken is lost; what comes then waits for one")
    func none() throws {
        let (old, new, told) = (Target(room: 25), Target(room: 1_000), Told())
        let queue = try Self.queue()
        let writer = try LogWriter(name: "log", queue: queue, target: old, reports: told.reports())
        try #require(old.waits.wait(timeout: .now() + 30) == .success)
        writer.redirect(to: nil)
        try #require(told.isLost.wait(timeout: .now() + 30) == .success)
        queue.add(Array(Self.line(10).utf8).span)
        writer.redirect(to: new)
        #expect(told.total(writer.finish(withinMillis: 30_000)) == 8)
        #expect(new.text == Self.line(10))
    }
}
