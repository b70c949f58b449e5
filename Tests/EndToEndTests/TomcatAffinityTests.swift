import Foundation
import Testing

extension EndToEnd {
    /// Sessions of two Tomcats, tied by the route behind the dot of their JSESSIONID.
    @Suite("Affinity with Tomcat")
    struct TomcatAffinityTests {
        private static let routes = ["node1", "node2"]

        /// By plain routes, and by sealed ones, of which Tomcat notices nothing.
        static let modes = [
            "{ cookie: JSESSIONID, parameter: jsessionid }",
            "{ mode: sealed, cookie: JSESSIONID, parameter: jsessionid, key-file: affinity.keys }",
        ]

        private func start(in folder: TemporaryFolder, affinity: String = modes[0]) throws -> (
            tomcats: [Tomcat], martlet: MartletProcess, ca: String
        ) {
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let tomcats = try Tomcat.start(routes: TomcatAffinityTests.routes)
            let certificates = try Certificates.forShop(in: folder)
            let text = EdgeText(
                tomcats[0].endpoint, tomcats[1].endpoint, listeners: .tls,
                affinity: affinity
            ).text
            return (tomcats, try MartletProcess.run(text, in: folder), certificates.authority)
        }

        @Test(
            "1,000 requests of 20 jars, by cookie and by path, stay where they began", .timeLimit(.minutes(4)),
            arguments: modes)
        func staysWhereItBegan(_ affinity: String) throws {
            let (_, martlet, authority) = try start(in: TemporaryFolder(), affinity: affinity)
            let histories = try inParallel(20, threads: 4) { number in
                var curl = try Curl(to: martlet, authority: authority)
                // The path is that of the page, which is not rewritten, so under sealed routes it says nothing.
                let usesPath = number % 2 == 1 && affinity == Self.modes[0]
                if usesPath { curl.jar = nil }
                return try Self.visit(with: curl, usesPath: usesPath)
            }
            #expect(histories.map(\.count) == Array(repeating: 50, count: 20))
            for pages in histories {
                #expect(Set(pages.map(\.session)).count == 1)
                #expect(pages.map(\.count) == Array(1...50))
                #expect(Set(pages.map(\.method)) == ["GET", "POST"])
            }
            let routes = histories.compactMap { $0.first?.route }
            #expect(Set(routes) == Set(TomcatAffinityTests.routes))
        }

        /// 50 requests in runs of ten, so that each run has a connection of its own and any worker may take it.
        private static func visit(with curl: Curl, usesPath: Bool) throws -> [Tomcat.Page] {
            var pages: [Tomcat.Page] = []
            var target = "/counter.jsp"
            for run in 0..<6 {
                // The first run is one request, whose answer tells the path for the others.
                let turns = run == 0 ? 0..<1 : run == 5 ? 1..<10 : 0..<10
                let requests = turns.map { Curl.Request(target: target, form: $0 % 2 == 1 ? "field=value" : nil) }
                for answer in try curl.run(requests) {
                    guard answer.status == 200, let page = Tomcat.Page(answer.body) else {
                        throw HarnessError("answer \(answer) in run \(run)")
                    }
                    pages.append(page)
                }
                if usesPath, let first = pages.first { target = "/counter.jsp;jsessionid=\(first.session)" }
            }
            return pages
        }

        @Test(
            "one of two is killed under load: its sessions move and nothing else fails", .timeLimit(.minutes(4)),
            arguments: modes)
        func killed(_ affinity: String) throws {
            let (tomcats, martlet, authority) = try start(in: TemporaryFolder(), affinity: affinity)
            try SessionHistory.expectMoves(
                to: martlet, authority: authority, path: "/counter.jsp", places: Set(TomcatAffinityTests.routes),
                victim: "node1"
            ) {
                try tomcats[0].crash()
            }
        }

        @Test("a session of a route that nobody has is served and answered with a new one", .timeLimit(.minutes(2)))
        func unknownRoute() throws {
            let (_, martlet, authority) = try start(in: TemporaryFolder())
            var curl = try Curl(to: martlet, authority: authority)
            curl.jar = nil
            let fields = ["Cookie: JSESSIONID=AAAA.node9", "Cookie: other=1; JSESSIONID=BBBB; JSESSIONID=CCCC.node2"]
            for (field, route) in zip(fields, [nil, "node2"]) {
                let answers = try curl.run([.init(target: "/counter.jsp", fields: [field])])
                let page = try #require(Tomcat.Page(answers[0].body))
                #expect(page.count == 1)
                if let route { #expect(page.route == route) }
            }
        }
    }
}
