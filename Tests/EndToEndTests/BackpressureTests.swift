import Foundation
import Testing

extension EndToEnd {
    /// 20 MB both ways while one side stands still: the other is made to wait, and memory stays bounded.
    ///
    /// Over UNIX-domain sockets where somebody stands still, as TCP's buffers alone may take the 20 MB.
    @Suite("Back-pressure")
    struct BackpressureTests {
        private static let count = 20 << 20
        private static let exchanges = 16
        /// The least that `limits.exchange-memory` may be, without compression and with it.
        private static let memory = 172 << 10
        private static let settings = [
            "compression: { enabled: false }",
            "limits: { request-head: 12KiB, answer-head: 12KiB, exchange-memory: 172KiB }",
        ]
        private static let compressedMemory = 456 << 10
        private static let compressedSettings = [
            "limits: { request-head: 12KiB, answer-head: 12KiB, exchange-memory: 456KiB }"
        ]
        private static let content = Pattern.bytes(count)

        /// What resident memory may grow by: the limit for each exchange, and 4 MiB for all that is not an exchange's.
        private static func growth(_ memory: Int = memory) -> Int { exchanges * memory + 4 << 20 }

        /// Waits until a sum of bytes no longer changes: everybody has come to a standstill.
        private func waitForStandstill(_ sum: Monitor<Int>) {
            var last = -1
            while true {
                let changed = sum.wait(seconds: 0.5) { $0 == last ? nil : $0 }
                guard let changed else { return }
                last = changed
            }
        }

        @Test("clients that do not read: the member is made to wait", .timeLimit(.minutes(2)))
        func download() throws {
            try download(settings: Self.settings, growth: Self.growth(), field: "") { $0.content == Self.content }
        }

        @Test("clients that do not read a compressed answer", .timeLimit(.minutes(2)))
        func compressedDownload() throws {
            let growth = Self.growth(Self.compressedMemory)
            let field = "Accept-Encoding: gzip\r\n"
            try download(settings: Self.compressedSettings, growth: growth, field: field) { answer in
                let folder = try TemporaryFolder()
                let file = try folder.write(answer.content, to: "content.gz")
                _ = try ChildProcess.run(Tool.gzip.path(), ["-d", file]).succeeded()
                let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/content"))
                return answer["Content-Encoding"] == "gzip" && Array(content) == Self.content
            }
        }

        /// Lets clients stand still, looks at the memory, and lets them read on.
        private func download(
            settings: [String], growth: Int, field: String, isWhole: @escaping @Sendable (WireMessage) throws -> Bool
        ) throws {
            let sent = Monitor(0)
            let (scene, member) = try Scene.local(settings: settings, workers: 2) { connection in
                guard try connection.readRequest() != nil else { return }
                try connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(Self.count)\r\n\r\n")
                var rest = Self.content[...]
                while !rest.isEmpty {
                    let taken = try connection.socket.writeSome(rest.prefix(1 << 20))
                    rest = rest.dropFirst(taken)
                    sent.withLock { $0 += taken }
                    if taken == 0, !connection.socket.waitForRoom(seconds: 60) { throw HarnessError("stuck") }
                }
                connection.waitForEnd()
            }
            _ = try scene.client().exchange("GET / HTTP/1.1\r\n\r\n")
            let before = try scene.martlet.usage()
            let clients = try (0..<Self.exchanges).map { _ in
                let client = try scene.client()
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
                return client.socket
            }
            waitForStandstill(sent)
            let during = try scene.martlet.usage()
            #expect(during.residentBytes - before.residentBytes < growth)
            #expect(sent.withLock { $0 } < Self.exchanges * Self.count)
            let whole = try inParallel(Self.exchanges, threads: Self.exchanges) { index in
                try isWhole(WireReader(clients[index]).readResponse(seconds: 60))
            }
            #expect(whole == Array(repeating: true, count: Self.exchanges))
            #expect(try scene.martlet.usage().residentBytes - before.residentBytes < growth)
            #expect(member.failures == [])
        }

        @Test("a member that does not read: clients are made to wait", .timeLimit(.minutes(2)))
        func upload() throws {
            let gate = Monitor(false)
            let (scene, _) = try Scene.local(settings: Self.settings, workers: 2) { connection in
                guard try connection.readHead() != nil else { return }
                _ = gate.wait(seconds: 60) { $0 ? true : nil }
                let content = try connection.reader.read(exactly: Self.count)
                try connection.send(Answer.ok(content == Self.content ? "equal" : "different"))
                connection.waitForEnd()
            }
            _ = try scene.client().exchange("GET / HTTP/1.1\r\n\r\n")
            let before = try scene.martlet.usage()
            let sent = Monitor(0)
            let (answers, scope) = (Monitor([String]()), Belongings.current)
            for _ in 0..<Self.exchanges {
                let socket = try scene.client().socket
                Thread.detachNewThread {
                    Belongings.$current.withValue(scope) {
                        let answer = Result { try Self.upload(over: socket, counting: sent) }
                        answers.withLock { $0.append((try? answer.get()) ?? "\(answer)") }
                    }
                }
            }
            waitForStandstill(sent)
            let during = try scene.martlet.usage()
            #expect(during.residentBytes - before.residentBytes < Self.growth())
            #expect(sent.withLock { $0 } < Self.exchanges * Self.count)
            gate.withLock { $0 = true }
            let all = answers.wait(seconds: 90) { $0.count == Self.exchanges ? $0 : nil }
            #expect(all == Array(repeating: "equal", count: Self.exchanges))
            #expect(try scene.martlet.usage().residentBytes - before.residentBytes < Self.growth())
        }

        private static func upload(over socket: Socket, counting sent: Monitor<Int>) throws -> String {
            try socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
            var rest = content[...]
            while !rest.isEmpty {
                let taken = try socket.writeSome(rest.prefix(1 << 20))
                rest = rest.dropFirst(taken)
                sent.withLock { $0 += taken }
                if taken == 0, !socket.waitForRoom(seconds: 60) { throw HarnessError("stuck") }
            }
            return try WireReader(socket).readResponse(to: "POST", seconds: 60).text
        }

        @Test("over TLS: a member that reads in small pieces, a client of limited speed", .timeLimit(.minutes(2)))
        func overTLS() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember { connection in
                connection.reader.readSize = 4096
                try connection.answerEach { request in
                    if request.method == "POST" { return Answer.ok("\(Pattern.checksum(request.content))") }
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.count)\r\n\r\n")
                    try connection.socket.write(Self.content, seconds: 60)
                    return ""
                }
            }
            let text = EdgeText(
                member.endpoint, listeners: .tls,
                settings: ["limits: { request-head: 12KiB, answer-head: 12KiB, exchange-memory: 504KiB }"]
            ).text
            let martlet = try MartletProcess.run(text, in: folder)
            let curl = try Curl(to: martlet, authority: certificates.authority)
            let file = try folder.write(Self.content, to: "content")
            let expected = "\(Pattern.checksum(Self.content))"
            for fields in [[], ["--header", "Transfer-Encoding: chunked"]] {
                let answer = try curl.run("/", ["--data-binary", "@\(file)", "--header", "Expect:"] + fields)
                #expect(answer.text == expected)
            }
            let before = try martlet.usage().residentBytes
            #expect(try curl.run("/", ["--limit-rate", "8M"]).output == Self.content)
            #expect(try martlet.usage().residentBytes - before < 4 << 20)
        }
    }
}
