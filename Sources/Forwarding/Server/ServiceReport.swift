import Logging
import Reactor

/// Tells the service manager that has started the process how it is (sd_notify(3)): that it serves, reads a
/// configuration anew, ends, and that each worker turns.
///
/// Belongs to the main thread. There is none where nobody wants to hear.
package final class ServiceReport {
    /// How often in the time that the manager gives workers are asked: twice may be lost to a busy machine.
    private static let roundsPerTime = 3
    /// Letters of a status: with at most four bytes each, half of what the manager reads of a datagram (4,096 bytes).
    private static let statusMax = 500
    /// What the end takes beside the drain: those who linger, a password, files and both logs.
    private static let endMillis = 8_000

    private let socket: NotifySocket
    private let logger: Logger
    /// Whether the manager keeps the listening sockets for the process that it starts next.
    private let handsOver: Bool
    /// Workers that have not said since they were asked that they turn.
    private var awaited: Set<Int> = []
    private var isUnheard = false
    private var round: Registration?

    /// Opens the way to the manager.
    ///
    /// - Parameter handsOver: whether the manager keeps the listening sockets.
    /// - Returns: `nil` where nobody has started the process who wants to hear.
    init?(logger: Logger, handsOver: Bool) {
        guard let name = NotifySocket.name else { return nil }
        do throws(SystemError) {
            socket = try NotifySocket(name: name)
        } catch {
            logger.warning("the service manager is told nothing, as \(name) in NOTIFY_SOCKET cannot be used: \(error)")
            return nil
        }
        self.logger = logger
        self.handsOver = handsOver
    }

    // MARK: - The process

    /// Says that every worker serves what was read last.
    func ready(_ status: String) {
        send("READY=1", status: status)
    }

    /// Says that a configuration is read anew, until ``ready(_:)``.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds() / 1_000)")
    }

    /// Says that the process ends, and by when it will have, so that it is not killed before that.
    ///
    /// - Parameter drainMillis: what exchanges have.
    func stopping(_ status: String, drainMillis: Int) {
        let micros = (drainMillis + Self.endMillis) * 1_000
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(micros)", status: status)
    }

    /// Says that another process is the service from now on: it is heard, and this one is no more.
    func name(_ process: Int) {
        send("MAINPID=\(process)\nREADY=1", status: "process \(process) serves in place of the one before")
    }

    /// Gives the manager, if it keeps them, the sockets that clients connect to, for the process that it starts next:
    /// whoever connects meanwhile waits for that one.
    func handOver(_ sockets: [ListeningSocket]) {
        guard handsOver else { return }
        for listening in sockets where !listening.address.isUnix {
            do throws(SystemError) {
                try socket.store(listening)
                listening.share()
            } catch {
                logger.warning("\(listening.address) is closed, as the service manager does not take it: \(error)")
            }
        }
    }

    private func send(_ variables: String, status: String? = nil) {
        let line = status.map { "\nSTATUS=" + Self.line($0) } ?? ""
        do throws(SystemError) {
            try socket.send(variables + line)
        } catch {
            guard !isUnheard else { return }
            isUnheard = true
            logger.warning("the service manager does not hear what is told to it: \(error)")
        }
    }

    /// A text as one line: each line is a variable.
    private static func line(_ text: String) -> String {
        let letters = text.unicodeScalars.prefix(statusMax).map { $0.value < 0x20 ? " " : $0 }
        return String(String.UnicodeScalarView(letters))
    }

    // MARK: - Workers

    /// Begins to ask workers whether they turn, where the manager wants to know.
    func watch(_ generations: Generations, on loop: EventLoop) {
        guard let micros = NotifySocket.watchdogMicroseconds, round == nil else { return }
        let millis = max(1, micros / 1_000 / Self.roundsPerTime)
        let timer = loop.registerTimer(
            handler: ClosureHandler { [unowned self, generations, loop] in
                if let round { loop.setDeadline(round, after: millis) }
                // One that has not answered yet will answer this.
                guard awaited.isEmpty else { return }
                awaited = Set(generations.workers.map(\.handle.index))
                generations.tell(.pulse)
            })
        round = timer
        loop.setDeadline(timer, after: 0)
    }

    /// Hears that a worker turns; when all of them do, and so does this thread, the process is alive.
    func onTurn(_ worker: Int) {
        guard awaited.remove(worker) != nil, awaited.isEmpty else { return }
        send("WATCHDOG=1")
    }
}

extension Receipt {
    /// What the service manager shows of the process since.
    var status: String {
        switch outcome {
        case .accepted: "generation \(generation) is served by every worker; last reload: \(summary)"
        case .rejected: "generation \(generation) goes on; last reload rejected: \(error ?? summary)"
        }
    }
}
