import HTTP

/// How far a member's answer in HTTP/1 has come. Belongs to its connection, which uses it for one answer after the
/// other.
final class IncomingAnswer {
    /// Its head and its content.
    let message = IncomingMessage(.answer)
    private(set) var isHeadComplete = false
    /// Whether bytes pass unread in both directions.
    var isTunnel = false
    /// Whether the connection may be kept behind it.
    private(set) var mayBeKept = false
    /// Bytes that have come.
    var byteCount = 0
    /// Whether its content has said that it is long.
    private var isDeclaredLong = false
    private var interimCount = 0

    /// Whether it is worth large reads.
    var isLong: Bool { isDeclaredLong || byteCount >= UpstreamLimits.longAnswerBytes }

    /// Whether it ends where the connection does.
    var endsWithConnection: Bool { isHeadComplete && message.endsWithConnection }

    /// A head was passed on that precedes the answer's.
    ///
    /// - Returns: whether there may be another one.
    func countInterim() -> Bool {
        message.begin(.none)
        interimCount += 1
        return interimCount <= UpstreamLimits.interimAnswersMax
    }

    /// Its head is there.
    ///
    /// - Parameter framing: how its content is framed.
    func begin(_ framing: Framing, mayBeKept: Bool) {
        isHeadComplete = true
        self.mayBeKept = mayBeKept
        message.begin(framing)
        if case .length(let count) = framing { isDeclaredLong = count >= UpstreamLimits.longAnswerBytes }
    }

    /// It has ended with the connection, which is of no further use.
    func endWithConnection() {
        mayBeKept = false
    }

    /// Is as it was before the first one.
    func reset() {
        message.begin(.none)
        isHeadComplete = false
        isTunnel = false
        mayBeKept = false
        byteCount = 0
        isDeclaredLong = false
        interimCount = 0
    }
}
