/// What a process leaves of the sessions that it has learned to the one that takes its place.
public struct LearnedLegacy: Codable, Sendable, Equatable {
    /// A session.
    struct Entry: Sendable, Equatable {
        /// The keyed hash of its identifier; the key is left beside this.
        let session: UInt64
        /// When it was seen last, in ticks of the machine's monotonic clock.
        let seen: UInt32
        /// Whose it is, by its place in ``LearnedLegacy/members``.
        let member: UInt16
        /// Whether its client has come back since it began.
        let hasReturned: Bool
    }

    /// The members' names.
    public let members: [String]
    /// Each session as 32 hexadecimal digits: its hash, when it was seen, whose it is, whether it has returned.
    private let digits: String

    private static let digitsPerEntry = 32

    /// - Parameter members: by which entries name theirs.
    init(members: [String], _ entries: [Entry]) {
        self.members = members
        var digits: [UInt8] = []
        digits.reserveCapacity(entries.count * Self.digitsPerEntry)
        for entry in entries {
            Self.append(entry.session, to: &digits)
            let rest = UInt64(entry.seen) << 32 | UInt64(entry.member) << 16 | (entry.hasReturned ? 1 : 0)
            Self.append(rest, to: &digits)
        }
        self.digits = String(decoding: digits, as: UTF8.self)
    }

    /// The sessions; what is no entry is left out.
    var entries: [Entry] {
        let digits = Array(digits.utf8)
        return stride(from: 0, through: digits.count - Self.digitsPerEntry, by: Self.digitsPerEntry).compactMap { at in
            let middle = at + Self.digitsPerEntry / 2
            guard let session = Self.number(digits[at..<middle]),
                let rest = Self.number(digits[middle..<middle + Self.digitsPerEntry / 2])
            else { return nil }
            return Entry(
                session: session, seen: UInt32(truncatingIfNeeded: rest >> 32),
                member: UInt16(truncatingIfNeeded: rest >> 16), hasReturned: rest & 1 == 1)
        }
    }

    private static func append(_ number: UInt64, to digits: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(number >> shift & 0xF)
            digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
