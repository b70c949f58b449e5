import Balancing
import Forwarding
import Foundation
import Testing

/// What a process leaves of its members' health to one that is started after it.
@Suite("Verdicts that are left")
struct LeftVerdictsTests {
    private static func yaml(_ settings: String = "check: tcp", of names: [String] = ["node1", "node2"]) -> String {
        let members = names.map { "\($0): \"http://192.0.2.1\"" }.joined(separator: ", ")
        return """
            listeners: [{ address: "127.0.0.1:8080" }]
            sites: [{ paths: { /: shop } }]
            balancers: { shop: { \(settings), members: { \(members) } } }

            """
    }

    /// As it is when it was in a file.
    private func left(by stage: Stage, at time: Int = 1_000) throws -> LeftVerdicts {
        let bytes = try JSONEncoder().encode(LeftVerdicts(of: stage.edge, wallSeconds: time))
        return try JSONDecoder().decode(LeftVerdicts.self, from: bytes)
    }

    private func downStage(_ settings: String = "check: tcp") throws -> Stage {
        let stage = try Stage(yaml: Self.yaml(settings))
        stage.check(down: "node2")
        return stage
    }

    @Test("the failed check of a member holds in the next process, with why")
    func holds() throws {
        let next = try Stage(yaml: Self.yaml())
        #expect(try left(by: downStage()).give(to: next.edge, now: next.now) == 1)
        #expect(next.member("node2").causes(now: next.now) == HealthCauses(.failedCheck))
        #expect(next.member("node2").history.map(\.evidence) == ["refused, before the restart"])
        #expect(next.member("node1").causes(now: next.now).isEmpty)
        for _ in 0..<4 { #expect(try next.ask().member == "node1") }
    }

    @Test("what nobody would end does not: without a check or agent, of another name, at another address")
    func others() throws {
        let left = try left(by: downStage())
        for yaml in [
            Self.yaml("method: byrequests"), Self.yaml("agent: 9707"), Self.yaml(of: ["node1", "node3"]),
            Self.yaml().replacing("shop", with: "other"),
        ] {
            let next = try Stage(yaml: yaml)
            #expect(left.give(to: next.edge, now: next.now) == 0)
            #expect(try next.ask().client.status == 200)
        }
        // Its address goes by its place.
        let moved = try Stage(yaml: Self.yaml(of: ["node2", "node1"]))
        #expect(left.give(to: moved.edge, now: moved.now) == 0)
    }

    @Test("what agents have said is left, and what operators have said or was ejected is not")
    func causes() throws {
        let stage = try Stage(yaml: Self.yaml("agent: 9707"))
        stage.member("node1").begin(.agentMaintenance, evidence: "maint", now: stage.now)
        for cause in [HealthCause.operatorDrain, .operatorMaintenance, .ejection, .failedCheck] {
            stage.member("node2").begin(cause, evidence: "told", now: stage.now)
        }
        let next = try Stage(yaml: Self.yaml("agent: 9707"))
        #expect(try left(by: stage).give(to: next.edge, now: next.now) == 1)
        #expect(next.member("node1").causes(now: next.now) == HealthCauses(.agentMaintenance))
        #expect(next.member("node2").causes(now: next.now).isEmpty)
    }

    @Test(
        "for a minute and no longer, and not of a time to come",
        arguments: [(1_000, true), (1_060, true), (1_061, false), (999, false), (Int.max, false), (Int.min, false)])
    func age(now: Int, isFresh: Bool) throws {
        #expect((try left(by: downStage()).doubt(wallSeconds: now) == nil) == isFresh)
    }

    @Test(
        "bytes that say something else are refused or hold for nobody",
        arguments: [
            #"{"form":"martlet-verdicts-2","time":1000,"members":[]}"#,
            #"{"form":"martlet-verdicts-1","time":-9223372036854775808,"members":[]}"#,
            #"{"form":"martlet-verdicts-1","time":1e30,"members":[]}"#, #"{"form":1}"#, "[[[[[[", "", "\u{FEFF}{}",
            #"{"form":"martlet-verdicts-1","time":1000,"members":[{"balancer":"shop"}]}"#,
        ])
    func foreign(text: String) {
        let left = try? JSONDecoder().decode(LeftVerdicts.self, from: Data(text.utf8))
        #expect(left?.doubt(wallSeconds: 1_000) != nil || left == nil)
    }

    @Test("a hostile file puts no control characters anywhere, names no cause that nobody has, and doubles count once")
    func hostile() throws {
        let next = try Stage(yaml: Self.yaml())
        let address = "192.0.2.2:80"
        let member = #"{"balancer":"shop","name":"node2","addresses":["\#(address)"],"causes":"#
        let long = String(repeating: "x", count: 5_000)
        let text = """
            {"form":"martlet-verdicts-1","time":1000,"members":[
            \(member){"check":"a\\u001b[31m\\n\(long)","reboot":"now","request-error":"x"}},
            \(member){"drain":"x"}}]}
            """
        let left = try JSONDecoder().decode(LeftVerdicts.self, from: Data(text.utf8))
        #expect(left.doubt(wallSeconds: 1_000) == nil && left.give(to: next.edge, now: next.now) == 1)
        #expect(next.member("node2").causes(now: next.now) == HealthCauses(.failedCheck))
        let evidence = try #require(next.member("node2").history.first?.evidence)
        #expect(evidence.hasPrefix("a?[31m?xxx") && evidence.utf8.count < 300)
    }
}
