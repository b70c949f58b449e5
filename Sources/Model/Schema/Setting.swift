/// What a number of the configuration counts, what it may be and what it is if nothing is said.
public struct Setting: Sendable, Equatable {
    /// What a setting's number counts.
    public enum Unit: Sendable, Hashable {
        /// Milliseconds, written `250ms`, `10s`, `2m` or `1h`.
        case milliseconds
        /// Bytes, written `512`, `32KiB` or `2MiB`.
        case bytes
        /// Hundredths, written as a decimal number such as `1.5`.
        case hundredths
        /// A plain number.
        case count
    }

    /// What the numbers count.
    public let unit: Unit
    /// The allowed numbers, in `unit`.
    public let range: ClosedRange<Int>
    /// The number that holds where the key is left out; `nil`: it is then off, or follows from something else.
    public let standard: Int?

    /// Makes a setting.
    public init(_ unit: Unit, _ range: ClosedRange<Int>, standard: Int? = nil) {
        if let standard {
            precondition(range.contains(standard), "the default of a setting lies outside its range")
        }
        self.unit = unit
        self.range = range
        self.standard = standard
    }
}
