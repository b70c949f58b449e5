import Foundation

/// A client that asks one front after the other the same, byte by byte.
final class MoveClient: Sendable {
    private let process: ChildProcess
    /// Whom it trusts.
    private let authority: String
    /// Members that are told when an event has been seen.
    private let members: [Int]

    init(trusting authority: String, members: [Int]) throws {
        process = try PythonScript.start("moves_client.py", [])
        self.authority = authority
        self.members = members
    }

    /// A question for `moves_client.py`.
    private struct Question: Encodable {
        var port: Int
        var from: String
        var authority: String?
        var name: String
        var head: String
        var content: String
        var `repeat`: Int
        var times: Int
        var kind: String
        var members: [Int]
    }

    /// Asks a front.
    func ask(_ request: MoveRequest, _ front: MoveFront) throws -> MoveAnswer {
        let question = Question(
            port: request.isSecure ? front.tls : front.cleartext, from: request.client,
            authority: request.isSecure ? authority : nil, name: String(request.host.prefix { $0 != ":" }),
            head: request.head,
            content: request.content, repeat: request.contentCount, times: request.times,
            kind: request.kind.rawValue, members: members)
        let before = process.output.bytes.count
        try process.write(String(decoding: JSONEncoder().encode(question), as: UTF8.self) + "\n")
        let line = try process.output.wait(seconds: 60, after: before) { $0.first }
        return try MoveAnswer(line, naming: front.names)
    }
}
