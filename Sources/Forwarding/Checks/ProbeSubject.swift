import Balancing
import Model
import Reactor
import TLS

/// A member as the prober sees it: what its checks have come to, and when the next one is made.
///
/// Belongs to the prober's thread. The verdict is the member's cause ``HealthCause/failedCheck``, which every worker
/// obeys with the next request.
final class ProbeSubject: ProbeAsker {
    private(set) var plan: ProbePlan
    private unowned let room: ProbingRoom
    private var course: CheckCourse
    private lazy var series = ProbeSeries(in: room, for: self)
    /// When the check that is under way began, in milliseconds of the loop's clock.
    private var began = 0
    /// Answers and failures of requests when the last check was due.
    private var known = Proof(answers: 0, failures: 0)
    /// Whether it was told why the member cannot be asked.
    private var isFaultTold = false
    private var agent: AgentSubject?
    /// Whether it was begun.
    private(set) var isBegun = false

    private struct Proof: Equatable {
        var answers: UInt64
        var failures: UInt64
    }

    /// Begins with what holds for the member.
    init(_ plan: ProbePlan, in room: ProbingRoom) {
        self.plan = plan
        self.room = room
        let isDown = plan.member.causes(now: room.now).contains(HealthCauses(.failedCheck))
        course = CheckCourse(isUp: !isDown)
    }

    /// Makes the first check at once.
    func begin() {
        isBegun = true
        if plan.check != nil { series.ask() }
        if let agent = plan.agent { beginAgent(agent) }
    }

    private func beginAgent(_ agent: AgentConfiguration) {
        self.agent = AgentSubject(agent, plan, in: room)
        self.agent?.begin()
    }

    /// Goes on with the plan of a reload: the verdict holds, and where nothing else is asked, so does what is counted.
    func goOn(_ plan: ProbePlan) {
        let former = self.plan
        self.plan = plan
        if !plan.continues(former) {
            series.cancel()
            course = CheckCourse(isUp: course.isUp)
            if plan.check != nil { series.ask() } else { forgetVerdict() }
        }
        guard plan.agent != former.agent || plan.addresses != former.addresses else {
            agent?.goOn(plan)
            return
        }
        agent?.end(keeps: plan.agent != nil)
        agent = nil
        if let agent = plan.agent { beginAgent(agent) }
    }

    /// Ends: the member is asked no more, and nothing of what was found out holds.
    func end() {
        series.cancel()
        forgetVerdict()
        agent?.end(keeps: false)
    }

    /// Ends with the process: what was found out is nobody's matter any more.
    func cancel() {
        series.cancel()
        agent?.cancel()
    }

    private func forgetVerdict() {
        course = CheckCourse()
        plan.member.end(.failedCheck, atOnce: true, evidence: "it is checked no more", now: room.now)
    }

    // MARK: - Asking

    func onPauseEnd() {
        guard let check = plan.check else { return }
        let state = plan.member.state
        let proof = Proof(
            answers: (1...4).reduce(0) { $0 + state.answerCount($1) },
            failures: state.failureCount + state.serverErrorCount)
        let isProven = proof.answers > known.answers && proof.failures == known.failures
        known = proof
        guard course.isDue(isProven: isProven, check.pace) else {
            plan.tally.countSaved()
            return schedule(check)
        }
        series.ask()
    }

    /// Makes the check: it is its turn.
    func start() {
        guard let check = plan.check else { return series.end() }
        began = room.loop.clock.nowMillis
        func giveUp(_ result: ProbeResult) {
            series.end()
            take(result, of: check)
        }
        let addresses = plan.places(check.address, check.port)
        guard !addresses.isEmpty else { return giveUp(.failed("it has no address")) }
        var target = Probe.Target(addresses: addresses, timeoutMillis: check.pace.timeout)
        if let tls = check.tls {
            do throws(TLSError) {
                target.tls = try room.context(for: tls, of: check.kind)
                target.name = Self.host(check.host)
                target.applicationProtocol = check.kind == .h2 || check.kind == .grpc ? "h2" : nil
            } catch {
                return giveUp(.undecided("tls-ca cannot be read: \(error.words)"))
            }
        }
        series.begin(target, dialogue(check)) { [unowned self] in take($0, of: check) }
    }

    private func dialogue(_ check: MemberCheck) -> (any ProbeDialogue)? {
        switch check.kind {
        case .tcp, .tls: nil
        case .http: HTTP1Dialogue(check)
        case .h2, .grpc: HTTP2Dialogue(check, buffers: room.buffers)
        case .ajp: AJPDialogue()
        case .fastcgi:
            check.path == nil ? FastCGIPingDialogue() : FastCGIPageDialogue(check, buffers: room.buffers)
        }
    }

    /// A host without its port and brackets.
    private static func host(_ text: String) -> String {
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        return text.contains(":") ? String(text.prefix { $0 != ":" }) : text
    }

    // MARK: - Results

    private func take(_ result: ProbeResult, of check: MemberCheck) {
        plan.tally.count(result, milliseconds: room.loop.clock.nowMillis - began)
        defer { schedule(check) }
        if case .undecided(let words) = result {
            if !isFaultTold { room.report(.warning, "member \(plan.name) cannot be checked: \(words)") }
            isFaultTold = true
            return
        }
        isFaultTold = false
        guard let change = course.take(result.hasPassed, check.pace) else { return }
        tell(change, result)
    }

    private func tell(_ change: CheckCourse.Change, _ result: ProbeResult) {
        let checks = change.checkCount == 1 ? "1 check" : "\(change.checkCount) checks in a row"
        let evidence = "\(result.evidence) (\(checks))"
        guard change.isUp else {
            plan.member.begin(.failedCheck, evidence: evidence, now: room.now)
            return room.report(.warning, "member \(plan.name) is down by its checks: \(evidence)")
        }
        plan.member.end(.failedCheck, evidence: evidence, now: room.now)
        let isHeld = plan.member.causes(now: room.now).contains(HealthCauses(.failedCheck))
        let words = isHeld ? ProbePlan.heldWords : ""
        room.report(.information, "member \(plan.name) is up by its checks: \(evidence)\(words)")
    }

    /// Lets the member have requests again that came and went, and has been well for long enough since.
    func endHold() {
        guard plan.member.advance(now: room.now) else { return }
        room.report(.information, plan.usedAgainWords)
    }

    private func schedule(_ check: MemberCheck) {
        series.pause(milliseconds: course.wait(check.pace, dice: room.dice()))
    }
}
