extension Rate {
    /// Reads a rate: a whole number, a slash and `s`, `m`, `h` or `d`.
    ///
    /// - Throws: what is wrong with it, and what was probably meant.
    public static func parse(_ text: some StringProtocol) throws(RateError) -> Rate {
        let found = String(found: text)
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .noRate(found: found, meant: nil) }
        guard let period = Period(letter: parts[1]), !parts[0].isEmpty, parts[0].utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else {
            throw .noRate(found: found, meant: meant(parts[0], per: parts[1]))
        }
        guard let count = Int(parts[0]), Limits.rateCounts.contains(count) else { throw .count(found: found) }
        return Rate(count, per: period)
    }

    /// What somebody means who writes a rate as nginx and others do: `5r/s`, `10 / min`.
    private static func meant(_ count: some StringProtocol, per period: some StringProtocol) -> String? {
        var digits = count.drop { $0 == " " }.prefix { $0 != " " }
        if digits.last == "r" { digits = digits.dropLast() }
        let word = period.drop { $0 == " " }.prefix { $0 != " " }.lowercased()
        guard let number = Int(digits), Limits.rateCounts.contains(number), digits.first?.isNumber == true,
            let period = Period.allCases.first(where: { $0.words.contains(word) })
        else { return nil }
        return Rate(number, per: period).description
    }
}

extension Rate.Period {
    fileprivate init?(letter: some StringProtocol) {
        guard letter.count == 1, let first = letter.first else { return nil }
        self.init(rawValue: first)
    }

    /// What it is called elsewhere.
    fileprivate var words: [String] {
        switch self {
        case .second: ["s", "sec", "second", "1s"]
        case .minute: ["m", "min", "minute", "1m"]
        case .hour: ["h", "hour", "1h"]
        case .day: ["d", "day", "1d"]
        }
    }
}
