/// A bucket of tokens by the generic cell rate algorithm (ITU-T I.371): one number, the time at which it will be full.
///
/// A value of whoever holds it; it belongs to one ``Allowance``, in whose units it counts. Time is handed in as
/// nanoseconds of a monotonic clock. Going back by a little, as between two workers, only makes a bucket wait.
public struct TokenBucket: Sendable, Hashable {
    /// When it is full, in units of its allowance, at most 2^62: not before the present where tokens are missing.
    private(set) var fullAt: UInt64 = 0

    /// Makes a full bucket.
    public init() {}

    /// Goes on with one.
    init(fullAt: UInt64) {
        self.fullAt = fullAt
    }

    /// Takes tokens, all or none.
    ///
    /// - Parameters:
    ///   - count: 1 or more.
    ///   - now: nanoseconds of the monotonic clock.
    ///   - allowance: the same each time.
    public mutating func take(_ count: Int = 1, at now: Int64, _ allowance: Allowance) -> Verdict {
        guard let cost = allowance.cost(of: count) else { return .refused(waitNanoseconds: .max) }
        guard let units = take(cost, at: allowance.units(at: now), capacity: allowance.capacity) else { return .taken }
        return .refused(waitNanoseconds: allowance.nanoseconds(until: units, from: now))
    }

    /// What ``take(_:at:_:)`` would say; takes nothing.
    public func peek(_ count: Int = 1, at now: Int64, _ allowance: Allowance) -> Verdict {
        var copy = self
        return copy.take(count, at: now, allowance)
    }

    /// How many tokens there are, `0 ... allowance.burst`.
    public func left(at now: Int64, _ allowance: Allowance) -> Int {
        let units = allowance.units(at: now)
        let missing = fullAt > units ? fullAt - units : 0
        return missing < allowance.capacity ? Int((allowance.capacity - missing) >> UInt64(allowance.shift)) : 0
    }

    /// Takes units.
    ///
    /// - Parameters:
    ///   - cost: at most `capacity`.
    ///   - units: those of the allowance that have gone by.
    /// - Returns: `nil`: they are taken; else at how many units they could be.
    mutating func take(_ cost: UInt64, at units: UInt64, capacity: UInt64) -> UInt64? {
        let full = max(fullAt, units) + cost
        guard full <= units + capacity else { return full - capacity }
        fullAt = full
        return nil
    }
}
