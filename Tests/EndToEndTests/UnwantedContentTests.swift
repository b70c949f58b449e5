import Foundation
import Testing

extension EndToEnd {
    /// Content of requests that Martlet has answered itself.
    @Suite("Content that nobody wants", .timeLimit(.minutes(2)))
    struct UnwantedContentTests {
        private static let paths = "/: shop, /old: { redirect: /new }, /closed: { answer: 403 }"

        private func martlet(
            _ member: RecordingMember, _ listeners: EdgeText.Listeners, in folder: TemporaryFolder
        ) throws -> MartletProcess {
            var text = EdgeText(member.endpoint, listeners: listeners, settings: ["timeouts: { body: 3s }"])
            text.paths = Self.paths
            return try MartletProcess.run(text.text, in: folder)
        }

        @Test("curl sends forms to where they are redirected and refused, all over one connection")
        func reused() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "new")
            let martlet = try martlet(member, .tls, in: folder)
            let curl = try Curl(to: martlet, authority: certificates.authority)
            let form = String(repeating: "a", count: 60_000)
            let chunked = ["Transfer-Encoding: chunked"]
            let answers = try curl.run([
                .init(target: "/old", form: "a=1"), .init(target: "/old", form: form),
                .init(target: "/closed", form: form, fields: chunked),
                .init(target: "/old", form: "a=1", fields: chunked),
                .init(target: "/new", form: form), .init(target: "/new"),
            ])
            #expect(answers.map(\.status) == [308, 308, 403, 308, 200, 200])
            #expect(answers.map(\.newConnections) == [1, 0, 0, 0, 0, 0])
            #expect(member.requests.map(\.target) == ["/new", "/new"])
        }

        @Test("a thousand clients that never finish: all are answered, hold nothing, and are let go of in time")
        func hostile() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "new")
            let martlet = try martlet(member, .cleartext, in: folder)
            #expect(try RawClient(martlet.cleartext).get("/").status == 200)
            let before = try martlet.usage()
            let head = "POST /closed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let clients = try (0..<1000).map { _ in
                let client = try RawClient(martlet.cleartext)
                try client.send(head + "4000\r\n" + String(repeating: "x", count: 0x3000))
                return client
            }
            for client in clients { #expect(try client.response(to: "POST").status == 403) }
            let each = (try martlet.usage().residentBytes - before.residentBytes) / clients.count
            #expect(each < 8 << 10, "a slab is larger")
            for client in clients { #expect(client.ends()) }
            #expect(try RawClient(martlet.cleartext).get("/").status == 200)
        }

        @Test("chunks without an end, and a byte now and then: the connection ends")
        func endless() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "new")
            let martlet = try martlet(member, .cleartext, in: folder)
            let head = "POST /old HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let (endless, slow) = (try RawClient(martlet.cleartext), try RawClient(martlet.cleartext))
            #expect(try endless.exchange(head).status == 308)
            let chunk = "4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n"
            for _ in 0..<5 { try? endless.send(chunk) }
            #expect(endless.ends())

            #expect(try slow.exchange(head).status == 308)
            var count = 0
            while count < 600, slow.staysSilent(seconds: 0.05) {
                try? slow.send("1\r\nx\r\n")
                count += 1
            }
            #expect(count < 600 && slow.ends())
            #expect(member.requests.isEmpty)
        }
    }
}
