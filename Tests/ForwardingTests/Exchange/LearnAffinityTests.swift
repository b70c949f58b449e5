import Testing

/// `mode: learn`: the member that has set the session's cookie.
@Suite("Affinity by learning, in process")
struct LearnAffinityTests {
    private static let three = ["node1": "", "node2": "", "node3": ""]
    private static let affinity = "affinity: { mode: learn, cookie: SID, parameter: sid }\n"

    private func stage(_ settings: String = "", members: [String: String] = Self.three) throws -> Stage {
        try Stage(members, settings: Self.affinity + settings, edge: Stage.explaining)
    }

    /// Begins a session.
    ///
    /// - Returns: whose it is.
    @discardableResult
    private func begin(_ stage: Stage, _ session: String, cookie: String? = nil) throws -> String {
        let set = "Set-Cookie: SID=\(session); Path=/; HttpOnly"
        return try stage.ask("/login", cookie: cookie, answer: Answer.whole(200, set)).member
    }

    private func decide(_ stage: Stage, _ session: String) throws -> String {
        let reply = try stage.ask(cookie: "SID=\(session)")
        return "\(reply.member) \(reply.reason)"
    }

    @Test("a session stays where it was begun")
    func begun() throws {
        let stage = try stage()
        let owners = try (0..<9).map { try begin(stage, "s\($0)") }
        #expect(owners == (0..<9).map { "node\($0 % 3 + 1)" }, "where it is begun, the election says")
        for _ in 0..<2 {
            for (number, owner) in owners.enumerated() { #expect(try decide(stage, "s\(number)") == "\(owner) sticky") }
        }
    }

    @Test("it is found in the path and the query as well, before the cookie")
    func parameter() throws {
        let stage = try stage()
        for number in 0..<3 {
            let owner = try begin(stage, "s\(number)")
            for target in ["/x;sid=s\(number)/y", "/x?y=z&sid=s\(number)"] {
                let reply = try stage.ask(target, cookie: "SID=other")
                #expect(reply.member == owner && reply.reason == "sticky", "\(target)")
            }
        }
    }

    @Test("one that nobody has begun goes by its hash, and stays there")
    func unknown() throws {
        let stages = [try stage(), try stage()]
        for number in 0..<20 {
            let decisions = try stages.flatMap { stage in try (0..<2).map { _ in try decide(stage, "u\(number)") } }
            #expect(Set(decisions).count == 1 && decisions[0].hasSuffix(" hashed"))
        }
    }

    @Test("an answer that replaces the session's cookie: the new one is the member's, and the old one for a while")
    func renewed() throws {
        let stage = try stage()
        let owner = try begin(stage, "old")
        #expect(try begin(stage, "new", cookie: "SID=old") == owner)
        for session in ["new", "old"] { #expect(try decide(stage, session) == "\(owner) sticky") }
    }

    @Test(
        "an answer that clears the cookie ends the session",
        arguments: ["SID=; Path=/", "SID=x; Max-Age=0", "SID=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT; Path=/"])
    func cleared(cookie: String) throws {
        let stage = try stage()
        let owner = try begin(stage, "s1")
        #expect(try decide(stage, "s1") == "\(owner) sticky")
        let logout = try stage.ask("/logout", cookie: "SID=s1", answer: Answer.whole(200, "Set-Cookie: \(cookie)"))
        #expect(logout.member == owner && logout.cookies == [cookie])
        #expect(try decide(stage, "s1").hasSuffix(" hashed"))
    }

    @Test("one that was not seen for session-idle is forgotten; to be seen is to be asked for")
    func idle() throws {
        let stage = try stage("session-idle: 10s")
        let owner = try begin(stage, "s1")
        for _ in 0..<3 {
            stage.pass(milliseconds: 9_000)
            #expect(try decide(stage, "s1") == "\(owner) sticky")
        }
        stage.pass(milliseconds: 11_000)
        #expect(try decide(stage, "s1").hasSuffix(" hashed"))
    }

    @Test("recovery: a session that was moved to its buddy stays there, or returns", arguments: ["stay", "return"])
    func recovery(policy: String) throws {
        let stage = try stage("failover: buddy\nrecovery: \(policy)", members: Self.three.merging(["node4": ""]) { $1 })
        for number in 0..<8 {
            let session = "s\(number)"
            let owner = try begin(stage, session)
            stage.fail(owner)
            let moved = try decide(stage, session)
            let buddy = String(moved.prefix { $0 != " " })
            #expect(moved.hasSuffix(" buddy") && buddy != owner)
            let again = try decide(stage, session)
            #expect(again == (policy == "stay" ? "\(buddy) sticky" : "\(buddy) buddy"))
            stage.pass(milliseconds: 60_000)
            #expect(try decide(stage, session) == "\(policy == "stay" ? buddy : owner) sticky")
        }
    }

    @Test("a reload: members keep their sessions by their names and by what they were called; others' are free")
    func reload() throws {
        let stage = try stage()
        let owners = try (0..<9).map { try begin(stage, "s\($0)") }
        try stage.serve(
            Stage.text(["node3": "", "renamed": "was: node2"], settings: Self.affinity, edge: Stage.explaining))
        for (number, owner) in owners.enumerated() {
            let decision = try decide(stage, "s\(number)")
            switch owner {
            case "node2": #expect(decision == "renamed sticky")
            case "node3": #expect(decision == "node3 sticky")
            default: #expect(decision.hasSuffix(" hashed"))
            }
        }
    }

    @Test("method bysessions: whoever has the fewest gets the next one, and an end is seen at once")
    func bySessions() throws {
        let stage = try stage("method: bysessions")
        let owners = try (0..<6).map { try begin(stage, "s\($0)") }
        #expect(owners.sorted() == ["node1", "node1", "node2", "node2", "node3", "node3"])
        let ended = owners.firstIndex(of: "node2") ?? 0
        try stage.ask("/logout", cookie: "SID=s\(ended)", answer: Answer.whole(200, "Set-Cookie: SID=; Max-Age=0"))
        #expect(try begin(stage, "s6") == "node2")
        // One that is replaced is still one.
        let renewed = owners.firstIndex(of: "node3") ?? 0
        try begin(stage, "s7", cookie: "SID=s\(renewed)")
        #expect(try Set((8..<11).map { try begin(stage, "s\($0)") }) == ["node1", "node2", "node3"])
    }
}
