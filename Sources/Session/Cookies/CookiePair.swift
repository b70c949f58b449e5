/// One `name=value` of a Cookie field, as ranges into the field's value.
public struct CookiePair: Sendable, Equatable {
    /// The name without the white space around it; may be empty.
    public let name: Range<Int>
    /// The value without the white space around it and without a pair of quotes that encloses it all; may be empty.
    public let value: Range<Int>
}
