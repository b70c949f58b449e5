/// A set of content codings.
public struct ContentCodings: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Every coding.
    public static let all = ContentCodings(rawValue: 1 << UInt8(ContentCoding.allCases.count) - 1)

    /// Makes a set of one coding.
    public init(_ coding: ContentCoding) {
        self.init(rawValue: 1 << coding.rawValue)
    }
}
