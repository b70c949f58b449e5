import Bytes

/// How long a member keeps connections that are idle, as far as it has shown: so that they are closed here before it
/// closes them, which it may do in the moment in which a request is sent.
///
/// It says so in `Keep-Alive: timeout=5`, or it is learned when it has closed two of them after about the same time.
/// What was learned is forgotten slowly: with each connection that is closed here in time it grows, until the member
/// closes one first again. What was said is forgotten when one is closed here whose last answer did not say it, and for
/// a while before no other answer did.
package struct IdleLimit {
    /// Milliseconds below which an end belongs to the answer before.
    private static let leastMillis = 100
    /// Milliseconds that two ends lie apart that are not one, as when the member's process ends.
    private static let apartMillis = 100

    /// Milliseconds for which what the member has said holds at least.
    private static let toldMillis = 600_000

    /// Milliseconds that the member has said, and when it said so last; `nil`: nothing.
    private var told: (idle: Int, at: Int)?
    /// Milliseconds that were learned; `nil`: none were.
    private var learned: Int?
    /// After how many milliseconds the member has closed one last, and when that was.
    private var last: (idle: Int, at: Int)?

    /// Nothing is known.
    package init() {}

    /// The member has said how long it keeps a connection.
    ///
    /// - Parameter now: milliseconds of the clock.
    package mutating func hear(seconds: Int, now: Int) {
        told = (min(seconds, 86_400) * 1_000, now)
    }

    /// The member has closed a connection.
    ///
    /// - Parameters:
    ///   - idle: milliseconds for which nobody had it.
    ///   - now: milliseconds of the clock.
    package mutating func noteEnd(after idle: Int, now: Int) {
        guard idle >= Self.leastMillis else { return }
        guard let last, now - last.at >= Self.apartMillis else {
            if last == nil { last = (idle, now) }
            return
        }
        self.last = (idle, now)
        guard abs(idle - last.idle) <= max(idle, last.idle) / 8 else { return }
        learned = min(idle, last.idle)
    }

    /// A connection was closed here, before the member has done so.
    ///
    /// - Parameter rested: milliseconds of the clock when its last answer ended.
    package mutating func noteRetirement(restedSince rested: Int) {
        if let told, rested - told.at > Self.toldMillis { self.told = nil }
        guard let learned else { return }
        self.learned = learned + learned / 256 + 1
    }

    /// Milliseconds that a connection may be idle: an eighth less than the member keeps it.
    ///
    /// - Parameter most: what is declared (`ttl`).
    package func millis(atMost most: Int) -> Int {
        let limit = min(told?.idle ?? .max, learned ?? .max)
        return limit == .max ? most : min(most, max(1, limit - limit / 8))
    }

    /// Reads what stands behind `timeout=` in the value of Keep-Alive (RFC 2068, section 19.7.1.1).
    ///
    /// - Returns: seconds; `nil` where it does not say a number of them, or none.
    package static func seconds(in value: Span<UInt8>) -> Int? {
        let name: StaticString = "timeout="
        var start = 0
        while start + name.utf8CodeUnitCount < value.count {
            let isBegin = start == 0 || value[start - 1] == UInt8(ascii: ",") || value[start - 1] == UInt8(ascii: " ")
            if isBegin, value.extracting(start..<(start + name.utf8CodeUnitCount)).equalsIgnoringCase(name) { break }
            start += 1
        }
        var (seconds, digits) = (0, 0)
        var offset = start + name.utf8CodeUnitCount
        while offset < value.count, digits < 6, (0x30...0x39).contains(value[offset]) {
            seconds = seconds * 10 + Int(value[offset] - 0x30)
            digits += 1
            offset += 1
        }
        return seconds > 0 ? seconds : nil
    }
}
