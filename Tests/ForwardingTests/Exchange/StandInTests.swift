import Balancing
import Forwarding
import Reactor
import Testing

/// Another balancer answers where no member of the path's own may be given a request (`all-down`).
@Suite("Balancers that stand in, in process")
struct StandInTests {
    private static let yaml = """
        listeners: [{ address: "127.0.0.1:8080" }]
        sites:
          - paths: { /: shop, /plain: plain }
        balancers:
          shop:
            affinity: { cookie: SID }
            all-down: { balancer: spare }
            members: { node1: "http://192.0.2.1", node2: "http://192.0.2.2" }
          spare:
            affinity: { cookie: SID }
            all-down: { balancer: last }
            members: { spare1: "http://192.0.2.11", spare2: "http://192.0.2.12" }
          last: { affinity: insert, members: { last1: "http://192.0.2.21" } }
          plain: { members: { plain1: "http://192.0.2.31" } }
        \(Stage.explaining)
        \(Stage.logging)

        """

    private func stage(way: Way = Way()) throws -> Stage {
        let text = way.member == .http1 ? Self.yaml : Self.yaml.replacing("http://", with: "h2c://")
        return try Stage(yaml: text, way: way)
    }

    private func check(down names: String..., of balancer: Int, _ stage: Stage) {
        for name in names {
            stage.member(name, ofBalancer: balancer).begin(.failedCheck, evidence: "refused", now: stage.now)
        }
    }

    @Test("while a member is left the path's own balancer answers", arguments: Way.all)
    func own(way: Way) throws {
        let stage = try stage(way: way)
        #expect(try stage.ask().reason == "elected")
        stage.check(down: "node1")
        let reply = try stage.ask(cookie: "SID=a.node1")
        #expect(reply.member == "node2" && reply.reason == "member-in-error")
        #expect(reply.decision.hasPrefix("balancer=shop"))
    }

    @Test("where checks leave nobody the other one does, and says so", arguments: Way.all)
    func allDown(way: Way) throws {
        let stage = try stage(way: way)
        stage.check(down: "node1", "node2")
        let reply = try stage.ask()
        #expect(reply.client.status == 200 && reply.member.hasPrefix("spare"))
        #expect(reply.reason == "balancer-down" && reply.decision.hasPrefix("balancer=spare"))
        let line = try #require(stage.takeLines().last)
        #expect(line.contains("\"balancer\":\"spare\"") && line.contains("\"route_reason\":\"balancer-down\""))
        stage.check(well: "node2")
        #expect(try stage.ask().member == "node2")
        #expect(stage.isQuiet)
    }

    @Test("the other one's sessions stay with their members there", arguments: ["spare1", "spare2"])
    func sessions(member: String) throws {
        let stage = try stage()
        stage.check(down: "node1", "node2")
        for _ in 0..<4 {
            #expect(try stage.ask(cookie: "SID=a.\(member)").member == member)
            #expect(try stage.ask(cookie: "SID=a.node1; SID=a.\(member)").member == member)
        }
    }

    @Test("one leads to the next, and where nobody is left anywhere the path's own balancer refuses")
    func chain() throws {
        let stage = try stage()
        stage.check(down: "node1", "node2")
        check(down: "spare1", "spare2", of: 1, stage)
        let reply = try stage.ask()
        #expect(reply.member == "last1" && reply.cookie("MARTLET_last") != nil)
        check(down: "last1", of: 2, stage)
        #expect(try stage.get().outcome == .refused(503, "no-member"))
        #expect(stage.takeLines().last?.contains("\"balancer\":\"shop\"") == true && stage.isAtRest)
    }

    @Test("the request that finds the last member gone goes there too", arguments: Way.all)
    func lostUnder(way: Way) throws {
        let stage = try stage(way: way)
        stage.refusals = ["node1": SystemError("connect", code: 111), "node2": SystemError("connect", code: 111)]
        let reply = try stage.ask(cookie: "SID=a.node1")
        #expect(reply.client.status == 200 && reply.member.hasPrefix("spare") && reply.reason == "balancer-down")
        let line = try #require(stage.takeLines().last)
        #expect(line.contains("\"balancer\":\"spare\"") && line.contains("\"attempts\":3"))
        #expect(stage.isInError("node1") && stage.isInError("node2") && stage.isQuiet)
    }

