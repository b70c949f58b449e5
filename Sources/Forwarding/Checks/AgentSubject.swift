import Balancing
import Model
import Reactor

/// A member's agent as the prober sees it: what it has said holds until it says something else, as in HAProxy; one that
/// does not answer says nothing.
///
/// Belongs to the prober's thread.
final class AgentSubject: ProbeAsker {
    private let agent: AgentConfiguration
    private var plan: ProbePlan
    private unowned let room: ProbingRoom
    private lazy var series = ProbeSeries(in: room, for: self)
    /// What it has said last.
    private var said: AgentReply?
    private var isSilent = false

    init(_ agent: AgentConfiguration, _ plan: ProbePlan, in room: ProbingRoom) {
        self.agent = agent
        self.plan = plan
        self.room = room
    }

    /// Asks for the first time.
    func begin() {
        series.ask()
    }

    /// Goes on for the member as a reload has it.
    func goOn(_ plan: ProbePlan) {
        self.plan = plan
    }

    /// Ends.
    ///
    /// - Parameter keeps: whether another one takes its place, so that what it has said holds until that says more.
    func end(keeps: Bool) {
        cancel()
        guard !keeps else { return }
        for cause in [HealthCause.agentDrain, .agentMaintenance, .agentDown] {
            plan.member.end(cause, atOnce: true, evidence: "it has no agent any more", now: room.now)
        }
        plan.member.setShare(percent: 100)
        plan.member.setMax(nil)
    }

    /// Ends with the process.
    func cancel() {
        series.cancel()
    }

    func onPauseEnd() {
        series.ask()
    }

    /// Asks: it is its turn.
    func start() {
        let addresses = plan.places(agent.address, agent.port)
        let dialogue = AgentDialogue(agent)
        guard !addresses.isEmpty else {
            series.end()
            return take(.undecided("it has no address"), dialogue)
        }
        let target = Probe.Target(addresses: addresses, timeoutMillis: agent.timeoutMilliseconds)
        series.begin(target, dialogue) { [unowned self] in take($0, dialogue) }
    }

    private func take(_ result: ProbeResult, _ dialogue: AgentDialogue) {
        series.pause(milliseconds: agent.intervalMilliseconds)
        guard result.hasPassed else {
            // Whether the member is well is its checks' matter.
            let words = "member \(plan.name): its agent says nothing: \(result.evidence)"
            if !isSilent { room.report(.information, words) }
            isSilent = true
            return
        }
        isSilent = false
        obey(dialogue.reply)
    }

    private func obey(_ reply: AgentReply) {
        let member = plan.member
        let wasDown = saysDown
        if let administration = reply.administration {
            set(.agentDrain, administration == .drain, administration.rawValue)
            set(.agentMaintenance, administration == .maint, administration.rawValue)
        }
        if let operation = reply.operation {
            let words = reply.description.isEmpty ? operation.rawValue : "\(operation.rawValue): \(reply.description)"
            set(.agentDown, operation != .up, words)
        }
        if let percent = reply.sharePercent { member.setShare(percent: percent) }
        if let count = reply.exchangesBound { member.setMax(count) }
        guard reply != said else {
            if wasDown, !saysDown { room.report(.information, plan.usedAgainWords) }
            return
        }
        if reply.unknownCount > 0 {
            room.report(.warning, "member \(plan.name): its agent says what is not known: \(reply.unknownCount) words")
        }
        let hold = reply.operation == .up && saysDown ? ProbePlan.heldWords : ""
        room.report(.information, "member \(plan.name): its agent says \(reply.words)\(hold)")
        said = reply
    }

    /// Whether the member is down for what it has said, or had said until lately.
    private var saysDown: Bool { plan.member.causes(now: room.now).contains(HealthCauses(.agentDown)) }

    private func set(_ cause: HealthCause, _ holds: Bool, _ words: String) {
        if holds {
            plan.member.begin(cause, evidence: "the agent says \(words)", now: room.now)
        } else {
            plan.member.end(cause, evidence: "the agent says \(words)", now: room.now)
        }
    }
}

extension AgentReply {
    /// What it says, as the agent could have written it.
    var words: String {
        var words = [
            administration?.rawValue, operation?.rawValue, sharePercent.map { "\($0)%" },
            exchangesMax.map { "maxconn:\($0)" },
        ].compactMap { $0 }
        if !description.isEmpty { words.append("#\(description)") }
        return words.isEmpty ? "nothing" : words.joined(separator: " ")
    }
}
