import Forwarding
import Testing

/// A whole exchange that shows much of what an earlier one may have left in the object that it has.
enum ExchangeProbe: CaseIterable {
    case plain, upload, repeated, compressed, webSocket, tooLarge

    /// Whether the request has content.
    var hasContent: Bool { self == .upload || self == .tooLarge }

    /// Goes through the exchange, on a stage where other ones may be under way.
    func run(on stage: Stage) throws -> ExchangeTrace {
        let others = stage.connections.filter(\.isLent)
        let (inFlightCount, slabCount) = (stage.inFlightCount, stage.bench.lentSlabCount)
        _ = stage.takeLines()
        let client = try begin(stage)
        var connections = try [connection(of: stage, besides: others)]
        if connections[0].request.contains("\r\nExpect: ") { connections[0].answer("HTTP/1.1 100 Continue\r\n\r\n") }
        switch self {
        case .plain:
            connections[0].answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")
        case .upload:
            client.send("first ")
            client.send("second")
            client.end(trailers: "X-Sum: 1\r\n\r\n")
            connections[0].answer("HTTP/1.1 103 Early Hints\r\n\r\n")
            connections[0].answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n")
        case .repeated:
            connections[0].fail(.dropped("gone"))
            try connections.append(connection(of: stage, besides: others))
            connections[1].answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")
        case .compressed:
            connections[0].answer(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
            connections[0].pause()
            connections[0].answer("4\r\nbody\r\n0\r\n\r\n")
        case .webSocket:
            connections[0].answer(Answer.switching)
            client.send("to the member")
            connections[0].answer("to the client")
            client.end()
            connections[0].end()
        case .tooLarge:
            client.send(Octets.pattern(50_001))
        }
        return ExchangeTrace(
            client, on: connections, lines: stage.takeLines(), inFlightCount: stage.inFlightCount - inFlightCount,
            lentSlabCount: stage.bench.lentSlabCount - slabCount)
    }

    private func begin(_ stage: Stage) throws -> ScriptedClient {
        switch self {
        case .plain: try stage.get("/plain", fields: "X-Martlet-Explain: 1", "Referer: http://a.test/")
        case .upload: try stage.post("/upload", length: nil)
        case .repeated: try stage.get("/repeated")
        case .compressed: try stage.get("/compressed", fields: "Accept-Encoding: gzip")
        case .webSocket: try stage.askForWebSocket()
        case .tooLarge: try stage.post("/large", length: nil)
        }
    }

    private func connection(of stage: Stage, besides others: [ScriptedConnection]) throws -> ScriptedConnection {
        try #require(stage.connections.last { one in one.isLent && !others.contains { $0 === one } })
    }
}
