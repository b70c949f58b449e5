import Foundation
import Testing

extension EndToEnd {
    /// Sessions that two Tomcats copy to each other: who takes one over changes its route, and Martlet follows that.
    @Suite("Tomcat cluster")
    struct TomcatClusterTests {
        /// Balancers before the same two Tomcats, with what each has beside its members.
        private static let balancers: [(name: String, keys: [String])] = [
            ("plain", ["affinity: { cookie: JSESSIONID, parameter: jsessionid }"]),
            ("sealed", ["affinity: { mode: sealed, cookie: JSESSIONID, key-file: affinity.keys }"]),
            ("buddy", ["affinity: { cookie: JSESSIONID }", "failover: buddy", "buddy-field: X-Buddy"]),
        ]

        @Test(
            "a session outlives its member, stays where it was copied to, moves by the application's word and ends",
            .timeLimit(.minutes(2)))
        func life() throws {
            let cluster = try TomcatCluster.start()
            let visitors = try visitors(of: cluster)

            let logins = try visitors.map { try $0.visit("verb=login&user=\($0.name)") }
            let homes = logins.map(\.page.member)
            #expect(logins.allSatisfy { $0.page.count == 1 && $0.reason == "elected" && $0.cookie != nil })
            #expect(homes.count { $0 == "node1" } == 3 && homes.count { $0 == "node2" } == 3)
            for count in 2...3 { try expectStay(visitors, at: homes, count: count) }
            expectBuddies(try expectStay(visitors, at: homes, count: 4))

            try cluster.crash("node1")
            for (visitor, login) in zip(visitors, logins) { try expectTakenOver(visitor, login: login, count: 5) }
            let heirs = homes.map { _ in "node2" }
            for count in 6...8 { try expectStay(visitors, at: heirs, count: count) }

            try cluster.restart("node1")
            for visitor in visitors { try visitor.waitForStrangers(at: "node1") }
            expectBuddies(try expectStay(visitors, at: heirs, count: 9))

            for (visitor, login) in zip(visitors, logins) {
                let visit = try visitor.visit("verb=move&to=node1")
                #expect(visit.page.member == "node2" && visit.page.count == 10, "\(visit)")
                #expect(visit.page.session == login.page.identifier + ".node1" && visit.cookie != nil, "\(visit)")
            }
            expectBuddies(try expectStay(visitors, at: homes.map { _ in "node1" }, count: 11))

            for (visitor, login) in zip(visitors, logins) { try expectEnd(visitor, login: login, in: cluster) }
        }

        /// Each session goes on at its member, by the cookie that it has.
        @discardableResult
        private func expectStay(_ visitors: [Visitor], at members: [String], count: Int) throws -> [Visit] {
            try zip(visitors, members).map { visitor, member in
                let visit = try visitor.visit()
                #expect(visit.page.member == member && visit.page.count == count, "\(visit)")
                #expect(visit.page.user == visitor.name && visit.page.session.hasSuffix(".\(member)"), "\(visit)")
                #expect(visit.reason == "sticky" && visit.cookie == nil, "\(visit)")
                return visit
            }
        }

        /// Members are told each session's buddy by the balancer that has buddies: the other one.
        private func expectBuddies(_ visits: [Visit]) {
            for visit in visits {
                let other = visit.page.member == "node1" ? "node2" : "node1"
                #expect(visit.page.buddy == (visit.balancer == "buddy" ? other : "-"), "\(visit)")
            }
        }

        /// Without node1 node2 goes on with a session, and where it was not its own makes it so.
        private func expectTakenOver(_ visitor: Visitor, login: Visit, count: Int) throws {
            let visit = try visitor.visit()
            #expect(visit.page.member == "node2" && visit.page.count == count, "\(visit)")
            #expect(visit.page.user == visitor.name, "\(visit)")
            #expect(visit.page.session == login.page.identifier + ".node2", "\(visit)")
            if login.page.member == "node2" {
                #expect(visit.reason == "sticky" && visit.cookie == nil, "\(visit)")
            } else {
                let reasons = visitor.balancer == "buddy" ? ["buddy"] : ["member-tried", "member-in-error"]
                #expect(reasons.contains(visit.reason) && visit.cookie != nil, "\(visit)")
            }
        }

