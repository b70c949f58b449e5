import Foundation
import Testing

extension EndToEnd {
    /// A member that answers, but slowly, unlike the others or like them.
    @Suite("Gray members")
    struct GrayMemberTests {
        /// Seconds that the others take, and that the gray one does: ten times as many.
        private static let (well, gray) = (0.01, 0.1)
        /// How often each of the clients asks in 12 s, when all members are gray.
        private static let askedMore = 120

        @Test(
            "ten times the group's latency: out within 10 s; when all are as slow, nobody is ejected",
            .timeLimit(.minutes(1)))
        func slow() throws {
            let members = try (0..<4).map { _ in try PacedMember() }
            for member in members { try member.setPace(Self.well) }
            var text = EdgeText(before: members.map(\.endpoint))
            text.balancer = ["eject: 5s"]
            let control = try ControlledMartlet(text)
            let errors = control.martlet.process.errors
            let load = SessionLoad(8, to: control.martlet.cleartext)
            try load.waitForMore(20)
            let begin = Clock.now
            try members[2].setPace(Self.gray)
            let line = try errors.wait(for: "member node3 of shop is ejected for 5 s: its answers take ")
            #expect(Clock.now - begin < 10, "\(line)")
            #expect(try control.member("node3")["causes"] as? [String] == ["ejection"])

            for member in members { try member.setPace(Self.gray) }
            try errors.wait(for: "member node3 of shop is ejected no longer")
            let written = errors.bytes.count
            try load.waitForMore(Self.askedMore, seconds: 40)
            #expect(load.stop().problems.isEmpty)
            let after = String(decoding: errors.bytes[written...], as: UTF8.self)
            #expect(!after.contains("is ejected for"), "\(after)")
            for member in 1...4 { #expect(try control.member("node\(member)")["state"] as? String == "usable") }
        }
    }
}
