/// The limits of the limiting room.
public enum Limits {
    /// Entries that the lists of one set may have together: an operator's list of a country or of a provider has some
    /// thousands, lists of abusers some ten thousands.
    public static let addressRangesMax = 100_000
    /// Faults of a list that are told one by one; the others are counted.
    public static let listFaultsMax = 20
    /// Characters of what was found that an error repeats.
    public static let foundCharactersMax = 64
    /// Tokens of a rate, in whatever time.
    public static let rateCounts = 1...1_000_000
    /// Tokens that a bucket holds when it is full.
    public static let bursts = 1...1_000_000
    /// Nanoseconds of the clock that buckets go by at most, some 36 years; what is later is taken for that. The units
    /// of an ``Allowance`` are chosen so that no sum of theirs outgrows 64 bits until then.
    static let clockNanosecondsMax: UInt64 = 1 << 60
    /// Buckets that a table has places for, 16 bytes each.
    public static let buckets = 512...16_777_216
    /// The same unless something else is declared: 1 MiB.
    public static let bucketsDefault = 65_536
    /// Places of a shard of a ``CountTable`` at least, 16 bytes each: an empty table takes 16 KiB.
    static let countedPlacesLeast = 16
}
