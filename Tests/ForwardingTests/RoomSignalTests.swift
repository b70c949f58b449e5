import Balancing
import Forwarding
import Glibc
import Reactor
import Synchronization
import Testing

/// Who waits for room, and who makes it, on two threads at once.
///
/// The one stores that he waits, then loads how much the member has under way; the other takes one off that, then loads
/// whether anybody waits. That both miss each other is what one order of all four accesses excludes, and nothing less:
/// the request would wait for the next end of an exchange, or for its time to be over.
///
/// What this can show depends on the machine. x86 lets a load pass a store before it: of 200,000 rounds some 2,000 find
/// a relaxed or releasing store in ``RoomSignal/setWaiting(_:)``, and none where other work leaves both threads one
/// core. The other three accesses are the same instructions there in every order, so that only what the compiler makes
/// of them is shown. ARM may reorder either pair, and can show each of the four. No miss on one kind of machine says
/// nothing of another.
@Suite("Room for those who wait on another thread", .timeLimit(.minutes(10)))
struct RoomSignalTests {
    /// One worker that waits, another one that lets go, and the member.
    private final class Litmus: Sendable {
        /// Rounds at most.
        static let rounds = 200_000
        /// Nanoseconds at most, for a machine that has no two cores to spare.
        static let nanosecondsMax = 2_000_000_000
        /// Looks at the other thread between two of which a core is given up.
        private static let spins = 2_000

        let chooser = Chooser(
            name: "shop", members: [MemberSpecification(name: "node1", exchangesMax: 1)], workers: 2)
        let signal = RoomSignal()
        private let steps = [Step(), Step()]
        let hasEnded = Atomic<Bool>(false)

        var member: Member { chooser.members[0] }

        /// How far one of the threads is.
        private final class Step: Sendable {
            let count = Atomic<Int>(0)
            /// Keeps the two of them in lines of their own.
            let padding = InlineArray<16, Int>(repeating: 0)
        }

        /// Waits until the other thread has come as far.
        func meet(as side: Int) {
            let step = steps[side].count.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
            var spins = 0
            while steps[1 - side].count.load(ordering: .acquiring) < step {
                spins += 1
                if spins % Self.spins == 0 { sched_yield() }
            }
        }
    }

    @Test("whoever says that he waits and finds no room is seen by whoever makes room: never do both miss")
    func neverBoth() throws {
        let litmus = Litmus()
        let told = Mutex<[Bool]>([])
        let releaser = try OperatingSystemThread(name: "releaser") {
            let seen = release(litmus)
            told.withLock { $0 = seen }
        }
        let found = wait(litmus)
        releaser.join()
        let seen = told.withLock { $0 }
        #expect(found.count == seen.count && !found.isEmpty)
        #expect(zip(found, seen).count { !$0 && !$1 } == 0, "of \(found.count) rounds")
    }

    /// The worker whose request waits.
    ///
    /// - Returns: of each round whether it found room.
    private func wait(_ litmus: Litmus) -> [Bool] {
        let start = Clock.monotonicNanoseconds()
        var found: [Bool] = []
        found.reserveCapacity(Litmus.rounds)
        while true {
            let isLast = found.count >= Litmus.rounds || Clock.monotonicNanoseconds() - start > Litmus.nanosecondsMax
            litmus.signal.beginLooking()
            litmus.signal.setWaiting(0)
            if litmus.member.state.inFlightCount == 0 { _ = litmus.chooser.choose(worker: 0, now: 0, random: { 0 }) }
            litmus.hasEnded.store(isLast, ordering: .relaxed)
            litmus.meet(as: 0)
            guard !isLast else { return found }
            delay(found.count & 7)
            litmus.signal.setWaiting(1)
            found.append(!litmus.member.isFull)
            litmus.meet(as: 0)
        }
    }

    /// The worker whose exchange ends.
    ///
    /// - Returns: of each round whether it saw that somebody waits.
    private func release(_ litmus: Litmus) -> [Bool] {
        var told: [Bool] = []
        told.reserveCapacity(Litmus.rounds)
        while true {
            litmus.meet(as: 1)
            guard !litmus.hasEnded.load(ordering: .relaxed) else { return told }
            delay(told.count >> 3 & 7)
            litmus.member.state.release(sentBytes: 0, receivedBytes: 0, worker: 1)
            told.append(litmus.signal.mustTell())
            litmus.meet(as: 1)
        }
    }

    /// Lets the two threads come to the point in all distances of some nanoseconds.
    @inline(never)
    private func delay(_ count: Int) {
        for _ in 0..<count { _ = Clock.monotonicNanoseconds() }
    }
}