    @Test("it finds the next one and the next, and is refused where nobody is left at any")
    func lostOnTheWay() throws {
        let stage = try stage()
        let refusal = SystemError("connect", code: 111)
        for name in ["node1", "node2", "spare1", "spare2"] { stage.refusals[name] = refusal }
        let reply = try stage.ask()
        #expect(reply.member == "last1" && reply.cookie("MARTLET_last") != nil)
        let other = try self.stage()
        for name in ["node1", "node2", "spare1", "spare2", "last1"] { other.refusals[name] = refusal }
        #expect(try other.get().outcome == .refused(503, "no-member") && other.isAtRest)
    }

    @Test("it takes its content along, and what a member may have done already is not done again")
    func lostWithContent() throws {
        let stage = try stage()
        stage.opensAtOnce = false
        let client = try stage.post(length: 4)
        client.send("ping")
        client.end()
        stage.last.fail(.connect("refused"))
        stage.last.fail(.connect("refused"))
        #expect(stage.last.member.hasPrefix("spare"))
        stage.last.accept()
        #expect(stage.last.request.hasSuffix("\r\n\r\nping"))
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole)
        stage.opensAtOnce = true
        stage.pass(milliseconds: 60_000)
        let again = try stage.post(length: 4)
        again.send("ping")
        again.end()
        stage.check(down: "node1", "node2")
        stage.last.end()
        #expect(again.outcome == .refused(502, "answer-broken"))
    }

    @Test("members in error are left alone meanwhile, and are tried when their time is over")
    func inError() throws {
        let stage = try stage()
        stage.fail("node1", "node2")
        #expect(try stage.ask().reason == "balancer-down")
        #expect(stage.isInError("node1") && stage.isInError("node2"), "nobody has forced a recovery")
        stage.pass(milliseconds: 60_000)
        #expect(try stage.ask().member.hasPrefix("node"))
    }

    @Test("where all are draining their sessions stay, and whoever has none goes to the other one")
    func draining() throws {
        let stage = try stage()
        for name in ["node1", "node2"] {
            stage.member(name).begin(.operatorDrain, evidence: "martlet drain", now: stage.now)
        }
        #expect(try stage.ask(cookie: "SID=a.node2").reason == "sticky")
        #expect(try stage.ask().member.hasPrefix("spare"))
        #expect(try stage.ask(cookie: "SID=a.spare2").member == "spare2")
        stage.check(down: "node2")
        #expect(try stage.ask(cookie: "SID=a.node1").member == "node1")
        #expect(try stage.ask(cookie: "SID=a.node2").member.hasPrefix("spare"))
    }

    @Test("a balancer without one goes on as before")
    func without() throws {
        let stage = try stage()
        check(down: "plain1", of: 3, stage)
        #expect(try stage.get("/plain").outcome == .refused(503, "no-member"))
    }

    @Test("martlet explain says the same, and nothing is counted")
    func explained() throws {
        let stage = try stage()
        func explain(_ cookie: String? = nil) throws -> Explanation {
            var explainer = Explainer(
                edge: stage.edge, keys: stage.edge.balancers.map { _ in nil }, now: stage.now)
            return try explainer.explain(ExplainedRequest(cookie: cookie))
        }
        #expect(try explain().balancer == "shop")
        stage.check(down: "node1", "node2")
        let explanation = try explain("SID=a.spare2")
        #expect(explanation.balancer == "spare" && explanation.member == "spare2")
        #expect(explanation.routeReason == "balancer-down" && explanation.routeAsked == "spare2")
        #expect(stage.isQuiet)
    }

    @Test("a request that a member has keeps it while its balancer goes down")
    func underWay() throws {
        let stage = try stage()
        let client = try stage.get()
        stage.check(down: "node1", "node2")
        stage.last.answer(Answer.empty)
        #expect(client.outcome == .whole && client.status == 200 && stage.isQuiet)
    }
}
