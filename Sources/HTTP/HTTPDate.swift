import Bytes

/// The date of RFC 9110, section 5.6.7, as `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    /// Bytes of a date.
    public static let bytes = 29

    /// A date by value, which is handed out without a count of references.
    public typealias Text = InlineArray<29, UInt8>

    /// Writes a date.
    ///
    /// - Parameter secondsSinceEpoch: POSIX time, of the years 1970 to 9999.
    /// - Returns: whether it fitted.
    public static func write(_ secondsSinceEpoch: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        precondition(secondsSinceEpoch >= 0 && secondsSinceEpoch < 253_402_300_800, "a date of 1970 to 9999")
        guard output.freeCapacity >= bytes else { return false }
        let days = secondsSinceEpoch / 86_400
        let second = secondsSinceEpoch % 86_400
        let (year, month, day) = civil(days)
        var fits = true
        output.put(weekday(days), &fits)
        twoDigits(day, to: &output)
        output.put(monthName(month), &fits)
        twoDigits(year / 100, to: &output)
        twoDigits(year % 100, to: &output)
        output.append(0x20)
        twoDigits(second / 3600, to: &output)
        output.append(0x3A)
        twoDigits(second / 60 % 60, to: &output)
        output.append(0x3A)
        twoDigits(second % 60, to: &output)
        output.put(" GMT", &fits)
        return fits
    }

    /// Turns days since 1970-01-01 into a date of the Gregorian calendar, counting years from March within eras of 400.
    static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func twoDigits(_ number: Int, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(truncatingIfNeeded: 0x30 + number / 10))
        output.append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }

    /// The weekday; 1970-01-01 was a Thursday.
    static func weekday(_ days: Int) -> StaticString {
        switch (days + 4) % 7 {
        case 0: "Sun, "
        case 1: "Mon, "
        case 2: "Tue, "
        case 3: "Wed, "
        case 4: "Thu, "
        case 5: "Fri, "
        default: "Sat, "
        }
    }

    static func monthName(_ month: Int) -> StaticString {
        switch month {
        case 1: " Jan "
        case 2: " Feb "
        case 3: " Mar "
        case 4: " Apr "
        case 5: " May "
        case 6: " Jun "
        case 7: " Jul "
        case 8: " Aug "
        case 9: " Sep "
        case 10: " Oct "
        case 11: " Nov "
        default: " Dec "
        }
    }
}
