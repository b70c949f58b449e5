import Bytes
import HTTP

/// How far a member's answer in records has come. Belongs to its connection, which uses it for one answer after the
/// other.
final class RecordAnswer {
    /// Bytes that have come.
    var byteCount = 0
    /// Bytes at the front of what has come that are the answer's and were not taken yet.
    var pendingCount = 0
    private(set) var isHeadComplete = false
    /// Bytes of content that are still to come; `nil` while that is not known.
    private(set) var left: UInt64?
    /// Whether it is an answer that has no content, whatever is written behind its head.
    private var isBodiless = false
    private var droppedCount = 0
    /// The beginning of what the script has written for the log.
    private(set) var errors: [UInt8] = []

    /// Whether nothing more can come of it, whatever becomes of the connection.
    var isWhole: Bool { left == 0 }

    /// Whether it is worth large reads.
    var isLong: Bool { byteCount >= UpstreamLimits.longAnswerBytes }

    /// Its head is there.
    ///
    /// - Parameter framing: how the end of its content is known.
    func begin(_ framing: Framing) {
        isHeadComplete = true
        switch framing {
        case .none:
            left = 0
            isBodiless = true
        case .length(let count): left = count
        case .chunked, .untilClose: left = nil
        }
    }

    /// Bytes that the client may be given now.
    var passableCount: Int {
        guard let left, left < UInt64(pendingCount) else { return pendingCount }
        return Int(left)
    }

    /// The client has taken some.
    func pass(_ count: Int) {
        pendingCount -= count
        if let left { self.left = left - UInt64(count) }
    }

    /// Drops content behind an answer that has none.
    ///
    /// - Returns: how many bytes; `nil`: it is too much, or behind a length that was declared.
    func drop() -> Int? {
        droppedCount += pendingCount
        guard isBodiless, droppedCount <= HTTP.Limits.droppedContentBytesMax else { return nil }
        defer { pendingCount = 0 }
        return pendingCount
    }

    /// Remembers what the script has written for the log.
    func note(errors bytes: Span<UInt8>) {
        // Taken out and put back: an access that spans a call would be checked for exclusivity at run time.
        var told: [UInt8] = []
        swap(&told, &errors)
        let count = min(bytes.count, HTTP.Limits.errorBytesTold - told.count)
        for offset in 0..<count { told.append(bytes[offset]) }
        swap(&told, &errors)
    }

    /// Is as it was before the first one.
    func reset() {
        byteCount = 0
        pendingCount = 0
        isHeadComplete = false
        left = nil
        isBodiless = false
        droppedCount = 0
        if !errors.isEmpty { errors = [] }
    }
}
