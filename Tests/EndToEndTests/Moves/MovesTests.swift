import Testing

extension EndToEnd {
    /// Sites that were Apache's, nginx's and HAProxy's: Martlet answers the same, or it is said why not.
    @Suite("Moves")
    struct MovesTests {
        @Test(
            "what both are asked is answered alike, but for the differences that are listed", .timeLimit(.minutes(3)),
            arguments: MoveRival.allCases)
        func move(from rival: MoveRival) throws {
            let faults = try rival.move.faults(MoveStage(rival))
            #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        }

        @Test("a move has 60 requests of names of their own, and a front 54 directives", arguments: MoveRival.allCases)
        func weight(of rival: MoveRival) throws {
            let names = Set(rival.move.requests.map(\.name))
            #expect(names.count == rival.move.requests.count && names.count >= 60)
            let lines = try MoveStage.file(rival.file).split(separator: "\n")
            #expect(lines.count { $0.contains(#/^ +[a-zA-Z_]/#) } >= 54)
            for difference in rival.move.differences {
                #expect(names.isSuperset(of: difference.requests), "\(difference.facets)")
            }
        }
    }
}
