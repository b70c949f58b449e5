import Model

/// Numbers with and without units.
enum Quantity {
    /// Why a number is wrong, where there is more to say than what was expected.
    struct Complaint: Error, Equatable {
        /// What would mend it.
        let cure: Cure?
    }

    /// A unit that can stand behind a number, and how many of a setting's units it is.
    private struct Suffix {
        let name: String
        let factor: Int
    }

    private static let durations = [
        Suffix(name: "ms", factor: 1), Suffix(name: "s", factor: 1_000), Suffix(name: "m", factor: 60_000),
        Suffix(name: "h", factor: 3_600_000), Suffix(name: "d", factor: 86_400_000),
    ]
    private static let sizes = [
        Suffix(name: "B", factor: 1), Suffix(name: "KiB", factor: 1 << 10), Suffix(name: "MiB", factor: 1 << 20),
        Suffix(name: "GiB", factor: 1 << 30), Suffix(name: "TiB", factor: 1 << 40),
    ]

    /// What a duration looks like, for the schema.
    static let durationPattern = pattern(durations, suffix: "|^0$")
    /// What a size looks like, for the schema.
    static let sizePattern = pattern([Suffix(name: "", factor: 1)] + sizes, suffix: "")

    private static func pattern(_ suffixes: [Suffix], suffix: String) -> String {
        "^(0|[1-9][0-9]*)(\(suffixes.map(\.name).joined(separator: "|")))$" + suffix
    }

    /// Reads what stands for a setting.
    ///
    /// - Returns: the number in the setting's unit, within its range.
    static func read(_ meaning: DocumentNode.Meaning?, as setting: Setting) -> Result<Int, Complaint> {
        let value: Result<Int, Complaint>
        switch (setting.unit, meaning) {
        case (.count, .number(let text)): value = whole(text, for: setting)
        case (.hundredths, .number(let text)): value = hundredths(text, for: setting)
        case (.count, .text(let text)), (.hundredths, .text(let text)):
            value = .failure(Complaint(cure: cure(ofText: text, for: setting)))
        case (.milliseconds, .number(let text)), (.milliseconds, .text(let text)):
            value = measure(text, in: durations, for: setting)
        case (.bytes, .number(let text)), (.bytes, .text(let text)):
            value = measure(text, in: sizes, for: setting)
        default: value = .failure(Complaint(cure: nil))
        }
        return value.flatMap { setting.range.contains($0) ? .success($0) : .failure(Complaint(cure: nil)) }
    }

    /// Proposes a number, if the setting can have it.
    private static func cure(
        _ number: Int?, for setting: Setting, _ cure: (String) -> Cure = { .write($0) }
    ) -> Cure? {
        guard let number, setting.range.contains(number) else { return nil }
        return cure(written(number, as: setting.unit))
    }

    /// What to write in place of a number that is a text, in quotes or with a sign behind it.
    private static func cure(ofText text: String, for setting: Setting) -> Cure? {
        let isPerCent = setting.unit == .count && text.hasSuffix("%")
        let digits = isPerCent ? text.dropLast() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        return cure(scaled(digits, "", by: setting.unit == .hundredths ? 100 : 1), for: setting) { number in
            isPerCent ? .write(number, " without the %") : Cure("take the quotes away", .write(number))
        }
    }

    /// What a setting expects, as a message says it.
    static func expected(_ setting: Setting) -> String {
        let (least, most) = (setting.range.lowerBound, setting.range.upperBound)
        switch setting.unit {
        case .count: return "a whole number from \(least) to \(most)"
        case .hundredths: return "a number from \(decimal(least)) to \(decimal(most))"
        case .milliseconds: return "a duration from \(written(least, in: durations)) to \(written(most, in: durations))"
        case .bytes: return "a size from \(written(least, in: sizes)) to \(written(most, in: sizes))"
        }
    }

    /// A setting's number as one writes it: `10s`, `32KiB`, `0.5`.
    static func written(_ value: Int, as unit: Setting.Unit) -> String {
        switch unit {
        case .count: "\(value)"
        case .hundredths: decimal(value)
        case .milliseconds: written(value, in: durations)
        case .bytes: written(value, in: sizes)
        }
    }

    private static func written(_ value: Int, in suffixes: [Suffix]) -> String {
        // A day reads best as 24h.
        let isReadable = { (suffix: Suffix) in suffix.name != "d" || value > suffix.factor }
        let suffix = suffixes.last { value.isMultiple(of: $0.factor) && isReadable($0) }
        guard value > 0, let suffix else { return "\(value)" }
        return suffix.factor == 1 && suffix.name == "B" ? "\(value)" : "\(value / suffix.factor)\(suffix.name)"
    }

    private static func decimal(_ hundredths: Int) -> String {
        guard !hundredths.isMultiple(of: 100) else { return "\(hundredths / 100)" }
        let tenths = hundredths % 100 < 10 ? "0" : ""
        let text = "\(hundredths / 100).\(tenths)\(hundredths % 100)"
        return text.hasSuffix("0") ? String(text.dropLast()) : text
    }

