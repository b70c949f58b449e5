/// The limits of the limiting room.
public enum Limits {
    /// Entries that the lists of one set may have together: an operator's list of a country or of a provider has some
    /// thousands, lists of abusers some ten thousands.
    public static let addressRangesMax = 100_000
    /// Faults of a list that are told one by one; the others are counted.
    public static let listFaultsMax = 20
    /// Characters of what was found that an error repeats.
    public static let foundCharactersMax = 64
}
