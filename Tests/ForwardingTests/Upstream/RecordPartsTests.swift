import Forwarding
import Foundation
import Testing

/// What connections in records that last for one request hand on to the next ones.
@Suite("Parts of connections in records", .timeLimit(.minutes(10)))
struct RecordPartsTests {
    private typealias Says = FastCGISays

    private let stage: RecordStage

    init() throws {
        stage = try RecordStage.fastCGI(keys: "")
    }

    private var spareCount: Int { stage.stage.bench.sparePartsCount }

    @Test("One request after the other has what the one before has left, and nothing that it was told")
    func successors() throws {
        for round in 0..<5 {
            let client = try stage.ask("GET /a.php?round=\(round)", fields: "X-Round: \(round)")
            #expect(spareCount == 0)
            let member = try stage.accept()
            let request = FastCGIRequest(member.received())
            #expect(request.types == [1, 4, 4, 5] && !request.keeps)
            #expect(request.params["HTTP_X_ROUND"] == "\(round)")
            stage.say(Says.output("X-Own: \(round)\r\n\r\ncontent \(round)") + Says.end(), by: member)
            #expect(client.outcome == .whole && client.text == "content \(round)")
            #expect(client.field("X-Own") == "\(round)" && spareCount == 1)
        }
        #expect(stage.connectionCount == 5 && stage.stage.isAtRest)
    }

    @Test(
        "What a connection has left that has failed serves like any other",
        arguments: ["half a head", "half a content", "errors", "another protocol", "a client that leaves"])
    func failures(_ kind: String) throws {
        for _ in 0..<2 {
            let client = try stage.ask("GET /a.php")
            do {
                let member = try stage.accept()
                switch kind {
                case "half a head": stage.say(Says.output("X-Own: a\r\nX-"), by: member)
                case "half a content": stage.say(Says.output("Content-Length: 9\r\n\r\nhalf"), by: member)
                case "errors": stage.say(Says.errors("it fails") + Says.output("X-"), by: member)
                case "another protocol": stage.say(Array("HTTP/1.1 200 OK\r\n\r\n".utf8), by: member)
                case "a client that leaves": client.leave()
                default: break
                }
            }
            stage.turn()
            #expect(client.outcome != .open && client.outcome != .whole)
            let next = try stage.ask("GET /b.php")
            let member = try stage.accept()
            #expect(FastCGIRequest(member.received()).params["SCRIPT_NAME"] == "/b.php")
            stage.say(Says.output("A: b\r\n\r\nwhole") + Says.end(), by: member)
            #expect(next.outcome == .whole && next.text == "whole" && next.field("X-Own") == nil)
        }
        #expect(stage.stage.isAtRest)
    }

    @Test("What is kept is bounded, however many there were at a time")
    func bounds() throws {
        var asked: [(client: ScriptedClient, member: FarEnd)] = []
        for _ in 0..<70 { asked.append((try stage.ask("GET /a.php"), try stage.accept())) }
        #expect(spareCount == 0)
        for (client, member) in asked {
            stage.say(Says.output("A: b\r\n\r\nwhole") + Says.end(), by: member)
            #expect(client.outcome == .whole)
        }
        #expect(spareCount == 64 && stage.stage.isAtRest)
    }
}
