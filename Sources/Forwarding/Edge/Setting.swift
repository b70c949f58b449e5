/// A number of the configuration: what it counts, what it may be and what it is if nothing is said.
///
/// The one place from which the decoder, the JSON Schema and the values' defaults take it.
public struct Setting: Sendable, Equatable {
    /// What a setting's number counts.
    public enum Unit: Sendable, Equatable {
        /// Milliseconds, written `250ms`, `10s`, `2m` or `1h`.
        case milliseconds
        /// Bytes, written `512`, `32KiB` or `2MiB`.
        case bytes
        /// Hundredths, written as a decimal number such as `1.5`.
        case hundredths
        /// A plain number.
        case count
    }

    /// The key's name, lower case with hyphens.
    public let name: String
    /// What the numbers count.
    public let unit: Unit
    /// The allowed numbers, in `unit`.
    public let range: ClosedRange<Int>
    /// The number that holds where the key is left out; `nil`: it is then off, or follows from something else.
    public let standard: Int?
    /// What the setting is for, in one line.
    public let summary: String

    init(_ name: String, _ unit: Unit, _ range: ClosedRange<Int>, standard: Int?, _ summary: String) {
        if let standard {
            precondition(range.contains(standard), "the default of a setting lies outside its range")
        }
        self.name = name
        self.unit = unit
        self.range = range
        self.standard = standard
        self.summary = summary
    }

    /// The default of a setting that has one; asking another one for it is a broken invariant.
    public var value: Int {
        guard let standard else { preconditionFailure("a setting without a default was asked for it") }
        return standard
    }
}
