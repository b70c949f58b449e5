import Forwarding

/// Numbers with and without units.
enum Quantity {
    /// Why a number is wrong, where there is more to say than what was expected.
    struct Complaint: Error, Equatable {
        /// What would mend it.
        let cure: String?
    }

    /// A unit that can stand behind a number, and how many of a setting's units it is.
    private struct Suffix {
        let name: String
        let factor: Int
    }

    private static let durations = [
        Suffix(name: "ms", factor: 1), Suffix(name: "s", factor: 1_000), Suffix(name: "m", factor: 60_000),
        Suffix(name: "h", factor: 3_600_000),
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
        case (.count, .number(let text)): value = whole(text)
        case (.hundredths, .number(let text)): value = hundredths(text)
        case (.count, .text(let text)), (.hundredths, .text(let text)):
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            value = .failure(Complaint(cure: isNumber ? "take the quotes away" : nil))
        case (.milliseconds, .number(let text)), (.milliseconds, .text(let text)):
            value = measure(text, in: durations, isUnitNeeded: true)
        case (.bytes, .number(let text)), (.bytes, .text(let text)):
            value = measure(text, in: sizes, isUnitNeeded: false)
        default: value = .failure(Complaint(cure: nil))
        }
        return value.flatMap { setting.range.contains($0) ? .success($0) : .failure(Complaint(cure: nil)) }
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
        guard value > 0, let suffix = suffixes.last(where: { value.isMultiple(of: $0.factor) }) else {
            return "\(value)"
        }
        return suffix.factor == 1 && suffix.name == "B" ? "\(value)" : "\(value / suffix.factor)\(suffix.name)"
    }

    private static func decimal(_ hundredths: Int) -> String {
        guard !hundredths.isMultiple(of: 100) else { return "\(hundredths / 100)" }
        let tenths = hundredths % 100 < 10 ? "0" : ""
        let text = "\(hundredths / 100).\(tenths)\(hundredths % 100)"
        return text.hasSuffix("0") ? String(text.dropLast()) : text
    }

    /// Reads a number and its unit.
    private static func measure(_ text: String, in suffixes: [Suffix], isUnitNeeded: Bool) -> Result<Int, Complaint> {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return .failure(Complaint(cure: nil)) }
        let rest = text.dropFirst(digits.count)
        if rest.first == "." { return .failure(Complaint(cure: "write a whole number in a smaller unit")) }
        let unit = rest.filter { $0 != " " && $0 != "_" }
        if unit.isEmpty, rest.isEmpty, !isUnitNeeded || digits == "0" { return whole(String(digits)) }
        guard let suffix = suffixes.first(where: { $0.name == rest }) else {
            guard unit.count <= 16 else { return .failure(Complaint(cure: nil)) }
            let meant =
                suffixes.first { $0.name.lowercased() == unit.lowercased() } ?? colloquial(unit, among: suffixes)
            let units = "write the unit behind the number: \(suffixes.map(\.name).alternatives)"
            return .failure(Complaint(cure: meant.map { "write \(digits.prefix(20))\($0.name)" } ?? units))
        }
        return whole(String(digits)).flatMap { number in
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: suffix.factor)
            return isTooLarge ? .failure(Complaint(cure: nil)) : .success(product)
        }
    }

    /// A unit that people write in place of one of ours.
    private static func colloquial(_ unit: String, among suffixes: [Suffix]) -> Suffix? {
        let names = [
            "k": "KiB", "kb": "KiB", "ki": "KiB", "m": "MiB", "mb": "MiB", "mi": "MiB", "g": "GiB", "gb": "GiB",
            "gi": "GiB",
            "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
            "minutes": "m",
            "msec": "ms", "millis": "ms", "hour": "h", "hours": "h", "hr": "h",
        ]
        guard let name = names[unit.lowercased()] else { return nil }
        return suffixes.first { $0.name == name }
    }

    private static func whole(_ text: String) -> Result<Int, Complaint> {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return .failure(Complaint(cure: nil))
        }
        guard text == "0" || !text.hasPrefix("0") else {
            return .failure(Complaint(cure: "take the leading zeros away"))
        }
        return Int(text).map { .success($0) } ?? .failure(Complaint(cure: nil))
    }

    private static func hundredths(_ text: String) -> Result<Int, Complaint> {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard case .success(let units) = whole(String(parts[0])), !parts[0].isEmpty, !fraction.isEmpty,
            fraction.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return .failure(Complaint(cure: nil)) }
        guard fraction.count <= 2, let part = Int(fraction) else {
            return .failure(Complaint(cure: "write two digits behind the point at most"))
        }
        let (product, isTooLarge) = units.multipliedReportingOverflow(by: 100)
        let (sum, isSumTooLarge) = product.addingReportingOverflow(fraction.count == 1 ? part * 10 : part)
        return isTooLarge || isSumTooLarge ? .failure(Complaint(cure: nil)) : .success(sum)
    }
}
