import Glibc
import Synchronization

/// How many different sessions were seen within a time, in memory that does not grow: HyperLogLog (Flajolet, Fusy,
/// Gandouet and Meunier, 2007) that forgets.
///
/// Time is cut into epochs. A register is a word that keeps the highest rank of each of the last
/// ``Limits/censusEpochs`` epochs beside one another; what counts is the highest of them, and an epoch that is too old
/// is taken out of all words at once. The sum over the registers that the estimate needs is kept up to date, so that
/// asking costs two loads. The estimate is Ertl's improved raw one ("New cardinality estimation algorithms for
/// HyperLogLog sketches", 2017, section 4): no bias where there are few, no tables. Its standard error is 1.04 / √size.
///
/// Who only says that he has a session cannot raise the count the first time: a word's other eight bits are a mark of
/// one who would have, and he who finds his own there does. One of 255 strangers finds his own by chance. A mark gives
/// way to another one half of the time, so that those who come in turns do not push each other out for ever.
///
/// All workers share it without locks. A session that is seen in the fraction of a millisecond in which a sketch is
/// cleared that had not been used for longer than its time may be missed until it is seen again.
final class SessionSketch<let size: Int>: Sendable {
    private let registers: InlineArray<size, Atomic<UInt32>>
    private let epochMilliseconds: Int64
    private let epoch = Atomic<Int64>(0)
    private let isClearing = Atomic(false)
    /// Registers that have seen nothing.
    private let zeros = Atomic<Int>(size)
    /// The sum of 2^-rank over the others, in units of 2^-15.
    private let sum = Atomic<Int64>(0)
    /// Counts changes of the two, so that the last one to write the estimate has seen all of them.
    private let version = Atomic<UInt64>(0)
    private let estimate = Atomic<Int>(0)
    /// The member's whose sessions they are, to tell of changes; `nil`: nobody wants to know.
    private let state: MemberState?

    /// Makes an empty sketch.
    ///
    /// - Parameters:
    ///   - epochMilliseconds: 1 or more. A session counts for as long as that times one less than there are epochs, and
    ///     for up to one epoch more.
    ///   - state: the member's, to tell of changes; `nil`: nobody wants to know.
    init(epochMilliseconds: Int64, of state: MemberState?) {
        self.state = state
        self.epochMilliseconds = epochMilliseconds
        registers = InlineArray { _ in Atomic(0) }
    }

    /// Sees a session.
    ///
    /// - Parameters:
    ///   - hash: of 64 bits that nobody can foretell.
    ///   - isCertain: whether it is there for certain; else it raises the count the second time only.
    ///   - now: milliseconds of the monotonic clock; what is before the present epoch counts in that.
    /// - Returns: whether the register's rank of the present epoch has risen.
    @discardableResult
    func see(_ hash: UInt64, isCertain: Bool, now: Int64) -> Bool {
        let shift = advance(now)
        // The highest bits name the register, the lowest the rank: the same one, whatever the size.
        let register = Int(hash.multipliedFullWidth(by: UInt64(size)).high)
        let rank = min(UInt32(hash.trailingZeroBitCount) + 1, Self.rankMax)
        var word = registers[register].load(ordering: .relaxed)
        while (word >> shift) & Self.rankMax < rank {
            var next = word & ~(Self.rankMax << shift) | rank << shift
            // Whoever does not raise the count may have been counted before.
            if !isCertain, rank > Self.highest(word) {
                let (mark, known) = (Self.mark(of: hash), word >> Self.markShift)
                if known == mark {
                    next &= ~(.max << Self.markShift)
                } else {
                    let givesWay = known == 0 || StableHash.mix(hash &+ UInt64(bitPattern: now)) & 1 == 0
                    guard givesWay else { return false }
                    next = word & ~(.max << Self.markShift) | mark << Self.markShift
                }
            }
            let (isDone, found) = registers[register].compareExchange(
                expected: word, desired: next, ordering: .relaxed)
            if isDone {
                let (old, new) = (Self.highest(word), Self.highest(next))
                if old != new { change(zeros: old == 0 ? -1 : 0, sum: Self.worth(new) - Self.worth(old)) }
                return (next >> shift) & Self.rankMax == rank
            }
            word = found
        }
        return false
    }

