import Glibc
import Logging
import Reactor
import Synchronization

/// Another process that takes this one's place (SIGUSR2, `martlet upgrade`).
extension Server {
    /// Starts it, unless one was started already.
    ///
    /// - Parameter answer: told once what has become of it.
    func upgrade(_ answer: @escaping Succession.Answer) {
        if let fault = upgradeFault {
            logger.warning("no process is started in place of this one: \(fault.words); \(fault.cure)")
            return answer(.failure(fault))
        }
        do throws(SystemError) {
            let process = try succession.begin(for: answer) { channel throws(SystemError) in
                try listening.give(to: channel)
            }
            logger.info("process \(process) was started in place of this one, which goes on until that one serves")
            supervisor.note(EdgeStatus.Upgrade(process: process, time: Clock.wallSeconds()))
        } catch {
            let path = ChildProcess.ownPath ?? "its program"
            let fault = SupervisionError(
                .exhausted, "\(path) cannot be started: \(error)",
                cure: "put a program there that can be, and ask again")
            logger.error("no process is started in place of this one: \(fault.words)")
            answer(.failure(fault))
        }
    }

    /// Why none can be started now.
    private var upgradeFault: SupervisionError? {
        if isEnding { return .processEnds }
        guard generations.isServing else {
            return SupervisionError(.impossible, "the process does not serve yet", cure: "ask again when it does")
        }
        if succession.isUnderWay {
            return SupervisionError(
                .impossible, "one that was started does not serve yet",
                cure: "wait for it: it has \(SuccessionLimits.startMillis / 1_000) s")
        }
        guard getpid() != 1 else {
            return SupervisionError(
                .impossible, "this is the first process of its container, which ends with it",
                cure: "start another container, and end this one with SIGTERM")
        }
        return nil
    }

    func makeSuccession(_ coding: Legacy.Coding) -> Succession {
        Succession(
            loop: loop,
            legacy: { [unowned self] in
                let isDrained = supervisor.handOver()
                let legacy = generations.legacy(
                    names: reloads.leftNames, isNodeDrained: isDrained, now: supervisor.nowMillis)
                guard let legacy else { preconditionFailure("whoever leaves something serves") }
                return try coding.encode(legacy)
            },
            onOutcome: { [unowned self] outcome, answer in onUpgrade(outcome, answer) })
    }

    private func onUpgrade(_ outcome: Succession.Outcome, _ answer: Succession.Answer) {
        switch outcome {
        case .failed(let process, _) where isEnding:
            logger.info("process \(process), which was to take the place of this one, is ended with it")
            answer(.failure(.processEnds))
        case .failed(let process, let words):
            supervisor.keep()
            logger.error("process \(process) does not take the place of this one, which goes on: \(words)")
            let upgrade = EdgeStatus.Upgrade(process: process, time: Clock.wallSeconds(), fault: words)
            supervisor.note(upgrade)
            answer(.success(upgrade))
        case .served(let process, let version):
            service?.name(process)
            for room in rooms { room.close() }
            listening.share()
            endReplaced(by: process)
            answer(.success(EdgeStatus.Upgrade(process: process, time: Clock.wallSeconds(), version: version)))
        }
    }
}
