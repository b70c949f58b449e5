import Bytes
import HTTP

/// How far a member's answer has come on a stream of HTTP/2. Belongs to its stream.
struct HTTP2AnswerProgress {
    private(set) var isHeadComplete = false
    /// Whether anything of it has come.
    var isBegun = false
    private var interimCount = 0
    /// Content that the exchange had no room for.
    var waiting: Buffer?
    /// Bytes of content that are still to come; `nil` while that is not known.
    private(set) var left: UInt64?
    /// Whether the member has sent all of it.
    var hasEnded = false
    /// How the stream has failed while content waits, which goes to the client first.
    var pendingFailure: UpstreamFailure?

    /// Nothing has come.
    init() {}

    /// Whether there is nothing more to come, whatever becomes of the stream.
    var isWhole: Bool { left == 0 }

    /// A head was passed on that precedes the answer's.
    ///
    /// - Returns: whether there may be another one.
    mutating func countInterim() -> Bool {
        interimCount += 1
        return interimCount <= UpstreamLimits.interimAnswersMax
    }

    /// Its head is there.
    ///
    /// - Parameter framing: how its content is framed; `nil`: it is a tunnel.
    mutating func begin(_ framing: Framing?) {
        isHeadComplete = true
        switch framing {
        case .length(let count): left = count
        case .some(.none): left = 0
        case .chunked, .untilClose, nil: break
        }
    }

    /// Content has come.
    mutating func receive(_ count: Int) {
        if let left { self.left = left - min(left, UInt64(count)) }
    }
}
