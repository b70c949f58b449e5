import Foundation
import Testing

extension EndToEnd {
    /// Members are told `drain`, stopped, started again and resumed, one after the other, while browsers with sessions
    /// come and go.
    @Suite("Rolling deploy")
    struct RollingDeployTests {
        private static let routes = (1...4).map { "node\($0)" }
        private static let (browsers, visits) = (12, 15)

        @Test(
            "four Tomcats under sticky load: no request fails, POST included, and no session is lost",
            .timeLimit(.minutes(4)))
        func tomcats() throws {
            let folder = try TemporaryFolder()
            let tomcats = try DeployedTomcat.start(routes: Self.routes)
            let certificates = try Certificates.forShop(in: folder)
            var text = EdgeText(
                before: tomcats.map(\.endpoint), listeners: .tls,
                affinity: "{ cookie: JSESSIONID, parameter: jsessionid }")
            text.balancer = ["session-idle: 2s"]
            let control = try ControlledMartlet(text, in: folder)
            let load = try PythonScript.start(
                "sessions.py",
                ["--connect", "\(control.martlet.tls)", "--ca", certificates.authority, "--path", DeployedTomcat.page]
                    + ["--jars", "\(Self.browsers)", "--visits", "\(Self.visits)", "--pause", "0.02"])
            try load.output.waitForLines(Self.browsers * Self.visits * 4, seconds: 60)
            for tomcat in tomcats {
                let drained = try control.text("drain", "shop/\(tomcat.route)", "--wait", "--timeout", "60")
                #expect(drained == "shop/\(tomcat.route) is draining: 0 exchanges under way; 0 sessions left\n")
                try tomcat.stop()
                try tomcat.start()
                let resumed = try control.text("resume", "shop/\(tomcat.route)")
                #expect(resumed == "shop/\(tomcat.route) is usable\n")
                let written = load.output.bytes.count
                try load.output.wait(for: ".\(tomcat.route)\"", seconds: 60, after: written)
            }
            try load.write("stop\n")
            #expect(try load.waitForEnd(seconds: 60) == .exited(0))

            let jars = try SessionHistory(load.output.lines).jars
            for event in jars.joined() where !event.hasSucceeded { Issue.record("\(event)") }
            #expect(Set(jars.joined().map(\.method)) == ["GET", "POST"])
            for jar in jars {
                #expect(jar.count > Self.visits)
                let counts = jar.indices.map { $0 % Self.visits + 1 }
                #expect(jar.map { $0.count ?? 0 } == counts, "a session goes on from its first request to its last")
                for begin in stride(from: 0, to: jar.count, by: Self.visits) {
                    #expect(Set(jar[begin..<min(begin + Self.visits, jar.count)].map(\.session)).count == 1)
                }
            }
        }
    }
}
