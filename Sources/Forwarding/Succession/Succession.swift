import Glibc
import Logging
import Reactor

/// Starts another process in this one's place: gives it the sockets and what it needs to go on, and waits until it
/// serves. This process goes on until then, and for good if that fails.
///
/// Belongs to the main thread.
final class Succession: EventHandler {
    /// What becomes of it.
    enum Outcome {
        /// The other process serves, of this version: this one is to end.
        case served(process: Int, version: String)
        /// It does not, and why: this one goes on.
        case failed(process: Int, String)
    }

    /// Told what becomes of a process that somebody has asked for, or why none is started; called on the main thread.
    typealias Answer = @Sendable (Result<EdgeStatus.Upgrade, SupervisionError>) -> Void

    /// The process that was started.
    private struct Attempt: ~Copyable {
        let process: ChildProcess
        let channel: ProcessChannel
        /// Whoever has asked for it.
        let answer: Answer
        /// Why it serves nothing, as far as it has said.
        var refusal: String?
        /// Whether a reload was asked of this process since: the other one may have read before that.
        var isReloadAsked = false
        var registration: Registration?
        var timer: Registration?
    }

    private let loop: EventLoop
    /// Writes down what this process leaves.
    private let legacy: () throws -> [UInt8]
    private let onOutcome: (Outcome, Answer) -> Void
    private var attempt: Attempt?
    /// Whether another process serves.
    private(set) var isOver = false

    /// - Parameters:
    ///   - legacy: writes down what is left, when the other process is about to serve.
    ///   - onOutcome: called once for each process that was started, with whom to tell.
    init(
        loop: EventLoop, legacy: @escaping () throws -> [UInt8], onOutcome: @escaping (Outcome, Answer) -> Void
    ) {
        self.loop = loop
        self.legacy = legacy
        self.onOutcome = onOutcome
    }

    /// Whether a process was started that neither serves nor has failed.
    var isUnderWay: Bool { attempt != nil }

    /// Starts the program that is at this one's place now, with the same arguments.
    ///
    /// - Parameters:
    ///   - answer: told what becomes of it.
    ///   - give: sends the sockets.
    /// - Returns: the number of the process.
    func begin(
        for answer: @escaping Answer, _ give: (borrowing ProcessChannel) throws(SystemError) -> Void
    ) throws(SystemError) -> Int {
        guard let path = ChildProcess.ownPath else { throw SystemError("readlink", code: ENOENT) }
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: SuccessionLimits.patienceSeconds)
        let process = try ChildProcess(
            path, CommandLine.arguments, channel: ends.other, variable: SuccessionLimits.variable,
            dropping: SuccessionLimits.ownVariables)
        var attempt = Attempt(process: process, channel: ends.takeOwn(), answer: answer)
        do throws(SystemError) {
            try Self.give(to: attempt.channel, give)
            attempt.registration = try loop.registerReader(attempt.channel.descriptor, handler: self)
        } catch {
            process.kill()
            _ = process.reap()
            throw error
        }
        let timer = loop.registerTimer(
            handler: ClosureHandler { [unowned self] in
                abandon("it has not begun to serve within \(SuccessionLimits.startMillis / 1_000) s")
            })
        loop.setDeadline(timer, after: SuccessionLimits.startMillis)
        attempt.timer = timer
        self.attempt = consume attempt
        return Int(process.number)
    }

    /// Only once there is somebody to take them: hundreds of sockets are more than waits in the connection.
    private static func give(
        to channel: borrowing ProcessChannel, _ give: (borrowing ProcessChannel) throws(SystemError) -> Void
    ) throws(SystemError) {
        do throws(SystemError) {
            try give(channel)
        } catch {
            // Of one that has ended already the end is told, with why.
            guard error.code == EPIPE else { throw error }
        }
    }

    /// Ends the process that was started, if it does not serve yet.
    func abandon(_ reason: String) {
        guard let attempt = takeAttempt() else { return }
        attempt.process.kill()
        _ = attempt.process.reap()
        onOutcome(.failed(process: Int(attempt.process.number), reason), attempt.answer)
    }

    /// Says that a reload is asked of this process: the other one, which may have read before that, is asked too when
    /// it serves.
    func noteReload() {
        attempt?.isReloadAsked = true
    }

    func onReady(_ readiness: Readiness) {
        let words: String?
        do throws(SystemError) {
            words = try attempt?.channel.receive()?.words
        } catch {
            return abandon("what it says cannot be read: \(error)")
        }
        guard let words else { return onEnd() }
        switch SuccessionMessage(words) {
        case .asksForLegacy: sendLegacy()
        case .refuses(let refusal): attempt?.refusal = refusal
        case .serves(let version):
            guard let attempt = takeAttempt() else { return }
            isOver = true
            if attempt.isReloadAsked { attempt.process.reload() }
            onOutcome(.served(process: Int(attempt.process.number), version: version), attempt.answer)
        default: break
        }
    }

    func onDeadline() {}

    private func sendLegacy() {
        do {
            let file = try MemoryFile.write(try legacy(), name: "martlet-legacy")
            try attempt?.channel.send(SuccessionMessage.legacy.words, with: file)
        } catch {
            abandon("what it is to know cannot be given to it: \(error)")
        }
    }

    /// The other process has ended before it served.
    private func onEnd() {
        guard let attempt = takeAttempt() else { return }
        // One that has closed its end alone would be waited for without end.
        attempt.process.kill(after: SuccessionLimits.endMillis)
        let ending =
            switch attempt.process.reap() {
            case .exited(let status): "it has ended with status \(status)"
            case .killed(let signal): "it was ended by signal \(signal)"
            case nil: "it has ended"
            }
        let words = attempt.refusal.map { "\(ending): \($0)" } ?? ending
        onOutcome(.failed(process: Int(attempt.process.number), words), attempt.answer)
    }

    private func takeAttempt() -> Attempt? {
        guard let attempt = attempt.take() else { return nil }
        if let timer = attempt.timer { loop.deregister(timer) }
        if let registration = attempt.registration {
            loop.deregister(registration, keeping: attempt.channel.descriptor)
        }
        return attempt
    }
}
