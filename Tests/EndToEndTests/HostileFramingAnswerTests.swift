import Foundation
import Testing

extension EndToEnd {
    /// Hostile and odd answers against the built binary.
    @Suite("Hostile framing: answers")
    struct HostileFramingAnswerTests {
        /// What the member sends next.
        private struct Script {
            var bytes: [UInt8] = []
            var closes = false
            var piecewise = false
            /// How often it was begun and ended.
            var begun = 0
            var ended = 0
        }

        @Test(
            "each answer is refused, rebuilt to the byte or broken off", .timeLimit(.minutes(2)),
            arguments: [false, true])
        func answers(oneByteAtATime: Bool) throws {
            let script = Monitor(Script())
            let member = try RecordingMember { connection in
                while let request = try connection.readRequest(seconds: 30) {
                    if request.target == "/fence" {
                        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfence")
                        continue
                    }
                    let current = script.withLock { script in
                        script.begun += 1
                        return script
                    }
                    defer { script.withLock { $0.ended += 1 } }
                    if current.piecewise {
                        for byte in current.bytes { try connection.send([byte]) }
                    } else {
                        try connection.send(current.bytes)
                    }
                    if current.closes { return }
                }
            }
            let scene = try Scene(member)
            for (table, vectors) in HostileFramingAnswer.all {
                for vector in vectors where !oneByteAtATime || vector.sent.utf8.count < 1000 {
                    script.withLock {
                        $0 = Script(
                            bytes: hostileBytes(vector.sent), closes: vector.ending == .closes,
                            piecewise: oneByteAtATime)
                    }
                    let name: Comment = "\(table): \(vector.name)"
                    try play(vector, name, scene, member, isCutAnew: oneByteAtATime) {
                        // What follows the answer is to be there before the next request.
                        let isSaid = script.wait(seconds: 20) { $0.begun > 0 && $0.begun == $0.ended ? true : nil }
                        #expect(isSaid == true, name)
                    }
                }
            }
            #expect(scene.martlet.process.isRunning)
        }

        private func play(
            _ vector: HostileFramingAnswer, _ name: Comment, _ scene: Scene, _ member: RecordingMember, isCutAnew: Bool,
            awaitScript: () -> Void
        ) throws {
            // Each vector meets a connection of its own: what an earlier one left in the pool is gone.
            member.closeConnections()
            #expect(member.wait { $0.allSatisfy(\.hasEnded) }, name)
            let before = member.connections.count
            let client = try scene.client()
            try client.send("\(vector.line)\r\nHost: a\r\nConnection: close\r\n\r\n")
            let (bytes, isReset) = try readToEnd(client, name)
            switch vector.received {
            case .exactly(let text):
                #expect(hostileText(joined(bytes, isCutAnew)) == hostileText(hostileBytes(text)), name)
                #expect(!isReset, name)
            case .refused(let status):
                let text = hostileText(
                    bytes.split(separator: 13).last { $0.starts(with: Array("\nHTTP/1.1 ".utf8)) }.map(Array.init)
                        ?? bytes)
                #expect(text.contains("HTTP/1.1 \(status) "), name)
                #expect(!isReset, name)
            case .brokenOff(let text):
                #expect(hostileText(joined(bytes, isCutAnew)) == hostileText(hostileBytes(text)), name)
                #expect(!isReset, name)
            case .reset(let text):
                #expect(hostileText(bytes) == hostileText(hostileBytes(text)), name)
                #expect(isReset, name)
            case .malformed:
                let isRefused = hostileText(bytes).hasPrefix("HTTP/1.1 502 ")
                #expect(isRefused || isCutAnew && !bytes.ends(with: Array("0\r\n\r\n".utf8)), name)
                #expect(!isReset, name)
            case .headAtMost:
                let text = hostileText(bytes)
                #expect(text.hasPrefix("HTTP/1.1 502 ") || text.hasSuffix(hostileText([13, 10, 13, 10])), name)
                #expect(!isReset, name)
            }
            awaitScript()
            #expect(try scene.client().get("/fence").text == "fence", name)
            // A broken answer may have been asked for once more, on a second connection.
            let connections = member.connections[before...]
            let fenced = connections.lastIndex { $0.requests.contains { $0.target == "/fence" } }
            let isReused = fenced.map { connections[$0].requests.count > 1 } ?? false
            #expect(isReused == vector.isReused, name)
        }

        /// Reads until the connection ends.
        private func readToEnd(_ client: RawClient, _ name: Comment) throws -> (bytes: [UInt8], isReset: Bool) {
            var bytes: [UInt8] = []
            while true {
                switch client.socket.read(seconds: 10) {
                case .bytes(let more): bytes += more
                case .end: return (bytes, false)
                case .reset: return (bytes, true)
                case .nothing: throw HarnessError("\(name): no end came; so far:\n\(hostileText(bytes).prefix(1000))")
                }
            }
        }

        /// The answer with its chunks gathered into one, since their borders follow those of the packets.
        private func joined(_ bytes: [UInt8], _ isCutAnew: Bool) -> [UInt8] {
            guard isCutAnew, let head = bytes.firstRange(of: Array("chunked\r\nConnection: close\r\n\r\n".utf8)) else {
                return bytes
            }
            var rest = bytes[head.upperBound...]
            var content: [UInt8] = []
            while let end = rest.firstRange(of: [13, 10]),
                let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
            {
                content += rest[end.upperBound...].prefix(size)
                rest = rest[end.upperBound...].dropFirst(size + 2)
            }
            let text = String(String.UnicodeScalarView(content.map { UnicodeScalar($0) }))
            let chunk = content.isEmpty ? "" : HostileFramingAnswer.chunk(text)
            return bytes[..<head.upperBound] + hostileBytes(chunk) + rest
        }
    }
}
