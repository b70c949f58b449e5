/// Reads what a FastCGI member sends for one request, whose number is 1.
///
/// ```
///           ┌──────────────────────────────────────┐
///           ▼                                      │
///        header ──▶ stdout, stderr, ending ──▶ padding ──▶ ended
/// ```
///
/// Content is handed on in whatever pieces it comes, so nothing is gathered here; a header and the content of
/// END_REQUEST, 8 bytes each, have to lie together. No length is trusted: content ends where the bytes end that have
/// come, and whatever is not of this request, or behind its end, is refused.
public struct FastCGIReader: Sendable {
    /// Whether the member has ended the request; nothing may follow.
    public private(set) var hasEnded = false

    private var state = State.header
    /// Bytes of the record's content that are still to come.
    private var left = 0
    /// Bytes of its padding that are.
    private var padding = 0
    private var emptyCount = 0
    /// Whether it has ended its standard output, by a record without content.
    private var isOutputEnded = false
    private var isErrorEnded = false
    /// Bytes of its standard error so far.
    private var errorBytes = 0
    private var hasOutput = false
    private var protocolStatus = FastCGIRecord.complete

    private enum State {
        case header, stdout, stderr, ending, padding
        /// END_REQUEST was read, its padding was not.
        case endPadding
        case ended
    }

    /// Begins to read an answer.
    public init() {}

    /// Reads on.
    ///
    /// - Parameter bytes: what has come behind the last event's ``RecordEvent/next``.
    /// - Returns: ``RecordEvent/content(_:)`` and ``RecordEvent/errors(_:)``, which count as read, and last of all
    ///   ``RecordEvent/end(next:)`` or ``RecordEvent/refused(next:)``; ``RecordEvent/more(_:)`` where more has to come.
    /// - Throws: what is wrong; nothing can be read from then on.
    public mutating func next(in bytes: Span<UInt8>) throws(RecordError) -> RecordEvent {
        var offset = 0
        while true {
            switch state {
            case .header:
                guard bytes.count - offset >= FastCGIRecord.headerBytes else { return .more(offset) }
                try readHeader(bytes, at: offset)
                offset += FastCGIRecord.headerBytes
            case .stdout, .stderr:
                guard left > 0 else {
                    state = .padding
                    continue
                }
                guard offset < bytes.count else { return .more(offset) }
                let range = offset..<(offset + min(left, bytes.count - offset))
                left -= range.count
                if state == .stderr { return .errors(range) }
                hasOutput = true
                return .content(range)
            case .ending:
                guard bytes.count - offset >= FastCGIRecord.bodyBytes else { return .more(offset) }
                try readEnd(bytes, at: offset)
                offset += FastCGIRecord.bodyBytes
            case .padding, .endPadding:
                let skipped = min(padding, bytes.count - offset)
                padding -= skipped
                offset += skipped
                guard padding == 0 else { return .more(offset) }
                if state == .endPadding { return end(at: offset) }
                state = .header
            case .ended:
                guard offset == bytes.count else { throw .behindEnd }
                return .more(offset)
            }
        }
    }

    /// The connection has ended.
    ///
    /// - Parameter unread: bytes that have come and were not read.
    /// - Throws: unless the answer is whole; where its length was declared, it may be so nevertheless.
    public func finish(unread: Int) throws(RecordError) {
        let isBetweenRecords = state == .header && unread == 0 || state == .padding && padding == 0
        guard hasEnded || state == .endPadding || isOutputEnded && isBetweenRecords else { throw .truncated }
    }

    private mutating func readHeader(_ bytes: Span<UInt8>, at offset: Int) throws(RecordError) {
        guard bytes[offset] == FastCGIRecord.version else { throw .versionUnknown }
        guard bytes.integer(at: offset + 2) == FastCGIRecord.request else { throw .requestUnknown }
        left = bytes.integer(at: offset + 4)
        padding = Int(bytes[offset + 6])
        switch bytes[offset + 1] {
        case FastCGIRecord.stdout:
            guard !isOutputEnded || left == 0 else { throw .contentBehindEnd }
            state = .stdout
            try countEmpty(isFirst: !isOutputEnded)
            if left == 0 { isOutputEnded = true }
        case FastCGIRecord.stderr:
            state = .stderr
            try countEmpty(isFirst: !isErrorEnded)
            if left == 0 { isErrorEnded = true }
            errorBytes += left
            guard errorBytes <= Limits.errorBytesMax else { throw .errorOutputTooLong }
        case FastCGIRecord.endRequest:
            guard left == FastCGIRecord.bodyBytes else { throw .lengthWrong }
            state = .ending
        case 1...FastCGIRecord.unknownType: throw .typeUnexpected
        default: throw .typeUnknown
        }
    }

    /// Counts a record without content that does not end its stream.
    private mutating func countEmpty(isFirst: Bool) throws(RecordError) {
        guard left == 0, !isFirst else { return }
        emptyCount += 1
        guard emptyCount <= Limits.emptyRecordsMax else { throw .tooManyEmptyRecords }
    }

    private mutating func readEnd(_ bytes: Span<UInt8>, at offset: Int) throws(RecordError) {
        protocolStatus = bytes[offset + 4]
        let isRefused = protocolStatus == FastCGIRecord.overloaded && !hasOutput
        guard protocolStatus == FastCGIRecord.complete || isRefused else { throw .statusRefused }
        state = .endPadding
    }

    private mutating func end(at offset: Int) -> RecordEvent {
        state = .ended
        hasEnded = true
        return protocolStatus == FastCGIRecord.complete ? .end(next: offset) : .refused(next: offset)
    }
}
