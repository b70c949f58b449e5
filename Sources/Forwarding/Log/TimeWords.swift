/// How long something lasts, for people: in seconds, or in milliseconds below one.
enum TimeWords {
    /// `250 ms`, `1.5 s`, `60 s`.
    static func words(milliseconds: Int64) -> String {
        guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
        let rest = milliseconds % 1_000
        guard rest > 0 else { return "\(milliseconds / 1_000) s" }
        var digits = "\(1_000 + rest)".dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(milliseconds / 1_000).\(digits) s"
    }
}
