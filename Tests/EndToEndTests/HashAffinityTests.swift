import Foundation
import Testing

extension EndToEnd {
    /// Requests that are given to members by the hash of a key.
    @Suite("Affinity by hash")
    struct HashAffinityTests {
        /// Who answers for each of some keys, by a request that a key makes.
        private func owners(
            at martlet: MartletProcess, _ request: (Int) -> (target: String, fields: String)
        ) throws -> [String] {
            let client = try RawClient(martlet.cleartext)
            return try (0..<40).map { number in
                let (target, fields) = request(number)
                return try client.get(target, fields: fields).text
            }
        }

        @Test(
            "a key's requests go to one member, of every worker and of two processes", .timeLimit(.minutes(1)),
            arguments: ["cookie: SID", "parameter: sid", "field: X-User", "of: path"])
        func keys(_ key: String) throws {
            let members = try (1...4).map { try RecordingMember(answering: "\($0)") }
            let text = EdgeText(before: members.map(\.endpoint), affinity: "{ mode: hash, \(key) }").text
            let martlets = try (0..<2).map { _ in try MartletProcess.run(text, in: TemporaryFolder()) }
            let request = { (number: Int) -> (String, String) in
                switch key {
                case "cookie: SID": ("/", "Cookie: a=b; SID=\"k\(number)\"\r\n")
                case "parameter: sid": ("/x?y=1&sid=k\(number)", "")
                case "of: path": ("/k\(number)?\(Int.random(in: 0..<1_000))", "")
                default: ("/", "x-uSER: k\(number)\r\n")
                }
            }
            let first = try owners(at: martlets[0], request)
            #expect(Set(first) == ["1", "2", "3", "4"])
            for martlet in martlets { for _ in 0..<3 { #expect(try owners(at: martlet, request) == first) } }
        }
    }
}
