/// What a worker knows of names and passwords that were checked lately, so that each costs a check once in a while and
/// not with every request.
///
/// It has marks (``PasswordFile/mark(of:)``) and neither names nor passwords; those of a file that has changed are
/// never asked for again. Belongs to the worker's thread.
struct VerifiedUsers {
    /// Marks that are kept at most: 48 KiB.
    static let entriesMax = 1_024
    /// Milliseconds for which it is known who has the right password.
    static let provenMillis = 300_000
    /// Milliseconds for which it is known that a password is wrong: who tries others has each checked.
    static let failedMillis = 10_000
    /// Places of a set, in one of which each mark lies.
    private static let setCount = 8

    /// What a check has come to.
    struct Proof {
        let isProven: Bool
        /// Milliseconds of the clock until which it is known.
        let end: Int
    }

    private struct Entry {
        var mark: UInt128 = 0
        /// Milliseconds of the clock; 0: the place is free.
        var end = 0
        var isProven = false
    }

    /// Made with the first user: who has none has no memory for them.
    private var entries: [Entry] = []

    /// What a check has come to.
    ///
    /// - Parameter now: milliseconds of the clock.
    /// - Returns: `nil`: it is not known, or not known any more.
    func proof(of mark: UInt128, now: Int) -> Proof? {
        guard !entries.isEmpty else { return nil }
        for place in Self.places(of: mark) where entries[place].mark == mark && entries[place].end > now {
            return Proof(isProven: entries[place].isProven, end: entries[place].end)
        }
        return nil
    }

    /// Notes what a check has come to, in the place of the one of its set that is known for the shortest time to come:
    /// those that failed go first.
    mutating func note(_ mark: UInt128, isProven: Bool, now: Int) {
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Self.entriesMax) }
        let places = Self.places(of: mark)
        let known = places.first { entries[$0].mark == mark }
        let place = known ?? places.min { entries[$0].end < entries[$1].end } ?? places.lowerBound
        entries[place] = Entry(
            mark: mark, end: now + (isProven ? Self.provenMillis : Self.failedMillis), isProven: isProven)
    }

    private static func places(of mark: UInt128) -> Range<Int> {
        let start = Int(truncatingIfNeeded: mark & UInt128(entriesMax / setCount - 1)) * setCount
        return start..<start + setCount
    }
}
