import Bytes

/// What becomes of a request whose content is gathered before a member is asked: the first of it lies behind the head
/// in the slab of ``Outbound``, the rest in a spool.
///
/// ```
/// open ──▶ whole: sent with a length, and again from the first byte where a member fails
///   └────▶ through: more than there is room for, so that it goes through the spool as it comes
/// ```
///
/// Pooled by the worker.
final class RequestGathering {
    enum State {
        case open, whole, through
    }

    let spool: Spool
    var state = State.open
    /// Whether no member takes the content without a length.
    var mustBeWhole = false
    /// Whether a member is to be looked for at the end of the turn.
    var isDue = false
    /// The edge's installation when it was begun.
    var installation = 0
    /// Bytes of content.
    var count = 0
    /// Whether the client has sent all, of what goes through.
    private(set) var hasEnded = false
    /// The trailer section of that.
    private(set) var trailers: [UInt8] = []

    init(spool: Spool) {
        self.spool = spool
    }

    /// Whether no member is asked yet.
    var isOpen: Bool { state == .open }

    /// Keeps the end until what is before it has gone through.
    func end(trailers section: Span<UInt8>) {
        hasEnded = true
        trailers.removeAll(keepingCapacity: true)
        for offset in section.indices { trailers.append(section[offset]) }
    }

    func reset() {
        spool.reset()
        state = .open
        mustBeWhole = false
        isDue = false
        installation = 0
        count = 0
        hasEnded = false
        trailers.removeAll(keepingCapacity: true)
    }
}
