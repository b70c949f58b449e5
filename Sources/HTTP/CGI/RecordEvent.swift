/// What a member that speaks in records (FastCGI, AJP) has said next.
///
/// Ranges and offsets count from the first byte of the span that was read. Whoever reads goes on at ``next``.
public enum RecordEvent: Equatable, Sendable {
    /// The answer's head lies there as a whole, in the protocol's own form.
    case head(Range<Int>)
    /// Bytes of the answer; over FastCGI the head is the first of them.
    case content(Range<Int>)
    /// The member asks that what it has sent goes out.
    case flush(next: Int)
    /// The member asks for so many bytes of the request's content.
    case wanted(Int, next: Int)
    /// Bytes for the log, of the program's standard error.
    case errors(Range<Int>)
    /// The answer has ended.
    case end(next: Int)
    /// The member has answered a ping.
    case pong(next: Int)
    /// The member has not taken the request up: nothing of it was processed.
    case refused(next: Int)
    /// All up to an offset is done with; for the rest more is needed than has come.
    case more(Int)

    /// Where to go on.
    public var next: Int {
        switch self {
        case .head(let range), .content(let range), .errors(let range): range.upperBound
        case .flush(let next), .wanted(_, let next), .end(let next), .pong(let next), .refused(let next): next
        case .more(let next): next
        }
    }
}
