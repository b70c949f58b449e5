/// What is wrong with a text that should be a rate.
public enum RateError: Error, Sendable, Hashable {
    /// It has another form; `meant` is the rate that somebody probably means by it.
    case noRate(found: String, meant: String?)
    /// Its number is not in `Limits.rateCounts`.
    case count(found: String)

    /// The text as it was found, of at most `Limits.foundCharactersMax` characters.
    public var found: String {
        switch self {
        case .noRate(let found, _), .count(let found): found
        }
    }

    /// What is wrong, as the end of a sentence that starts with the text.
    public var message: String {
        switch self {
        case .noRate: "is no rate: expected a whole number by s, m, h or d, such as 5/s or 300/m"
        case .count:
            "has a number that no rate has: expected \(Limits.rateCounts.lowerBound) to \(Limits.rateCounts.upperBound)"
        }
    }

    /// The text that was probably meant; `nil`: nobody knows.
    public var meant: String? {
        switch self {
        case .noRate(_, let meant): meant
        case .count: nil
        }
    }
}

extension RateError: CustomStringConvertible {
    /// Found, wrong and expected in one sentence, with what is not printable escaped.
    public var description: String {
        "\(found.debugDescription) \(message)" + (meant.map { "; write \($0)" } ?? "")
    }
}
