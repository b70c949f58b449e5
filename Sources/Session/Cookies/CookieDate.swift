import Bytes

/// The date of a cookie's Expires, as browsers read it (RFC 6265, section 5.1.1): in any order, with any delimiters.
enum CookieDate {
    /// Reads a date.
    ///
    /// - Returns: seconds since 1970-01-01 00:00 UTC, or `nil` where it is none.
    static func seconds(_ text: Span<UInt8>) -> Int? {
        var time: Int?
        var (day, month, year): (Int?, Int?, Int?)
        var offset = 0
        while offset < text.count {
            let start = offset
            while offset < text.count, !isDelimiter(text[offset]) { offset += 1 }
            let token = text.extracting(start..<offset)
            offset += 1
            guard !token.isEmpty else { continue }
            if time == nil, let found = Self.time(token) {
                time = found
            } else if day == nil, let found = number(token, digits: 1...2) {
                day = found
            } else if month == nil, let found = Self.month(token) {
                month = found
            } else if year == nil, let found = number(token, digits: 2...4) {
                year = found < 70 ? found + 2_000 : found < 100 ? found + 1_900 : found
            }
        }
        guard let time, let day, let month, let year, year >= 1_601, (1...31).contains(day) else { return nil }
        return days(year: year, month: month, day: day) * 86_400 + time
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20...0x2F, 0x3B...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// The digits at the beginning, of which there must be so many; what is no digit may follow.
    private static func number(_ token: Span<UInt8>, digits: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while count < token.count, let digit = Self.digit(token[count]) {
            guard count < digits.upperBound else { return nil }
            value = value * 10 + digit
            count += 1
        }
        return digits.contains(count) ? value : nil
    }

    /// Hours, minutes and seconds of one or two digits each.
    private static func time(_ token: Span<UInt8>) -> Int? {
        guard let first = token.firstOffset(of: UInt8(ascii: ":")),
            let second = token.firstOffset(of: UInt8(ascii: ":"), from: first + 1),
            (1...2).contains(first), (1...2).contains(second - first - 1),
            let hour = number(token.extracting(0..<first), digits: 1...2),
            let minute = number(token.extracting(first + 1..<second), digits: 1...2),
            let rest = number(token.extracting(second + 1..<token.count), digits: 1...2),
            hour < 24, minute < 60, rest < 60
        else { return nil }
        return hour * 3_600 + minute * 60 + rest
    }

    /// The month by its first three letters, in any case.
    private static func month(_ token: Span<UInt8>) -> Int? {
        guard token.count >= 3 else { return nil }
        let word = token.word(at: 0, count: 3).asciiLowercased
        let names: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
        for month in 0..<12 where UInt64(ascii: names, from: month * 3) & 0xFF_FFFF == word { return month + 1 }
        return nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte) - 0x30 : nil
    }

    /// Days since 1970-01-01 of the Gregorian calendar, with years that begin in March, so that leap days come last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let (years, months) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leaps = years / 4 - years / 100 + years / 400
        return years * 365 + leaps + (153 * months + 2) / 5 + day - 1 - 719_468
    }
}