    /// How many different sessions were seen.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    func count(now: Int64) -> Int {
        _ = advance(now)
        return estimate.load(ordering: .relaxed)
    }

    /// How many different sessions some sketches have seen together.
    static func count(_ sketches: [SessionSketch], now: Int64) -> Int {
        for sketch in sketches { _ = sketch.advance(now) }
        var (zeros, sum) = (0, Int64(0))
        for register in 0..<size {
            var rank: UInt32 = 0
            for sketch in sketches {
                rank = max(rank, highest(sketch.registers[register].load(ordering: .relaxed)))
            }
            zeros += rank == 0 ? 1 : 0
            sum += worth(rank)
        }
        return estimate(zeros: zeros, sum: sum)
    }

    // MARK: - Time

    /// Begins another epoch when it is time.
    ///
    /// - Returns: where the present epoch's rank stands in a word.
    @inline(__always)
    private func advance(_ now: Int64) -> UInt32 {
        let current = epoch.load(ordering: .relaxed)
        guard now - current * epochMilliseconds >= epochMilliseconds else { return Self.shift(of: current) }
        return begin(now / epochMilliseconds)
    }

    /// Clears the places of the epochs that begin. Whoever comes meanwhile goes on in the present one.
    private func begin(_ target: Int64) -> UInt32 {
        guard isClearing.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return Self.shift(of: epoch.load(ordering: .relaxed))
        }
        defer { isClearing.store(false, ordering: .releasing) }
        let current = epoch.load(ordering: .relaxed)
        if target > current {
            var mask: UInt32 = 0
            for step in 1...min(target - current, Int64(Limits.censusEpochs)) {
                mask |= Self.rankMax << Self.shift(of: current + step)
            }
            clear(mask)
            epoch.store(target, ordering: .relaxed)
        }
        return Self.shift(of: max(target, current))
    }

    private func clear(_ mask: UInt32) {
        var (emptied, lost) = (0, Int64(0))
        for register in 0..<size {
            var word = registers[register].load(ordering: .relaxed)
            while word & mask != 0 {
                let (isDone, found) = registers[register].compareExchange(
                    expected: word, desired: word & ~mask, ordering: .relaxed)
                if isDone {
                    let (old, new) = (Self.highest(word), Self.highest(word & ~mask))
                    if new == 0 { emptied += 1 }
                    lost += Self.worth(new) - Self.worth(old)
                    break
                }
                word = found
            }
        }
        change(zeros: emptied, sum: lost)
    }

    // MARK: - The estimate

    private func change(zeros emptied: Int, sum difference: Int64) {
        zeros.wrappingAdd(emptied, ordering: .relaxed)
        sum.wrappingAdd(difference, ordering: .relaxed)
        version.wrappingAdd(1, ordering: .sequentiallyConsistent)
        var seen: UInt64
        repeat {
            seen = version.load(ordering: .sequentiallyConsistent)
            let count = Self.estimate(zeros: zeros.load(ordering: .relaxed), sum: sum.load(ordering: .relaxed))
            estimate.store(count, ordering: .sequentiallyConsistent)
        } while version.load(ordering: .sequentiallyConsistent) != seen
        state?.reportSessions()
    }

    /// What is told at most, so that it can be multiplied by factors and times.
    private static var countMax: Int { 1 << 40 }

    private static func estimate(zeros: Int, sum: Int64) -> Int {
        guard zeros < size else { return 0 }
        let registers = Double(size)
        let ranked = Double(sum) / Double(1 << rankMax)
        let harmonic = ranked + registers * sigma(Double(max(0, zeros)) / registers)
        // While an epoch is cleared the sum may be off by what others have seen meanwhile, even below 0.
        guard harmonic > 0 else { return countMax }
        return Int(min(registers * registers / (2 * log(2) * harmonic), Double(countMax)).rounded())
    }

    /// Ertl's σ: x + x² + 2 x⁴ + 4 x⁸ …, for x below 1.
    private static func sigma(_ share: Double) -> Double {
        var (power, factor, total) = (share, 1.0, share)
        while true {
            power *= power
            let next = total + power * factor
            if next == total { return total }
            total = next
            factor *= 2
        }
    }

    /// What a rank adds to the sum.
    private static func worth(_ rank: UInt32) -> Int64 {
        rank == 0 ? 0 : 1 << Int64(rankMax - rank)
    }

    // MARK: - Words

    /// Bits of a rank.
    private static var rankBits: UInt32 { 4 }
    /// The highest rank, which is also what masks one: with 12,192 registers, 20 million sessions are told too few by
    /// a third of a percent.
    private static var rankMax: UInt32 { 1 << rankBits - 1 }

    private static func shift(of epoch: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: epoch % Int64(Limits.censusEpochs)) * rankBits
    }

    /// Where the mark stands: above the ranks.
    private static var markShift: UInt32 { UInt32(Limits.censusEpochs) * rankBits }

    /// The mark of a session: bits that say nothing of its register or rank; never 0, which is nobody's.
    private static func mark(of hash: UInt64) -> UInt32 {
        max(1, UInt32(truncatingIfNeeded: hash >> 16 & 0xff))
    }

    /// The highest rank of a word.
    private static func highest(_ word: UInt32) -> UInt32 {
        var (rest, rank) = (word, UInt32(0))
        for _ in 0..<Limits.censusEpochs {
            rank = max(rank, rest & rankMax)
            rest >>= rankBits
        }
        return rank
    }
}
