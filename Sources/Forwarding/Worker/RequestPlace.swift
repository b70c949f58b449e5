/// A request's place among those that wait for a member (``RequestQueue``, which alone changes it). Pooled with its
/// exchange.
final class RequestPlace: InLine {
    private(set) var later: RequestPlace?
    private(set) unowned var earlier: RequestPlace?
    private(set) var isInLine = false
    /// Whose it is; `nil` while it does not wait.
    private(set) var exchange: Exchange?
    /// Where it is counted while it waits.
    private var count: WaitingCount?
    /// In which order they came.
    private(set) var ticket = 0
    /// Nanoseconds of the clock when it began to wait.
    private(set) var began = 0
    /// Milliseconds of the clock when its time is over.
    private(set) var deadline = Int.max
    /// When it tries again in any case; `Int.max`: never.
    var retry = Int.max
    /// Where it stands.
    var line: RequestLine?

    /// Whether it waits.
    var isWaiting: Bool { line != nil }

    /// When it is to be looked at.
    var next: Int { min(deadline, retry) }

    /// A request begins to wait.
    func begin(
        _ exchange: Exchange, countedBy count: WaitingCount, ticket: Int, at now: Int, until deadline: Int,
        retryingAt retry: Int
    ) {
        self.exchange = exchange
        self.count = count
        self.ticket = ticket
        began = now
        self.deadline = deadline
        self.retry = retry
    }

    /// It waits no longer.
    func end() {
        exchange = nil
        count.take()?.leave()
    }

    func setLater(_ waiter: RequestPlace?) { later = waiter }

    func setEarlier(_ waiter: RequestPlace?) { earlier = waiter }

    func setInLine(_ isInLine: Bool) { self.isInLine = isInLine }
}

/// Those of a worker's requests that wait for the same of a balancer.
final class RequestLine {
    let key: RequestQueue.Key
    private let places = WaitingLine<RequestPlace>()
    /// Who is looked at next, while the line is gone through; it moves on when that one leaves.
    var cursor: RequestPlace?
    /// Milliseconds of the clock when somebody is to be looked at, or earlier.
    var nextMillis = Int.max

    init(_ key: RequestQueue.Key) {
        self.key = key
    }

    var first: RequestPlace? { places.first }

    func append(_ place: RequestPlace) {
        places.append(place)
        place.line = self
        nextMillis = min(nextMillis, place.next)
    }

    func remove(_ place: RequestPlace) {
        if cursor === place { cursor = place.later }
        places.remove(place)
        place.line = nil
    }

    /// Hands each to `body`, who may leave then, as may others.
    func walk(_ body: (RequestPlace) -> Void) {
        cursor = first
        while let place = cursor {
            cursor = place.later
            body(place)
        }
    }
}
