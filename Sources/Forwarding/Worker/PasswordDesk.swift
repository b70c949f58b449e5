import Reactor

/// What a check of a password is known by to who waits for it.
package struct PasswordTicket: Equatable {
    fileprivate let number: Int
}

/// What a worker knows of names and passwords, and who of its requests waits for one to be checked.
///
/// Belongs to the worker's thread.
package final class PasswordDesk {
    /// Milliseconds for which a request waits for its check.
    package static let waitMillis = 10_000

    private struct Wait {
        let job: PasswordJob
        let exchange: Exchange
        /// Milliseconds of the clock.
        let deadline: Int
    }

    private let clock: TurnClock
    private let enqueue: (PasswordJob) -> Bool
    private var verified = VerifiedUsers()
    private var waits: [Int: Wait] = [:]
    private var lastNumber = 0
    /// Milliseconds of the clock when ``onDeadline()`` is to be called, or earlier than need be; `Int.max`: never.
    private(set) var nextMillis = Int.max

    /// - Parameter enqueue: has a job checked elsewhere, and ``onDone(_:_:)`` called with it on this thread, after it
    ///   has returned; `false`: there is no room.
    package init(clock: TurnClock, enqueue: @escaping (PasswordJob) -> Bool) {
        self.clock = clock
        self.enqueue = enqueue
    }

    /// Requests that wait.
    package var waitingCount: Int { waits.count }

    /// What is known of a name and a password by their mark; `nil`: nothing.
    func proof(of mark: UInt128) -> VerifiedUsers.Proof? { verified.proof(of: mark, now: clock.nowMillis) }

    /// Has a password checked. The exchange hears of it in a later turn, unless it cancels that.
    ///
    /// - Parameters:
    ///   - name: of the user.
    ///   - mark: of name and password.
    ///   - address: whose it is; 0: a client without an address.
    /// - Returns: `nil`: too much is to be checked already.
    func submit(
        _ password: [UInt8], of name: [UInt8], in file: PasswordFile, mark: UInt128, address: UInt128,
        for exchange: Exchange
    ) -> PasswordTicket? {
        guard let (hash, isKnown) = file.hash(of: name) else { return nil }
        lastNumber += 1
        let job = PasswordJob(
            number: lastNumber, mark: mark, address: address, hash: hash, isKnown: isKnown, password: password)
        guard enqueue(job) else { return nil }
        let deadline = clock.nowMillis + Self.waitMillis
        waits[lastNumber] = Wait(job: job, exchange: exchange, deadline: deadline)
        nextMillis = min(nextMillis, deadline)
        return PasswordTicket(number: lastNumber)
    }

    /// Forgets who waits, and hears nothing of it.
    func cancel(_ ticket: PasswordTicket) {
        waits.removeValue(forKey: ticket.number)?.job.giveUp()
    }

    /// Hears what a check came to: that is remembered, whoever still waits for it.
    package func onDone(_ job: PasswordJob, _ verdict: PasswordJob.Verdict) {
        switch verdict {
        case .accepted: verified.note(job.mark, isProven: true, now: clock.nowMillis)
        case .refused: verified.note(job.mark, isProven: false, now: clock.nowMillis)
        case .undone: break
        }
        waits.removeValue(forKey: job.number)?.exchange.onPassword(verdict)
    }

    /// Tells those whose time to wait is over.
    func onDeadline() {
        let now = clock.nowMillis
        guard nextMillis <= now else { return }
        for number in waits.filter({ $0.value.deadline <= now }).keys.sorted() {
            // Who was told before may have taken others with him.
            guard let wait = waits.removeValue(forKey: number) else { continue }
            wait.job.giveUp()
            wait.exchange.onPassword(.undone)
        }
        nextMillis = waits.values.reduce(.max) { min($0, $1.deadline) }
    }
}
