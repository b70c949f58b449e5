import Bytes

/// When an inserted cookie was set first and seen last, in seconds of the wall clock: `~6745f1a2~3c` behind the
/// member's name, hexadecimal, the second one counted from the first.
///
/// The wall clock may step, and nodes may differ: a mark that lies ahead by no more than the limit counts as just now
/// and is set anew; one that lies further ahead is over. So no cookie outlives its limit by more than the limit.
public struct InsertedMarks: Sendable, Equatable {
    /// What separates the marks.
    public static let separator = UInt8(ascii: "~")
    /// Digits of a mark at most: the seconds of half a million years.
    private static let digitsMax = 11

    /// Seconds since 1970 when the client was tied to the member.
    public var issued: Int
    /// Seconds since 1970 when it was last known to be there.
    public var seen: Int

    /// What is to be done with a cookie.
    public enum Verdict: Sendable, Equatable {
        /// It holds.
        case holds
        /// It holds, and is set anew with these marks.
        case due(InsertedMarks)
        /// Its time is over.
        case over
    }

    /// Makes the marks of a cookie.
    public init(issued: Int, seen: Int) {
        self.issued = issued
        self.seen = seen
    }

    /// Reads what stands behind the member's name.
    ///
    /// - Returns: `nil` when that is something else.
    public init?(_ text: Span<UInt8>) {
        guard text.count > 1, text[0] == Self.separator,
            let middle = text.firstOffset(of: Self.separator, from: 1),
            let issued = Self.number(text.extracting(1..<middle)),
            let since = Self.number(text.extracting(middle + 1..<text.count))
        else { return nil }
        self.init(issued: issued, seen: issued + since)
    }

    /// The marks as they stand behind the member's name.
    public var text: [UInt8] {
        [Self.separator] + Array(String(issued, radix: 16).utf8) + [Self.separator]
            + Array(String(seen - issued, radix: 16).utf8)
    }

    /// Decides by the limits, in seconds; `nil`: none.
    ///
    /// The cookie is set anew when a tenth of the idle time has passed since it was seen, not at each request.
    public func verdict(now: Int, idle: Int?, life: Int?) -> Verdict {
        var renewed = self
        if let life {
            let age = now - issued
            if age > life || age < -life { return .over }
        }
        if let idle {
            let age = now - seen
            if age > idle || age < -idle { return .over }
            if age >= max(1, idle / 10) { renewed.seen = now }
        }
        if renewed.seen > now { renewed.seen = now }
        if renewed.issued > now { renewed.issued = now }
        return renewed == self ? .holds : .due(renewed)
    }

    private static func number(_ digits: Span<UInt8>) -> Int? {
        guard digits.count > 0, digits.count <= digitsMax else { return nil }
        var number = 0
        for offset in digits.indices {
            switch digits[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number * 16 + Int(digits[offset] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                number = number * 16 + Int(digits[offset] - UInt8(ascii: "a")) + 10
            default: return nil
            }
        }
        return number
    }
}
