import Forwarding

/// A place in an exchange at which its client leaves.
enum CancellationStep: String, CaseIterable, Sendable {
    case held, waiting, connecting
    case halfHead, halfContent, halfChunks, paused, asking, probed
    case requestSent, interim, answerHead, halfAnswer, halfChunkedAnswer, blockedAnswer
    case halfCodedAnswer, restOfCodedAnswer, restOfBrokenAnswer
    case earlyAnswer, tunnel, blockedTunnel
    case successor, again

    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let coded = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// What the access log says of it.
    var reason: String { self == .restOfBrokenAnswer ? "answer-broken" : "client-gone" }

    /// Whether the member has done its part, so that its connection has gone back to its pool.
    var isAnswered: Bool { self == .restOfCodedAnswer }

    /// Whether no member has been asked.
    var isBeforeMembers: Bool { self == .held || self == .waiting }

    /// Takes a client there.
    ///
    /// - Returns: the client.
    func arrange(_ stage: Stage) throws -> ScriptedClient {
        switch self {
        case .held: try stage.post("/left", length: 10, fields: Stage.asAda)
        case .waiting, .connecting, .halfHead, .halfContent, .halfChunks, .paused, .asking, .probed, .requestSent:
            try arrangeRequest(stage)
        case .tunnel, .blockedTunnel:
            try arrangeTunnel(stage)
        case .halfCodedAnswer, .restOfCodedAnswer, .restOfBrokenAnswer:
            try arrangeCodedAnswer(stage)
        case .interim, .answerHead, .halfAnswer, .halfChunkedAnswer, .blockedAnswer, .earlyAnswer, .successor, .again:
            try arrangeAnswer(stage)
        }
    }

    private func arrangeRequest(_ stage: Stage) throws -> ScriptedClient {
        stage.opensAtOnce = ![.connecting, .halfHead, .paused].contains(self)
        let client =
            switch self {
            case .waiting, .connecting, .halfHead: try stage.get("/left")
            case .halfChunks: try stage.post("/left", length: nil)
            case .asking: try stage.post("/left", length: 5, fields: "Expect: 100-continue")
            case .paused: try stage.post("/left", length: 40_000)
            default: try stage.post("/left", length: 10)
            }
        switch self {
        case .halfHead:
            stage.last.window = 20
            stage.last.accept()
        case .halfContent, .halfChunks, .probed:
            client.send("hello")
        case .paused:
            stage.last.window = 500
            stage.last.accept()
            client.send(Octets.pattern(40_000))
        case .requestSent:
            client.send("helloworld")
            client.end()
        default: break
        }
        return client
    }

    private func arrangeAnswer(_ stage: Stage) throws -> ScriptedClient {
        let client = try self == .earlyAnswer ? stage.post("/left", length: 10) : stage.get("/left")
        let member = stage.last
        switch self {
        case .interim: member.answer("HTTP/1.1 103 Early Hints\r\n\r\n")
        case .answerHead: member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        case .halfAnswer:
            member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
            member.pause()
        case .halfChunkedAnswer: member.answer(Self.chunked + "4\r\nhalf\r\n8\r\nx")
        case .blockedAnswer:
            client.window = 2
            member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsomewhat")
        case .earlyAnswer:
            client.send("hello")
            member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        case .successor:
            stage.opensAtOnce = false
            member.answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        case .again:
            stage.opensAtOnce = false
            member.fail(.dropped("gone"))
        default: break
        }
        return client
    }

    private func arrangeCodedAnswer(_ stage: Stage) throws -> ScriptedClient {
        let client = try stage.get("/left", fields: "Accept-Encoding: gzip")
        if self != .halfCodedAnswer { client.window = 0 }
        stage.last.answer(Self.coded + "4\r\nhalf\r\n")
        switch self {
        case .halfCodedAnswer: stage.last.pause()
        case .restOfCodedAnswer: stage.last.answer("0\r\n\r\n")
        default: stage.last.end()
        }
        return client
    }

    private func arrangeTunnel(_ stage: Stage) throws -> ScriptedClient {
        let client = try stage.askForWebSocket("/left")
        stage.last.answer(Answer.switching)
        if self == .blockedTunnel {
            stage.last.window = 0
            client.window = 0
        }
        client.send(Octets.pattern(100_000))
        stage.last.answer("to the client")
        return client
    }
}
