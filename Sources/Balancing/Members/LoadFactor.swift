/// How much work a member is given in proportion to the others, as a whole number of hundredths.
public struct LoadFactor: Sendable, Hashable {
    /// The factor of a member for which none is declared.
    public static let one = LoadFactor(checked: 100)

    /// `Limits.loadFactorHundredths`: 100 means 1.
    public let hundredths: Int

    /// Makes a factor, or `nil` when it is outside of `Limits.loadFactorHundredths`.
    public init?(hundredths: Int) {
        guard Limits.loadFactorHundredths.contains(hundredths) else { return nil }
        self.init(checked: hundredths)
    }

    private init(checked hundredths: Int) {
        self.hundredths = hundredths
    }
}
