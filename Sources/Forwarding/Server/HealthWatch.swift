import Balancing
import Logging
import Model
import Reactor

/// Ejects members that err or are slow: looks at what they have answered each second, off every request's way. Tells
/// where so few can be used that checks and ejections are not heeded, and when they are again.
///
/// Belongs to the main thread. It has a timer only while a balancer wants it.
final class HealthWatch {
    /// Milliseconds between two looks.
    private static let pauseMillis = 1_000

    private let loop: EventLoop
    private let logger: Logger
    private var balancers: [Balancer] = []
    /// By the balancers' names.
    private var watches: [String: OutlierWatch] = [:]
    /// The names of balancers where checks and ejections are not heeded.
    private var unheeding: Set<String> = []
    private var timer: Registration?

    init(loop: EventLoop, logger: Logger) {
        self.loop = loop
        self.logger = logger
    }

    /// Looks after the members of this edge from here on.
    func install(_ edge: Edge) {
        let isTurning = !balancers.isEmpty
        balancers = edge.balancers.filter { balancer in
            let rules = balancer.chooser.healthRules
            return rules.ejection != nil || rules.panicPercent > 0 || rules.servesAnyway
        }
        unheeding.formIntersection(balancers.map(\.configuration.name))
        var watches: [String: OutlierWatch] = [:]
        for balancer in edge.balancers {
            let name = balancer.configuration.name
            if let rules = balancer.chooser.healthRules.ejection {
                watches[name] = OutlierWatch(rules, replacing: self.watches[name])
            } else if self.watches[name] != nil {
                balancer.chooser.endEjections(evidence: "eject is declared no longer", now: now)
            }
        }
        self.watches = watches
        if !isTurning, !balancers.isEmpty { setTimer() }
    }

    private var now: Int64 { Int64(loop.clock.nowMillis) }

    private func setTimer() {
        let timer = timer ?? loop.registerTimer(handler: ClosureHandler { [unowned self] in look() })
        self.timer = timer
        loop.setDeadline(timer, after: Self.pauseMillis)
    }

    private func look() {
        guard !balancers.isEmpty else { return }
        setTimer()
        for balancer in balancers {
            let name = balancer.configuration.name
            for change in watches[name]?.look(at: balancer.chooser, now: now) ?? [] { tell(change, of: balancer) }
            tellWhetherHeeded(balancer)
        }
    }

    private func tellWhetherHeeded(_ balancer: Balancer) {
        let name = balancer.configuration.name
        guard balancer.chooser.isIgnoringVerdicts(now: now) else {
            guard unheeding.remove(name) != nil else { return }
            return logger.info("balancer \(name): checks and ejections are heeded again")
        }
        guard unheeding.insert(name).inserted else { return }
        logger.warning("balancer \(name): too few of its members can be used: checks and ejections are not heeded")
    }

    private func tell(_ change: OutlierWatch.Change, of balancer: Balancer) {
        let member = "member \(balancer.chooser.members[change.member].name) of \(balancer.configuration.name)"
        guard let milliseconds = change.milliseconds else {
            return logger.info("\(member) is ejected no longer: \(change.evidence)")
        }
        let time = TimeWords.words(milliseconds: milliseconds)
        logger.warning("\(member) is ejected for \(time): \(change.evidence)")
    }
}
