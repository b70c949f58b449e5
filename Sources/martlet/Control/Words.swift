import Foundation

/// Numbers as people read them.
enum Words {
    /// `1.5 GiB`, `340 B`.
    static func bytes(_ count: UInt64) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
            if value < 1024 || unit == "TiB" {
                return unit == "B" ? "\(count) B" : String(format: "%.1f \(unit)", value)
            }
            value /= 1024
        }
        return "\(count) B"
    }

    /// `2 d 5 h`, `5 h 7 min`, `7 min 12 s`, `12 s`.
    static func duration(seconds: Int) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }

    /// At most two digits behind the point: `2`, `0.5`, `33.33`.
    static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// `1 exchange`, `2 exchanges`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `2026-11-25 18:00 UTC`.
    static func time(_ secondsSince1970: Int) -> String {
        time(Double(secondsSince1970), as: "yyyy-MM-dd HH:mm 'UTC'")
    }

    /// `2026-11-25 18:00:07 UTC`.
    static func exactTime(milliseconds: Int64) -> String {
        time(Double(milliseconds) / 1_000, as: "yyyy-MM-dd HH:mm:ss 'UTC'")
    }

    private static func time(_ secondsSince1970: Double, as format: String) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = format
        return formatter.string(from: Date(timeIntervalSince1970: secondsSince1970))
    }
}
