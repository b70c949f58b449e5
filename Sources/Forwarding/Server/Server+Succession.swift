import Glibc
import Logging
import Reactor
import Synchronization

/// Another process that takes this one's place (SIGUSR2, `martlet upgrade`).
extension Server {
    /// Starts it, unless one was started already.
    func upgrade(_ answer: (Result<EdgeStatus.Upgrade, SupervisionError>) -> Void) {
        if let fault = upgradeFault {
            logger.warning("no process is started in place of this one: \(fault.words); \(fault.cure)")
            return answer(.failure(fault))
        }
        do throws(SystemError) {
            let process = try succession.begin { channel throws(SystemError) in try listening.give(to: channel) }
            let upgrade = EdgeStatus.Upgrade(process: process, time: Clock.wallSeconds(), fault: nil)
            logger.info("process \(process) was started in place of this one, which goes on until that one serves")
            supervisor.note(upgrade)
            answer(.success(upgrade))
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
        if isEnding {
            return SupervisionError(.ending, "the process ends", cure: "ask the one that is started after it")
        }
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
                let isDrained = supervisor.departure.withLock { $0.isAsked }
                guard let legacy = generations.legacy(isNodeDrained: isDrained, now: supervisor.nowMillis) else {
                    preconditionFailure("whoever leaves something serves")
                }
                return try coding.encode(legacy)
            },
            onOutcome: { [unowned self] outcome in onUpgrade(outcome) })
    }

    private func onUpgrade(_ outcome: Succession.Outcome) {
        switch outcome {
        case .failed(let process, let words):
            logger.error("process \(process) does not take the place of this one, which goes on: \(words)")
            supervisor.note(EdgeStatus.Upgrade(process: process, time: Clock.wallSeconds(), fault: words))
        case .served(let process):
            service?.name(process)
            for end in rooms { end() }
            listening.share()
            endReplaced(by: process)
        }
    }
}
