import Balancing
import Model

/// Who gets a request next: a state machine without a connection or a clock of its own. Events go in, and what is to be
/// done comes out. Pooled with its exchange.
package final class Course {
    /// What is to be done with the request.
    enum Action {
        /// Give it to a member.
        case give(Choice)
        /// Let it wait, for so many milliseconds; it tries again at a time of the clock in any case (`Int.max`: never).
        case wait(millis: Int, retryingAt: Int)
        /// Answer it.
        case refuse(Refusal)
    }

    /// What is to be done after a connection has failed under the request.
    package enum Sequel: Equatable {
        /// Connect once more to the same member, at this one of its addresses or a later one; where that cannot be, it
        /// is in error.
        case reconnect(from: Int)
        /// Send it once more to the same member, on a new connection; where that cannot be, the member is in error.
        case replay
        /// Send it to another member. This one is not put in error: it takes connections, and `retry` is for those that
        /// do not.
        case replayElsewhere
        /// Find another member: this one is in error.
        case another
        /// Answer the request; whether the member is in error.
        case refuse(Outcome, blamed: Bool)
    }

    /// What the course goes by.
    struct Circumstances {
        let balancer: Balancer
        /// Milliseconds of the clock.
        let now: Int
        /// `timeouts.connect`.
        let connectMillis: Int
        /// Members that were given the request so far.
        let attempts: Int
        /// The worker's index.
        let worker: Int
    }

    /// What went wrong with the last connection to a member.
    struct Trouble {
        /// For the event log.
        var words = ""
        /// What this machine lacked to begin it; `nil`: it lacked nothing.
        var lack: Outcome?
        /// For the access log.
        var code: StaticString = ""
        /// The limit that an answer has passed; else 0.
        var limit = 0
    }

    /// How far the request had come when its connection failed.
    package struct Progress {
        /// Which of the member's addresses was connected to.
        package var addressIndex = 0
        /// Whether a byte of the answer had come.
        package var isAnswered = false
        /// Whether the member has all of the request.
        package var isSent = false
        /// Whether the request's bytes are all there still.
        package var isReplayable = true
        /// Whether the member cannot have acted on it, or acting twice does no harm (RFC 9110, section 9.2.2).
        package var isHarmless = true
        /// Whether the member has dropped so many that it is in error.
        package var isDropping = false

        /// The beginning of it: nothing was sent, nothing has come.
        package init() {}
    }

    /// Whether so much of a request's content is there that a member's place may be taken for it.
    enum Arrival {
        /// Nobody has asked for it.
        case unasked
        /// It is waited for.
        case awaited
        /// It was waited for, and a member is looked for at the end of the turn.
        case due
        /// It is.
        case there
    }

    /// What a request has waited for, as long as that is worth.
    private struct Waits: OptionSet {
        let rawValue: UInt8
        static let sessionMember = Waits(rawValue: 1)
        static let anyone = Waits(rawValue: 2)
        static let turn = Waits(rawValue: 4)
    }

    /// What a request is let do once.
    private struct Spent: OptionSet {
        let rawValue: UInt8
        /// It was sent once more to a member that had ended its connection.
        static let replay = Spent(rawValue: 1)
        /// A member has not answered it in time.
        static let lateness = Spent(rawValue: 2)
    }

    /// The members that its session asks for, best first.
    var preferences = MemberPreferences()
    /// The hash of what ties it to a member where no route does.
    var key: UInt64?
    private var tried = MemberSet()
    private var waits = Waits()
    /// Where members have a `max`.
    var arrival = Arrival.unasked
    private var spent = Spent()
    /// Milliseconds of the clock up to which members in error are tried; `nil`: none was yet.
    private var errorTrialsEnd: Int?
    /// Who gets the request in place of the member whose answer was discarded.
    private(set) var successor: Choice?
    /// What the last failed try would be answered with; `nil`: nothing has failed.
    var failure: Outcome?
    /// What the request is answered with at the end of the turn.
    var verdict: Refusal?

    var trouble = Trouble()
    /// The members that have failed, while the access log has them.
    let tries = TryNotes()
    /// Its place among those who wait.
    let place = RequestPlace()
    /// Its wait before another member is given it.
    let pause = RetryPause()
    private let random: RandomNumbers

    /// A course for any number of requests, one after the other.
    ///
    /// - Parameter random: for choices by lot.
    package init(random: RandomNumbers = RandomNumbers()) {
        self.random = random
    }

    /// Whether it waits, or has waited, for anyone.
    private var awaitsAnyone: Bool { waits.contains(.anyone) }

    /// The line in which it waits.
    func line(of balancer: Balancer) -> RequestQueue.Kind {
        // Who was given away already, or must perhaps wait for his turn, asks for something else than others do.
        let isPaced = waits.contains(.turn) || key != nil && balancer.configuration.failoverRate != nil
        guard tried.isEmpty, !isPaced else { return .each }
        guard preferences.count > 0 else { return .anyone }
        guard preferences.count == 1 else { return .each }
        // A member that is draining has room for its sessions alone.
        let isForAnyone = awaitsAnyone || waits.contains(.sessionMember)
        return isForAnyone ? .memberOrAnyone(preferences[0]) : .member(preferences[0])
    }

    // MARK: - Finding a member

    /// Finds somebody for a request that nobody has.
    func next(_ circumstances: Circumstances) -> Action {
        let balancer = circumstances.balancer
        guard circumstances.attempts < balancer.attemptsMax else {
            return .refuse(
                Refusal(balancer.staysWithSession(preferences) ? .sessionMemberUnavailable : failure ?? .noMember))
        }
        if let choice = choose(circumstances) { return .give(choice) }
        return wait(circumstances)
    }

    /// Waits behind those who have come before and ask for the same, if it may wait: who comes takes nobody's place.
    ///
    /// - Returns: `nil` if it may not, or if it is not room that it lacks.
    func lineUp(_ circumstances: Circumstances) -> Action? {
        let isSession = preferences.count > 0 && !waits.contains(.sessionMember)
        guard isSession || !awaitsAnyone, lacksRoomAlone(circumstances) else { return nil }
        let patience = circumstances.balancer.patience(
            isSession ? .sessionMemberBusy(preferences[0]) : .busy, connect: circumstances.connectMillis)
        guard patience > 0 else { return nil }
        if !isSession { waits.insert(.anyone) }
        return .wait(millis: patience, retryingAt: .max)
    }

    /// Whether it could go on if those had room who are well: there are some, and its turn to move has come.
    private func lacksRoomAlone(_ circumstances: Circumstances) -> Bool {
        let (chooser, now) = (circumstances.balancer.chooser, Int64(circumstances.now))
        let (preferences, tried) = (preferences, tried)
        guard chooser.millisecondsToWait(preferences, key: key, excluding: tried, now: now) == nil else { return false }
        switch obstacle(circumstances) {
        case .busy, .sessionMemberBusy: return true
        // Who is draining is there for his sessions.
        case .inError, .none: return preferences.count > 0 && !chooser.members[preferences[0]].state.isDown(now: now)
        }
    }

    /// A member that can take the request now.
    func choose(_ circumstances: Circumstances) -> Choice? {
        // Copied out: an access that spans the call would be checked for exclusivity at run time.
        let (preferences, tried) = (preferences, tried)
        let balancer = circumstances.balancer
        return balancer.chooser.choose(
            preferences, key: key, excluding: tried, staysWithSession: balancer.configuration.noFailover,
            awaitsSessionMember: !waits.contains(.sessionMember), worker: circumstances.worker,
            now: Int64(circumstances.now), random: { random.roll() })
    }

    /// The request is given to a member, who does not get it again.
    func give(to choice: Choice) {
        // Copied out and in: an access that spans the call would be checked for exclusivity at run time.
        var tried = tried
        tried.insert(choice.member)
        self.tried = tried
    }

    /// How many members were given the request.
    var triedCount: Int { tried.count }

    /// Goes on among another balancer's members, of which none is known that its session would ask for.
    func goElsewhere() {
        preferences = MemberPreferences()
        key = nil
        tried = MemberSet()
        waits = Waits()
        errorTrialsEnd = nil
        failure = nil
    }

    /// What stands in the way of the request.
    private func obstacle(_ circumstances: Circumstances) -> Obstacle {
        let (preferences, tried) = (preferences, tried)
        return circumstances.balancer.chooser.obstacle(
            preferences, excluding: tried, now: Int64(circumstances.now))
    }

    // MARK: - Waiting

    /// Waits for what stands in the way, if that is worth its while.
    private func wait(_ circumstances: Circumstances) -> Action {
        let balancer = circumstances.balancer
        var obstacle = obstacle(circumstances)
        let isSession = if case .sessionMemberBusy = obstacle { true } else { false }
        // A session that has waited long enough for its member waits for anybody, like the others.
        if isSession, waits.contains(.sessionMember), !balancer.staysWithSession(preferences) { obstacle = .busy }
        let patience = balancer.patience(obstacle, connect: circumstances.connectMillis)
        if isSession, !waits.contains(.sessionMember) {
            guard patience == 0 else {
                return .wait(millis: patience, retryingAt: recoveryMillis(circumstances))
            }
            waits.insert(.sessionMember)
            return next(circumstances)
        }
        if balancer.staysWithSession(preferences) {
            return .refuse(Refusal(isSession ? .memberBusy : .sessionMemberUnavailable))
        }
        if !isSession, let action = pace(circumstances) { return action }
        if patience > 0, !awaitsAnyone {
            waits.insert(.anyone)
            return .wait(millis: patience, retryingAt: recoveryMillis(circumstances))
        }
        if let choice = chooseInError(circumstances) { return .give(choice) }
        return .refuse(Refusal(obstacle == .busy ? .membersBusy : failure ?? .noMember))
    }

    /// A member in error, as nobody else is left: one after the other, as long as one that does not answer a connect
    /// may take, so that a balancer that has vanished does not hold its clients.
    private func chooseInError(_ circumstances: Circumstances) -> Choice? {
        let now = circumstances.now
        let end = errorTrialsEnd ?? now + circumstances.connectMillis
        errorTrialsEnd = end
        guard now < end else { return nil }
        let (preferences, tried) = (preferences, tried)
        return circumstances.balancer.chooser.chooseInError(
            preferences, key: key, excluding: tried, worker: circumstances.worker, now: Int64(now),
            random: { random.roll() })
    }

    /// Waits for the session's turn to move to another member, if that comes within the balancer's time; else tells
    /// when.
    ///
    /// - Returns: `nil` where it is not a turn that the request lacks.
    private func pace(_ circumstances: Circumstances) -> Action? {
        let configuration = circumstances.balancer.configuration
        guard let rate = configuration.failoverRate else { return nil }
        let (preferences, tried) = (preferences, tried)
        guard
            let turn = circumstances.balancer.chooser.millisecondsToWait(
                preferences, key: key, excluding: tried, now: Int64(circumstances.now))
        else { return nil }
        let patience = configuration.timeoutMilliseconds ?? 0
        guard turn <= patience, !waits.contains(.turn) else {
            return .refuse(.paced(rate: rate, waitMilliseconds: turn))
        }
        waits.insert(.turn)
        return .wait(millis: patience, retryingAt: circumstances.now + Int(turn))
    }

    /// When somebody who is in error may be tried again, in milliseconds of the clock, whether or not it is room that
    /// the request lacks now; `Int.max`: never.
    func recoveryMillis(_ circumstances: Circumstances) -> Int {
        let tried = tried
        let chooser = circumstances.balancer.chooser
        return chooser.recoveryTime(excluding: tried, now: Int64(circumstances.now)).map(Int.init) ?? .max
    }

    /// The time to wait is over.
    func endPatience() {
        waits.insert(.sessionMember)
    }

    /// Goes on among the members of a new configuration, whose indices are others.
    ///
    /// - Parameters:
    ///   - names: of the members before, by their index.
    ///   - balancer: what is served now.
    func move(from names: [String], to balancer: Balancer) {
        let asked = preferences
        var moved = MemberPreferences()
        moved.hasUnknownRoute = asked.hasUnknownRoute
        for position in 0..<asked.count {
            let name = names[asked[position]]
            let index = balancer.chooser.members.firstIndex { $0.name == name || $0.specification.formerName == name }
            if let index { moved.append(index) } else { moved.hasUnknownRoute = true }
        }
        preferences = moved
        tried = MemberSet()
    }

    // MARK: - Failure

    /// What follows the failure of a connection, but for ``UpstreamFailure/answerTimeout`` of a member that was not
    /// asked for 100 Continue.
    package func sequel(of failure: UpstreamFailure, _ progress: Progress) -> Sequel {
        switch failure {
        case .connectTimeout:
            self.failure = .connectTimeout
            return .reconnect(from: progress.addressIndex + 1)
        case .connect: return .reconnect(from: progress.addressIndex + 1)
        case .crowded: return .reconnect(from: progress.addressIndex)
        case .answerTimeout:
            self.failure = .answerTimeout
            return .another
        // It would be as large again.
        case .headTooLarge: return .refuse(.answerHeadTooLarge, blamed: false)
        // Who was still waiting for the rest of the request may have lost patience with the client.
        case .dropped where progress.isSent && progress.isDropping:
            guard mayRepeat(failure, progress) else { return .refuse(.answerBroken, blamed: true) }
            self.failure = .answerBroken
            return .another
        case .broken, .dropped, .stale, .unprocessed, .goneAway:
            guard !progress.isAnswered, mayRepeat(failure, progress) else {
                return .refuse(.answerBroken, blamed: false)
            }
            self.failure = .answerBroken
            return spent.insert(.replay).inserted ? .replay : .replayElsewhere
        }
    }

    private func mayRepeat(_ failure: UpstreamFailure, _ progress: Progress) -> Bool {
        switch failure {
        case .unprocessed, .goneAway: progress.isReplayable
        default: progress.isReplayable && progress.isHarmless
        }
    }

    /// Notes that the answer has not begun in time.
    ///
    /// - Returns: whether that is for the first time: when a second member is too slow as well, it is the request that
    ///   takes so long.
    package func countTimeout() -> Bool {
        spent.insert(.lateness).inserted
    }

    /// Finds who gets the request in place of the member that has it.
    ///
    /// - Returns: whether there is somebody.
    func findSuccessor(_ circumstances: Circumstances) -> Bool {
        successor = choose(circumstances)
        return successor != nil
    }

    /// Milliseconds before a member is given a request that others have failed: twice as many for each, and by lot half
    /// of that more or less, so that those that have failed together do not come together.
    ///
    /// - Parameter attempt: the member's number among those that are given it; the third is the first that waits.
    package func restMillis(before attempt: Int) -> Int {
        let whole = min(
            UpstreamLimits.backOffMillis << min(max(0, attempt - 3), 8), UpstreamLimits.backOffMillisMax)
        return whole / 2 + Int(random.roll() % UInt64(whole + 1))
    }

    /// Who was found.
    func takeSuccessor() -> Choice? { successor.take() }

    /// Begins another request.
    package func reset() {
        preferences = MemberPreferences()
        key = nil
        tried = MemberSet()
        waits = Waits()
        arrival = .unasked
        spent = Spent()
        errorTrialsEnd = nil
        successor = nil
        failure = nil
        verdict = nil
        trouble = Trouble()
        tries.reset()
    }
}