    /// Reads a number and its unit.
    private static func measure(_ text: String, in suffixes: [Suffix], for setting: Setting) -> Result<Int, Complaint> {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return .failure(Complaint(cure: nil)) }
        let rest = text.dropFirst(digits.count)
        let fraction = rest.first == "." ? rest.dropFirst().prefix { $0.isASCII && $0.isNumber } : ""
        let unit = rest.drop { $0 == "." || $0.isASCII && $0.isNumber }.filter { $0 != " " && $0 != "_" }
        let isUnitNeeded = setting.unit == .milliseconds && digits != "0"
        if rest.isEmpty, !isUnitNeeded { return whole(String(digits), for: setting) }
        if let suffix = suffixes.first(where: { $0.name == rest }) {
            return checked(scaled(digits, "", by: suffix.factor), of: digits, for: setting)
        }
        if let sum = sum(of: text, in: suffixes) {
            return .failure(Complaint(cure: cure(sum, for: setting) { .write($0, ": one number and one unit") }))
        }
        let meant = suffixes.first { $0.name.lowercased() == unit.lowercased() } ?? colloquial(unit, among: suffixes)
        if let meant {
            let number = scaled(digits, fraction, by: meant.factor)
            return .failure(Complaint(cure: cure(number, for: setting) { .write($0) }))
        }
        guard rest.isEmpty || unit.count <= 16 && unit.allSatisfy(\.isLetter) && rest.first != "." && digits != "0"
        else {
            return .failure(Complaint(cure: nil))
        }
        return .failure(Complaint(cure: unitless(digits, hasUnit: !rest.isEmpty, suffixes, for: setting)))
    }

    /// What several numbers with their units come to, such as `1m30s`; `nil` where it is something else.
    private static func sum(of text: String, in suffixes: [Suffix]) -> Int? {
        var (sum, count, rest) = (0, 0, text[...])
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(name.count).drop { $0 == " " }
            guard let suffix = suffixes.first(where: { $0.name == name }),
                let number = scaled(digits, "", by: suffix.factor)
            else { return nil }
            let (next, isTooLarge) = sum.addingReportingOverflow(number)
            guard !isTooLarge else { return nil }
            (sum, count) = (next, count + 1)
        }
        return count > 1 ? sum : nil
    }

    /// Refuses zeros in front of digits, which some take for octal, and a number that is too large.
    ///
    /// - Parameter number: what the digits say; `nil` where it is too large.
    private static func checked(
        _ number: Int?, of digits: some StringProtocol, for setting: Setting
    ) -> Result<Int, Complaint> {
        guard digits == "0" || !digits.hasPrefix("0") else {
            return .failure(Complaint(cure: cure(number, for: setting) { .write($0, " without the leading zeros") }))
        }
        return number.map { .success($0) } ?? .failure(Complaint(cure: nil))
    }

    /// A number of larger units in the smallest one; `nil` where it is too large or does not come out even.
    private static func scaled(_ digits: Substring, _ fraction: some StringProtocol, by factor: Int) -> Int? {
        guard fraction.count <= 6, let units = Int(digits), let part = Int("0\(fraction)") else { return nil }
        var parts = 1
        for _ in 0..<fraction.count { parts *= 10 }
        let (whole, isTooLarge) = units.multipliedReportingOverflow(by: factor)
        let (rest, isRestTooLarge) = part.multipliedReportingOverflow(by: factor)
        guard !isTooLarge, !isRestTooLarge, rest.isMultiple(of: parts) else { return nil }
        let (sum, isSumTooLarge) = whole.addingReportingOverflow(rest / parts)
        return isSumTooLarge ? nil : sum
    }

    /// What to write in place of a number that has no unit, or one that is not known.
    private static func unitless(_ digits: Substring, hasUnit: Bool, _ suffixes: [Suffix], for setting: Setting) -> Cure
    {
        let words = "write the unit behind the number: \(suffixes.map(\.name).alternatives)"
        guard !hasUnit else { return Cure(words) }
        // Seconds are what is meant most often.
        for name in ["s", "ms", "m", "h"] {
            guard let suffix = suffixes.first(where: { $0.name == name }),
                let number = scaled(digits, "", by: suffix.factor), setting.range.contains(number)
            else { continue }
            return Cure("\(words), such as \(digits)\(name)", .write("\(digits)\(name)"))
        }
        return Cure(words)
    }

    /// A unit that people write in place of one of ours.
    private static func colloquial(_ unit: String, among suffixes: [Suffix]) -> Suffix? {
        let names = [
            "k": "KiB", "kb": "KiB", "ki": "KiB", "m": "MiB", "mb": "MiB", "mi": "MiB", "g": "GiB", "gb": "GiB",
            "gi": "GiB",
            "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
            "minutes": "m",
            "msec": "ms", "millis": "ms", "hour": "h", "hours": "h", "hr": "h", "day": "d", "days": "d",
        ]
        guard let name = names[unit.lowercased()] else { return nil }
        return suffixes.first { $0.name == name }
    }

    private static func whole(_ text: String, for setting: Setting) -> Result<Int, Complaint> {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return .failure(Complaint(cure: nil))
        }
        return checked(Int(text), of: text, for: setting)
    }

    private static func hundredths(_ text: String, for setting: Setting) -> Result<Int, Complaint> {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        let isDigits = { (part: Substring) in !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber } }
        guard isDigits(parts[0]), isDigits(fraction) else { return .failure(Complaint(cure: nil)) }
        let number = scaled(parts[0], fraction.prefix(2), by: 100)
        guard fraction.count <= 2 else {
            return .failure(
                Complaint(cure: cure(number, for: setting) { .write($0, ": two digits behind the point at most") }))
        }
        return checked(number, of: parts[0], for: setting)
    }
}
