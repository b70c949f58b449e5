import Bytes

/// A moment as the access log writes it, in UTC.
struct LogTime {
    private let year: Int
    private let month: Int
    private let day: Int
    private let secondOfDay: Int
    private let milliseconds: Int

    /// - Parameter nanoseconds: since 1970-01-01 00:00 UTC, not negative.
    init(_ nanoseconds: Int) {
        let seconds = nanoseconds / 1_000_000_000
        milliseconds = nanoseconds / 1_000_000 % 1000
        secondOfDay = seconds % 86_400
        // Days of a calendar whose years begin in March, so that the leap day is a year's last.
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2026-11-22T18:23:06.123Z` (RFC 3339).
    func writeISO8601(_ output: inout LineWriter) {
        output.put(year, digits: 4)
        output.put("-")
        output.put(month, digits: 2)
        output.put("-")
        output.put(day, digits: 2)
        output.put("T")
        writeTime(&output)
        output.put(".")
        output.put(milliseconds, digits: 3)
        output.put("Z")
    }

    /// `22/Nov/2026:18:23:06 +0000`.
    func writeCommon(_ output: inout LineWriter) {
        output.put(day, digits: 2)
        output.put("/")
        output.put(Self.months[month - 1])
        output.put("/")
        output.put(year, digits: 4)
        output.put(":")
        writeTime(&output)
        output.put(" +0000")
    }

    private func writeTime(_ output: inout LineWriter) {
        output.put(secondOfDay / 3600, digits: 2)
        output.put(":")
        output.put(secondOfDay / 60 % 60, digits: 2)
        output.put(":")
        output.put(secondOfDay % 60, digits: 2)
    }

    private static let months: InlineArray<12, StaticString> = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
