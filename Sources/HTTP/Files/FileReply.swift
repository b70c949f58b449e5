import Bytes

/// What a request for a file that is there is answered with.
public enum FileReply: Equatable, Sendable {
    /// 200: all of it.
    case whole
    /// 206: these bytes, at least one.
    case part(Range<Int>)
    /// 304: the client has it.
    case notModified
    /// 412: it is not the one that was meant.
    case preconditionFailed
    /// 416: it has no such bytes.
    case rangeNotSatisfiable

    /// Decides by the request's conditions and ranges, in the order of RFC 9110, section 13.2.2.
    ///
    /// - Parameters:
    ///   - head: of the request.
    ///   - source: the bytes that were parsed.
    ///   - facts: of what would be sent: the file, or the variant that was chosen (``FileVariants``).
    ///   - codings: those that the client accepts, whose marks are taken off tags (``EntityTagMark``), where the edge
    ///     compresses; `nil`: none are.
    ///   - now: seconds since 1970.
    public init(
        to head: borrowing RequestHead, in source: Span<UInt8>, of facts: FileFacts, undoing codings: ContentCodings?,
        now: Int
    ) {
        switch Preconditions.evaluate(head, in: source, of: facts, undoing: codings, now: now) {
        case .failed: self = .preconditionFailed
        case .notModified: self = .notModified
        case .met:
            switch ByteRange(head, in: source, of: facts, now: now) {
            case .whole: self = .whole
            case .part(let range): self = .part(range)
            case .unsatisfiable: self = .rangeNotSatisfiable
            }
        }
    }

    /// The status that says so.
    public var status: Int {
        switch self {
        case .whole: 200
        case .part: 206
        case .notModified: 304
        case .preconditionFailed: 412
        case .rangeNotSatisfiable: 416
        }
    }

    /// Which bytes of the file an answer to GET has for its content.
    ///
    /// - Parameter facts: those that it was decided by.
    public func content(of facts: FileFacts) -> Range<Int> {
        switch self {
        case .whole: 0..<facts.bytes
        case .part(let range): range
        case .notModified, .preconditionFailed, .rangeNotSatisfiable: 0..<0
        }
    }
}