        /// A logout takes the cookie away, and no member knows the session any more.
        private func expectEnd(_ visitor: Visitor, login: Visit, in cluster: TomcatCluster) throws {
            let logout = try visitor.visit("verb=logout")
            #expect(logout.reason == "sticky" && logout.cookie == "" && logout.page.session == "-", "\(logout)")
            let after = try visitor.visit()
            #expect(after.reason == "elected" && after.page.session == "-" && after.cookie == nil, "\(after)")
            for member in cluster.members {
                let cookie = "Cookie: JSESSIONID=\(login.page.identifier).\(member.route)\r\n"
                let answer = try RawClient(member.endpoint).get(TomcatCluster.page, host: "localhost", fields: cookie)
                let page = try #require(TomcatCluster.Page(answer.text))
                #expect(page.member == member.route && page.session == "-")
            }
        }

        /// Starts Martlet with the balancers, and two visitors for each of them.
        private func visitors(of cluster: TomcatCluster) throws -> [Visitor] {
            let folder = try TemporaryFolder()
            try SealedAffinityTests.write(SealedAffinityTests.keys[0], in: folder)
            let certificates = try Certificates(in: folder)
            let names = Self.balancers.map { $0.name }
            try certificates.issue("shops", names: names.map { "\($0).example.com" }, serial: 1)
            var lines = ["listeners:", "  - address: \"127.0.0.1:0\"", "    tls: { certificates: certs/ }", "sites:"]
            lines += names.map { "  - { host: \($0).example.com, paths: { /: \($0) } }" }
            lines += ["balancers:"]
            for balancer in Self.balancers {
                lines += ["  \(balancer.name):"] + balancer.keys.map { "    " + $0 } + ["    members:"]
                // One that was in error may be elected soon after it is back.
                lines += cluster.members.map { member in
                    "      \(member.route): { url: \"\(member.endpoint.memberURL)\", retry: 500ms }"
                }
            }
            lines += ["explain-from: [127.0.0.1]", "workers: 2"]
            let martlet = try MartletProcess.run(lines.joined(separator: "\n") + "\n", in: folder)
            return try names.flatMap { name in
                try ["--http1.1", "--http2"].map { version in
                    var curl = try Curl(
                        to: martlet, host: "\(name).example.com", authority: certificates.authority)
                    curl.version = version
                    return Visitor(balancer: name, curl: curl)
                }
            }
        }
    }
}

/// What a visitor got.
private struct Visit {
    let balancer: String
    let page: TomcatCluster.Page
    /// Why Martlet gave the request to its member.
    let reason: String
    /// The session cookie's value, where the answer sets it; empty where it is taken away.
    let cookie: String?
}

/// A client of one balancer, with a jar of its own.
private struct Visitor {
    let balancer: String
    var curl: Curl

    var name: String { balancer + curl.version }

    /// Asks for the page, or posts a form to it.
    func visit(_ form: String? = nil) throws -> Visit {
        let data = form.map { ["--data", $0] } ?? []
        let answer = try curl.head(TomcatCluster.page, ["--header", "X-Martlet-Explain: 1"] + data)
        guard answer.status == 200, let page = TomcatCluster.Page(answer.text),
            let explained = answer["X-Martlet-Route"]?.split(separator: " ").map(String.init),
            let reason = explained.last, reason.hasPrefix("route_reason=")
        else { throw HarnessError("\(name): \(answer.headText)\(answer.text)") }
        #expect(explained.contains("balancer=\(balancer)") && explained.contains("member=\(page.member)"))
        let cookie = answer.cookie()?.value
        if let cookie, !cookie.isEmpty {
            // Only under sealed routes do clients see something else than members.
            #expect((cookie == page.session) == (balancer != "sealed"), "\(cookie) \(page)")
            #expect(balancer != "sealed" || cookie.hasPrefix("\(page.identifier).") && !cookie.contains("node"))
        }
        return Visit(
            balancer: balancer, page: page, reason: String(reason.dropFirst("route_reason=".count)), cookie: cookie)
    }

    /// Waits until clients without a session get to a member as well.
    func waitForStrangers(at member: String) throws {
        var stranger = self
        stranger.curl.jar = nil
        let deadline = Clock.now + 20
        while try stranger.visit().page.member != member {
            guard Clock.now < deadline else { throw HarnessError("\(balancer): nobody gets to \(member)") }
        }
    }
}
