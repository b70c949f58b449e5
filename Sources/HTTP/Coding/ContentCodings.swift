/// A set of content codings.
public struct ContentCodings: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Makes a set of one coding.
    init(_ coding: ContentCoding) {
        self.init(rawValue: 1 << coding.rawValue)
    }
}
