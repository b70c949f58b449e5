import Foundation
import Testing

extension EndToEnd {
    /// Sizes beyond their limit are refused with the status that RFC 9110 gives them.
    @Suite("Limits")
    struct LimitsTests {
        private static let settings = [
            "limits: { request-line: 1KiB, request-head: 4KiB, field: 2KiB, field-count: 20, request-body: 64KiB }"
        ]

        private func check(_ request: String, status: Int, member: RecordingMember? = nil) throws -> Bool {
            let member = try member ?? RecordingMember { try $0.answerEach { _ in Answer.ok("fine") } }
            let scene = try Scene(member, settings: Self.settings)
            let client = try scene.client()
            try? client.send(request)
            let answer = try client.response()
            #expect(answer.status == status)
            if status != 200 { #expect(client.ends()) }
            #expect(member.requests.count == (status == 200 ? 1 : 0))
            return answer.status == status
        }

        private func head(target: String = "/", fields: String = "") -> String {
            "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        }

        @Test("a line within and beyond its limit: 414", .timeLimit(.minutes(1)))
        func line() throws {
            #expect(try check(head(target: "/" + String(repeating: "x", count: 900)), status: 200))
            #expect(try check(head(target: "/" + String(repeating: "x", count: 1100)), status: 414))
            #expect(try check("GET /" + String(repeating: "x", count: 20000), status: 414))
        }

        @Test("a field within and beyond its limit: 431", .timeLimit(.minutes(1)))
        func field() throws {
            #expect(try check(head(fields: "X: " + String(repeating: "x", count: 1900) + "\r\n"), status: 200))
            #expect(try check(head(fields: "X: " + String(repeating: "x", count: 2200) + "\r\n"), status: 431))
        }

        @Test("a head beyond its limit: 431, even if it never ends", .timeLimit(.minutes(1)))
        func wholeHead() throws {
            let fields = (0..<5).map { "X\($0): " + String(repeating: "x", count: 1000) + "\r\n" }.joined()
            #expect(try check(head(fields: fields), status: 431))
            #expect(try check("GET / HTTP/1.1\r\n" + fields, status: 431))
        }

        @Test("more fields than their limit: 431", .timeLimit(.minutes(1)))
        func fieldCount() throws {
            #expect(try check(head(fields: (0..<19).map { "X\($0): 1\r\n" }.joined()), status: 200))
            #expect(try check(head(fields: (0..<20).map { "X\($0): 1\r\n" }.joined()), status: 431))
        }

        @Test(
            "chunks that grow beyond the limit: 413, and the member is not told that they ended",
            .timeLimit(.minutes(1)))
        func chunks() throws {
            let member = try RecordingMember { connection in
                guard try connection.readHead() != nil else { return }
                connection.waitForEnd()
            }
            let client = try Scene(member, settings: Self.settings).client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "4000\r\n" + String(repeating: "x", count: 16384) + "\r\n"
            for _ in 0..<10 { try? client.send(chunk) }
            #expect(try client.response().status == 413)
            #expect(client.ends())
            #expect(member.wait { $0.isEmpty || $0[0].hasEnded })
            if let recorded = member.connections.first {
                #expect(!String(decoding: recorded.bytes, as: UTF8.self).hasSuffix("0\r\n\r\n"))
            }
        }

        @Test(
            "an answer's head beyond its limits: 502, and the log says which", .timeLimit(.minutes(1)),
            arguments: [("X: " + String(repeating: "x", count: 40_000), 16_384), (fields(200), 100)])
        func answerHead(lines: String, limit: Int) throws {
            let member = try RecordingMember { try $0.answerEach { _ in Answer.ok("x", fields: lines + "\r\n") } }
            let scene = try Scene(
                member,
                settings: ["limits: { answer-head: 16KiB }", "log: { access: { format: json, path: access.log } }"])
            #expect(try scene.client().get().status == 502)
            try scene.martlet.terminate()
            let log = try scene.folder.read("access.log")
            #expect(log.contains("\"reason\":\"answer-head-too-large\",\"limit\":\(limit),"), "\(log)")
        }

        private static func fields(_ count: Int) -> String {
            (0..<count).map { "X-\($0): a" }.joined(separator: "\r\n")
        }
    }
}
