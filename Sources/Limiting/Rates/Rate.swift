/// How many tokens come back in a time: `5/s`, `300/m`, `1000/h`, `2/d`.
public struct Rate: Sendable, Hashable {
    /// A time that rates are told in.
    public enum Period: Character, Sendable, Hashable, CaseIterable {
        /// One second.
        case second = "s"
        /// 60 seconds.
        case minute = "m"
        /// 3,600 seconds.
        case hour = "h"
        /// 86,400 seconds.
        case day = "d"

        /// Its seconds.
        public var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            }
        }

        /// Its nanoseconds, less than 2^47.
        public var nanoseconds: Int { seconds * 1_000_000_000 }
    }

    /// Tokens in a period, `Limits.rateCounts`.
    public let count: Int
    /// The period.
    public let period: Period

    /// Makes a rate.
    ///
    /// - Parameter count: `Limits.rateCounts`.
    public init(_ count: Int, per period: Period) {
        precondition(Limits.rateCounts.contains(count), "a rate of no such count")
        self.count = count
        self.period = period
    }
}

extension Rate: LosslessStringConvertible {
    /// Reads what ``parse(_:)`` takes.
    public init?(_ description: String) {
        guard let rate = try? Self.parse(description) else { return nil }
        self = rate
    }

    /// As it is written in a configuration.
    public var description: String { "\(count)/\(period.rawValue)" }
}
