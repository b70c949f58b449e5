/// A connection whose streams a pool lends one by one.
protocol SharedUpstream: AnyObject {
    /// Which of the member's addresses it leads to.
    var addressIndex: Int { get }

    /// Whether it may have a further stream.
    var hasRoom: Bool { get }

    /// Lends an exchange a stream.
    func lend(to exchange: Exchange) -> any UpstreamStream

    /// - Returns: whether it was idle, and is closed.
    func closeIfIdle() -> Bool

    /// Lends no more, and closes when the last stream is over.
    func retire()
}
