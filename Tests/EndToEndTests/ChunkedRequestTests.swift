import Foundation
import Testing

extension EndToEnd {
    /// Chunked requests where the slab that they are gathered in is full or half sent.
    @Suite("Chunked requests")
    struct ChunkedRequestTests {
        @Test(
            "RFC 9112 7.1: bursts before a member that stands still are cut into whole chunks", .timeLimit(.minutes(2)))
        func bursts() throws {
            let gate = Monitor(false)
            let (scene, member) = try Scene.local(settings: ["timeouts: { body: 30s }"]) { connection in
                connection.reader.readSize = 8192
                guard try connection.readHead() != nil else { return }
                var decoded: [UInt8] = []
                while let line = try connection.reader.readLine(seconds: 30), let size = Int(line, radix: 16) {
                    if decoded.isEmpty { _ = gate.wait(seconds: 30) { $0 ? true : nil } }
                    decoded += try connection.reader.read(exactly: size, seconds: 30)
                    guard try connection.reader.read(exactly: 2) == [13, 10] else { throw HarnessError("no CR LF") }
                    if size == 0 { break }
                }
                try connection.send(Answer.ok("\(decoded.count) \(Pattern.checksum(decoded))"))
            }
            let client = try scene.client()
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            var sent: [UInt8] = []
            // Sizes that leave a different rest in the slab each time.
            for number in 0..<6000 {
                let burst = Pattern.bytes(1 + (number * 7919) % 9000, from: sent.count)
                sent += burst
                let chunk = Array("\(String(burst.count, radix: 16))\r\n".utf8) + burst + [13, 10]
                var rest = chunk[...]
                while !rest.isEmpty {
                    rest = rest.dropFirst(try client.socket.writeSome(rest))
                    if !rest.isEmpty, !client.socket.waitForRoom(seconds: 0.3) { gate.withLock { $0 = true } }
                }
            }
            #expect(gate.withLock { $0 }, "the member did not hold the client up")
            try client.send("0\r\n\r\n")
            #expect(try client.response(to: "POST", seconds: 30).text == "\(sent.count) \(Pattern.checksum(sent))")
            #expect(member.failures == [])
        }

        @Test("RFC 9112 7.1: a head that fills the slab leaves room for the last chunk", .timeLimit(.minutes(1)))
        func fullSlab() throws {
            let member = try RecordingMember(answering: "x")
            let client = try Scene(member).client()
            let host = String(repeating: "h", count: 4000) + ".example"
            var lengths: [Int] = []
            // A host is written twice, so that a head of less than 12 KiB comes near the slab's 16 KiB.
            for filler in 7950..<8240 {
                let field = "X: \(String(repeating: "x", count: filler))\r\n"
                let answer = try client.exchange(
                    "POST / HTTP/1.1\r\nHost: \(host)\r\n\(field)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                #expect(answer.status == 200)
                let request = try #require(member.requests.last)
                #expect(request.encodedContent == Array("0\r\n".utf8) || request.content.isEmpty)
                #expect(request.isComplete)
                lengths.append(request.head.count)
            }
            let (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
            #expect(least < 16_384 && most > 16_384, "\(least) … \(most)")
            #expect(member.failures == [])
        }

        @Test("a member that resets a pooled connection in mid-upload harms nobody else", .timeLimit(.minutes(1)))
        func resetInMidUpload() throws {
            let member = try RecordingMember { connection in
                while let head = try connection.readHead() {
                    if head.method == "POST" { return connection.socket.reset() }
                    let start = "HTTP/1.1 200 OK\r\nContent-Length: "
                    // The answer ends exactly where the slab does that it is read into.
                    let count = 16_384 - start.utf8.count - "16000\r\n\r\n".utf8.count
                    try connection.send("\(start)\(count)\r\n\r\n" + String(repeating: "x", count: count))
                }
            }
            let scene = try Scene(member)
            for _ in 0..<20 {
                let (victim, other) = (try scene.client(), try scene.client())
                #expect(try victim.get().status == 200)
                try victim.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n")
                var rest = [UInt8](repeating: 0x53, count: 200_000)[...]
                while !rest.isEmpty, victim.socket.waitForRoom(seconds: 0.1),
                    let count = try? victim.socket.writeSome(rest)
                {
                    rest = rest.dropFirst(count)
                }
                _ = try? victim.response(to: "POST", seconds: 2)
                #expect(try other.get("/other").status == 200)
            }
            #expect(member.requests.allSatisfy { ["GET", "POST"].contains($0.method) })
            #expect(member.requests.filter { $0.method == "GET" }.count == 40)
        }
    }
}
