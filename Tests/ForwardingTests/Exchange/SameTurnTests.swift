import Forwarding
import Testing

/// What is found wrong with a request, and what else happens in the same turn, before the client is told.
@Suite("In one turn, in process")
struct SameTurnTests {
    @Test("a gzip content that is cut off, and the end of its answer: the connection is not kept")
    func cutOff() throws {
        let stage = try Stage(["node1": ""], settings: "inflate-requests: true")
        let client = try stage.post(length: nil, fields: "Content-Encoding: gzip")
        client.send(Array(Gzip.coded(Octets.pattern(1_000)).dropLast(20)))
        let member = stage.last
        member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        client.end(endsTurn: false)
        member.answer("rest")
        #expect(member.isClosed)
        #expect(stage.isAtRest)
    }

    @Test("content beyond its limit, and the end of its member: 413, and nobody else is asked")
    func tooMuch() throws {
        let stage = try Stage(edge: "limits: { request-body: 10 }")
        let client = try stage.post(length: nil, method: "PUT")
        let member = stage.last
        let written = member.written.count
        client.send(Octets.pattern(11), endsTurn: false)
        #expect(member.written.count == written)
        member.fail(.broken("reset"))
        #expect(client.outcome == .refused(413, "request-body"))
        #expect(stage.connections.count == 1 && stage.isAtRest)
    }

    @Test("a member that has begun to answer, and then neither reads nor writes, has its time for it")
    func standstill() throws {
        let stage = try Stage(["node1": ""])
        let client = try stage.post(length: 200_000)
        let member = stage.last
        member.answer("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        #expect(member.patience == nil)
        member.window = 0
        client.send(Octets.pattern(10_000))
        #expect(member.patience != nil)
        member.take()
        #expect(member.patience == nil)
    }
}
