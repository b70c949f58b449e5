import Bytes

extension HTTPDate {
    /// Reads a date in any of its three forms (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    ///
    /// Case matters. The name of a weekday must be one; whether it is that of the date is not looked at, as who counts
    /// wrongly means the date. A leap second, `23:59:60`, is the second that follows it.
    ///
    /// - Parameters:
    ///   - bytes: a field's value, without white space around it.
    ///   - now: seconds since 1970. A year of two digits is the latest with those that does not lie more than 50 years
    ///     ahead of it.
    /// - Returns: seconds since 1970, negative before it; `nil` where it is no date.
    public static func read(_ bytes: Span<UInt8>, now: Int) -> Int? {
        var reader = Reader(bytes)
        guard let length = weekdayLength(bytes), let next = bytes.byte(at: length) else { return nil }
        if length == 3, next == UInt8(ascii: " ") { return readAsctime(&reader) }
        guard next == UInt8(ascii: ",") else { return nil }
        reader.offset = length + 1
        return length == 3 ? readFixed(&reader) : readTwoDigitYear(&reader, now: now)
    }

    /// Bytes of the weekday's name, short or long, that the bytes begin with.
    private static func weekdayLength(_ bytes: Span<UInt8>) -> Int? {
        for day in 0..<7 {
            let name = longWeekday(day)
            let count = name.utf8CodeUnitCount
            if bytes.count > count, bytes.extracting(0..<count).equals(name) { return count }
        }
        guard bytes.count > 3 else { return nil }
        for day in 0..<7 where bytes.word(at: 0, count: 3) == UInt64(ascii: weekday(day)) & 0xFF_FFFF { return 3 }
        return nil
    }

    private static func longWeekday(_ days: Int) -> StaticString {
        switch days {
        case 0: "Sunday"
        case 1: "Monday"
        case 2: "Tuesday"
        case 3: "Wednesday"
        case 4: "Thursday"
        case 5: "Friday"
        default: "Saturday"
        }
    }

    /// `IMF-fixdate`, behind the comma.
    private static func readFixed(_ reader: inout Reader) -> Int? {
        guard reader.skip(" "), let day = reader.digits(2), let month = reader.month(between: UInt8(ascii: " ")),
            let year = reader.digits(4), reader.skip(" "), let time = reader.time(), reader.ends(with: " GMT")
        else { return nil }
        return seconds(year: year, month: month, day: day, time: time)
    }

    /// `asctime-date`, whose day may have a space for its first digit.
    private static func readAsctime(_ reader: inout Reader) -> Int? {
        reader.offset = 3
        guard let month = reader.month(between: UInt8(ascii: " ")),
            let day = reader.skip(" ") ? reader.digits(1) : reader.digits(2), reader.skip(" "),
            let time = reader.time(), reader.skip(" "), let year = reader.digits(4), reader.ends(with: "")
        else { return nil }
        return seconds(year: year, month: month, day: day, time: time)
    }

    /// `rfc850-date`, behind the comma.
    private static func readTwoDigitYear(_ reader: inout Reader, now: Int) -> Int? {
        guard reader.skip(" "), let day = reader.digits(2), let month = reader.month(between: UInt8(ascii: "-")),
            let digits = reader.digits(2), reader.skip(" "), let time = reader.time(), reader.ends(with: " GMT")
        else { return nil }
        let today = civil(max(now, 0) / 86_400)
        let bound = today.year + 50
        let year = bound - (bound - digits) % 100
        let isAhead =
            year == bound
            && (month, day, time) > (today.month, today.day, max(now, 0) % 86_400)
        return seconds(year: isAhead ? year - 100 : year, month: month, day: day, time: time)
    }

    /// The seconds of a date, if there is such a day.
    private static func seconds(year: Int, month: Int, day: Int, time: Int) -> Int? {
        guard day >= 1, day <= dayCount(ofMonth: month, year: year) else { return nil }
        // Years are counted from March within eras of 400, one of which is added so that none is negative.
        let shifted = year + 400 - (month <= 2 ? 1 : 0)
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = (shifted / 400 - 1) * 146_097 + dayOfEra - 719_468
        return days * 86_400 + time
    }

    private static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Reads the parts of a date one behind the other.
    private struct Reader: ~Escapable {
        private let bytes: Span<UInt8>
        var offset = 0

        @_lifetime(copy bytes)
        init(_ bytes: Span<UInt8>) {
            self.bytes = bytes
        }

        /// Goes past a constant, if it is next.
        mutating func skip(_ constant: StaticString) -> Bool {
            let end = offset + constant.utf8CodeUnitCount
            guard end <= bytes.count, bytes.extracting(offset..<end).equals(constant) else { return false }
            offset = end
            return true
        }

        /// Whether a constant is all that is left.
        mutating func ends(with constant: StaticString) -> Bool {
            skip(constant) && offset == bytes.count
        }

        /// A number of as many digits.
        mutating func digits(_ count: Int) -> Int? {
            guard offset + count <= bytes.count else { return nil }
            var number = 0
            for index in offset..<(offset + count) {
                guard bytes[index].isDigit else { return nil }
                number = number * 10 + Int(bytes[index] &- 0x30)
            }
            offset += count
            return number
        }

        /// A month, `1 ... 12`, with a byte on both sides of its name.
        mutating func month(between border: UInt8) -> Int? {
            guard bytes.byte(at: offset) == border, bytes.byte(at: offset + 4) == border else { return nil }
            let name = bytes.word(at: offset + 1, count: 3)
            for month in 1...12 where name == UInt64(ascii: HTTPDate.monthName(month)) >> 8 & 0xFF_FFFF {
                offset += 5
                return month
            }
            return nil
        }

        /// A time of day in seconds; the leap second is the first of the next day.
        mutating func time() -> Int? {
            guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
                hour < 24, minute < 60, second < 60 || second == 60 && hour == 23 && minute == 59
            else { return nil }
            return hour * 3600 + minute * 60 + second
        }
    }
}

extension Span where Element == UInt8 {
    /// The byte at an offset; `nil` behind the last.
    fileprivate func byte(at offset: Int) -> UInt8? {
        offset < count ? self[offset] : nil
    }
}
