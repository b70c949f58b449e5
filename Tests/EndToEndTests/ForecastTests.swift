import Foundation
import Testing

extension EndToEnd {
    /// What `whatif` foretells beside what then happens.
    @Suite("Forecasts")
    struct ForecastTests {
        private static let names = ["node1", "node2", "node3", "node4"]
        private static let factors = ["1", "2", "1", "2"]

        private let members: [RecordingMember]
        private let folder: TemporaryFolder
        private let control: ControlledMartlet

        init() throws {
            members = try Self.names.map { try SessionMember.start($0) }
            folder = try TemporaryFolder()
            control = try ControlledMartlet(
                yaml: Self.configuration(members, count: 4, affinity: "{ mode: learn, cookie: SID }"), in: folder)
        }

        private static func configuration(_ members: [RecordingMember], count: Int, affinity: String) -> String {
            let lines = zip(zip(names, members), factors).prefix(count).map { member, factor in
                "      \(member.0): { url: \"\(member.1.endpoint.memberURL)\", load-factor: \(factor) }"
            }
            return """
                listeners:
                  - address: "127.0.0.1:0"
                sites:
                  - paths: { /: shop }
                balancers:
                  shop:
                    affinity: \(affinity)
                    members:
                \(lines.joined(separator: "\n"))
                workers: 2
                control: { socket: control.sock }

                """
        }

        /// Sessions by their cookies, with their members.
        private func begin(_ count: Int, on client: RawClient) throws -> [(cookie: String, member: String)] {
            try (0..<count).map { _ in
                let answer = try client.get("/login")
                return (SessionMember.cookie(of: answer), answer.text)
            }
        }

        /// The sessions in another order, the same in every run.
        private func mixed(_ sessions: [(cookie: String, member: String)]) -> [(cookie: String, member: String)] {
            sessions.indices.map { sessions[$0 * 2_917 % sessions.count] }
        }

        /// How many there are of each member; 0 for those without.
        private func tally(_ members: [String]) -> [String: Int] {
            var tally = Dictionary(uniqueKeysWithValues: Self.names.map { ($0, 0) })
            for member in members { tally[member, default: 0] += 1 }
            return tally
        }

        /// What is foretold of the balancer: its sessions that move, and how many each member has then.
        private func forecast(_ arguments: String...) throws -> (moved: Int, after: [String: Int]) {
            let object = try control.json(arguments: ["whatif"] + arguments)
            let balancer = try #require((object["balancers"] as? [[String: Any]])?.first)
            let members = try #require(balancer["members"] as? [[String: Any]])
            let after = members.map { ($0["name"] as? String ?? "", $0["sessions_after"] as? Int ?? -1) }
            return (try #require(balancer["moved"] as? Int), Dictionary(uniqueKeysWithValues: after))
        }

        /// Within 5 % of what happened.
        private func expect(_ foretold: Int, _ happened: Int, _ what: String) {
            #expect(abs(foretold - happened) * 20 <= happened, "\(what): \(foretold) foretold, \(happened) happened")
        }

        private func expect(_ foretold: [String: Int], _ happened: [String: Int]) {
            for (name, count) in happened { expect(foretold[name] ?? -1, count, name) }
        }

        @Test("drain: its sessions end one after the other, and who they are of comes back", .timeLimit(.minutes(1)))
        func drain() throws {
            let client = try RawClient(control.martlet.cleartext)
            let sessions = try begin(6_000, on: client)
            let foretold = try forecast("--drain", "node2")
            _ = try control.text("drain", "shop/node2")
            var moved = 0
            let homes = try mixed(sessions).map { cookie, member in
                #expect(try client.get(fields: cookie).text == member, "sessions stay while they last")
                guard member == "node2" else { return member }
                _ = try client.get("/logout", fields: cookie)
                moved += 1
                return try client.get("/login").text
            }
            expect(foretold.moved, moved, "moved")
            expect(foretold.after, tally(homes))
        }

        @Test("lose: a member dies, and its sessions go to the others", .timeLimit(.minutes(1)))
        func lose() throws {
            let client = try RawClient(control.martlet.cleartext)
            let sessions = try begin(6_000, on: client)
            let foretold = try forecast("--lose", "node1,node4")
            members[0].stop()
            members[3].stop()
            let homes = try mixed(sessions).map { cookie, member in
                (before: member, after: try client.get(fields: cookie).text)
            }
            expect(foretold.moved, homes.count { $0.before != $0.after }, "moved")
            expect(foretold.after, tally(homes.map(\.after)))
        }

        @Test("add, under mode hash: whoever comes takes keys of all others", .timeLimit(.minutes(1)))
        func add() throws {
            let affinity = "{ mode: hash, cookie: SID }"
            try control.martlet.writeConfiguration(Self.configuration(members, count: 3, affinity: affinity))
            _ = try control.martlet.reload()
            let client = try RawClient(control.martlet.cleartext)
            func homes() throws -> [String] {
                try (0..<12_000).map { try client.get(fields: "Cookie: SID=k\($0)\r\n").text }
            }
            // A session counts when its member has answered it again.
            for _ in 0..<2 { _ = try homes() }
            let before = try homes()
            let foretold = try forecast("--add", "node4=2")
            try control.martlet.writeConfiguration(Self.configuration(members, count: 4, affinity: affinity))
            _ = try control.martlet.reload()
            let after = try homes()
            expect(foretold.moved, zip(before, after).count { $0 != $1 }, "moved")
            expect(foretold.after, tally(after))
        }
    }
}
