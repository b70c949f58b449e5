import Reactor

/// The requests of a worker that wait for a member, in a line for each thing that they wait for.
///
/// Who asks for one member of his session stands in that member's line, who asks for anyone in the balancer's, and who
/// has waited for his member and takes anyone else by now in a third one. In these all ask for the same: when the first
/// one cannot go on, nobody can, and who comes stands behind the others. Each line is served from its front on, and of
/// several lines who has come first. Whoever asks for something else is in a line in which each is asked.
///
/// They try again when an exchange ends of a member that has a `max`, on whatever worker; when a member's time in error
/// is over; when somebody has come; and when a new configuration is served. When their own time is over they are told.
/// Touched by the worker's thread, which looks at ``nextMillis`` and ``isDue`` at the end of each turn
/// (``WaitingTimer``).
final class RequestQueue {
    /// What the requests of a line wait for.
    enum Kind: Hashable {
        /// For any member.
        case anyone
        /// For this one.
        case member(Int)
        /// For this one or, if it has no room, any other one.
        case memberOrAnyone(Int)
        /// Each for something of its own.
        case each

        /// Whether any member will do.
        fileprivate var isForAnyone: Bool {
            switch self {
            case .anyone, .memberOrAnyone: true
            case .member, .each: false
            }
        }
    }

    /// Which line it is.
    struct Key: Hashable {
        let balancer: ObjectIdentifier
        let kind: Kind
    }

    private let clock: TurnClock
    private let signal: RoomSignal
    /// Lines in which somebody stands, who holds the balancer.
    private var lines: [Key: RequestLine] = [:]
    /// How many of these are for anyone, of each balancer that has such.
    private var linesForAnyone: [ObjectIdentifier: Int] = [:]
    private(set) var count = 0
    private var lastTicket = 0
    /// Whether the requests are to try again at the end of the turn.
    private(set) var isDue = false
    /// Milliseconds of the clock when ``onDeadline()`` is to be called; `Int.max`: never.
    private(set) var nextMillis = Int.max

    init(clock: TurnClock, signal: RoomSignal) {
        self.clock = clock
        self.signal = signal
    }

    /// Whether somebody waits behind whom one has to stand who asks for this.
    func hasLine(_ kind: Kind, of balancer: Balancer) -> Bool {
        let balancer = ObjectIdentifier(balancer)
        guard !kind.isForAnyone else { return linesForAnyone[balancer] != nil }
        return lines[Key(balancer: balancer, kind: kind)] != nil
    }

    /// Lets a request wait that its balancer has counted (``WaitingCount/enter(most:)``).
    ///
    /// - Parameters:
    ///   - millis: how long, until ``Exchange/onWaitOver()``.
    ///   - retry: milliseconds of the clock when it tries again in any case; `Int.max`: never.
    func enter(_ exchange: Exchange, for millis: Int, retryingAt retry: Int) {
        guard let balancer = exchange.balancer else { preconditionFailure("who waits does so for a balancer") }
        lastTicket += 1
        exchange.course.place.begin(
            exchange, countedBy: balancer.waiting, ticket: lastTicket, at: clock.now,
            until: clock.nowMillis + millis, retryingAt: retry)
        append(exchange)
        count += 1
        signal.setWaiting(count)
        // What was freed before this worker said that it waits was not announced to it.
        isDue = true
    }

    private func append(_ exchange: Exchange) {
        guard let balancer = exchange.balancer else { preconditionFailure("who waits does so for a balancer") }
        let key = Key(balancer: ObjectIdentifier(balancer), kind: exchange.course.line(of: balancer))
        let line = lines[key] ?? addLine(key)
        line.append(exchange.course.place)
        nextMillis = min(nextMillis, line.nextMillis)
    }

    private func addLine(_ key: Key) -> RequestLine {
        let line = RequestLine(key)
        lines[key] = line
        if key.kind.isForAnyone { linesForAnyone[key.balancer, default: 0] += 1 }
        return line
    }

    private func removeLine(_ key: Key) {
        lines[key] = nil
        guard key.kind.isForAnyone, let count = linesForAnyone[key.balancer] else { return }
        linesForAnyone[key.balancer] = count > 1 ? count - 1 : nil
    }

    /// A request waits no longer.
    func leave(_ exchange: Exchange) {
        let place = exchange.course.place
        guard let line = place.line else { return }
        let wasFirst = line.first === place
        line.remove(place)
        if let next = line.first {
            // Who stands first is the one who is woken.
            if wasFirst { wake(next, at: place.retry) }
        } else {
            removeLine(line.key)
        }
        place.end()
        count -= 1
        signal.setWaiting(count)
    }

    /// A member may have room: the requests try again at the end of the turn.
    func onRoom() {
        if count > 0 { isDue = true }
    }

    /// A new configuration is served: the requests go by it from ``onRoom()`` on.
    func move(to edge: Edge) {
        guard count > 0 else { return }
        var places: [RequestPlace] = []
        for line in lines.values {
            line.walk { place in
                line.remove(place)
                places.append(place)
            }
        }
        lines = [:]
        linesForAnyone = [:]
        for place in places.sorted(by: { $0.ticket < $1.ticket }) {
            guard let exchange = place.exchange else { continue }
            exchange.moveWhileWaiting(to: edge)
            append(exchange)
        }
    }

    /// Lets the requests try again whose member may have room.
    func onTurnEnd() {
        guard isDue else { return }
        isDue = false
        serve(Array(lines.values))
    }

    /// Tells those whose time is over, and lets those try again who wait for a member's time in error to end.
    func onDeadline() {
        let now = clock.nowMillis
        let due = lines.values.filter { $0.nextMillis <= now }
        for line in due {
            line.walk { if $0.deadline <= now { $0.exchange?.onWaitOver() } }
        }
        serve(due)
        for line in due { renew(line, now: now) }
        nextMillis = lines.values.reduce(.max) { min($0, $1.nextMillis) }
    }

    /// Lets requests go on from the front of each line, as far as they can.
    private func serve(_ lines: [RequestLine]) {
        // Who comes back meanwhile is looked at in the next turn.
        let last = lastTicket
        for line in lines { line.cursor = line.first }
        while let place = Self.earliest(of: lines), place.ticket <= last, let line = place.line {
            // Who goes on leaves the line.
            guard let exchange = place.exchange, !exchange.goOn() else { continue }
            wake(place, at: exchange.recoveryMillis)
            line.cursor = line.key.kind == .each ? place.later : nil
        }
        for line in lines { line.cursor = nil }
    }

    /// Has a request try again at a time of the clock: its member may have failed since it came.
    private func wake(_ place: RequestPlace, at millis: Int) {
        guard let line = place.line, millis < place.retry else { return }
        place.retry = millis
        line.nextMillis = min(line.nextMillis, millis)
        nextMillis = min(nextMillis, millis)
    }

    /// Who has come first of those that are to be looked at.
    private static func earliest(of lines: [RequestLine]) -> RequestPlace? {
        var earliest: RequestPlace?
        for line in lines {
            guard let place = line.cursor else { continue }
            if let earliest, earliest.ticket < place.ticket { continue }
            earliest = place
        }
        return earliest
    }

    /// Finds when somebody of a line is to be looked at next.
    private func renew(_ line: RequestLine, now: Int) {
        line.nextMillis = .max
        line.walk { place in
            // Who stands first asks for the others too.
            let isAsked = place.retry <= now || line.key.kind != .each && place === line.first
            if isAsked { place.retry = place.exchange?.recoveryMillis ?? .max }
            line.nextMillis = min(line.nextMillis, place.next)
        }
    }
}
