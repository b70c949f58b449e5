import Foundation
import Testing

extension EndToEnd {
    /// One connection has so much of a turn, and then the others have theirs.
    ///
    /// Counted in what has happened, not in time: the one worker stands still while both have sent, and finds all of it
    /// at once. How many answers come before the other's is then the same on every machine.
    @Suite("Turns")
    struct TurnTests {
        private func start(_ endpoint: Endpoint) throws -> MartletProcess {
            var text = EdgeText(endpoint, settings: ["log: { access: { format: json, path: access.log } }"])
            text.paths = "/app: shop"
            text.workers = 1
            return try MartletProcess.run(text.text, in: TemporaryFolder())
        }

        /// A connection that the worker has answered before.
        private func known(to martlet: MartletProcess) throws -> RawClient {
            let client = try RawClient(martlet.cleartext)
            #expect(try client.get("/greeting").status == 404)
            return client
        }

        /// The targets that were answered, in their order, without the greetings.
        private func targets(_ martlet: MartletProcess) throws -> [String] {
            #expect(try martlet.terminate() == .exited(0))
            return try JSONLines.objects(martlet.folder.read("access.log")).compactMap { $0["target"] as? String }
                .filter { $0 != "/greeting" }
        }

        @Test("pipelined requests that Martlet answers itself", .timeLimit(.minutes(1)))
        func heads() throws {
            let martlet = try start(RefusingAddress().endpoint)
            let (hog, other) = (try known(to: martlet), try known(to: martlet))
            let count = 1_000
            try martlet.whileStopped {
                // Two slabs of 16 KiB, which are read at once where nothing bounds a turn.
                try hog.send(String(repeating: "GET /hog HTTP/1.1\r\nHost: a\r\n\r\n", count: count))
                try other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            #expect(try other.response().status == 404)
            for _ in 0..<count { #expect(try hog.response().status == 404) }
            let targets = try targets(martlet)
            #expect(targets.count == count + 1)
            let before = try #require(targets.firstIndex(of: "/other"))
            #expect(before < 200, "\(before) of \(count) were answered before the other one")
        }

        @Test("content, as much as the kernel holds of it, and a member that keeps up", .timeLimit(.minutes(1)))
        func content() throws {
            let member = try RecordingMember { connection in
                while let head = try connection.readHead() {
                    let length = Int(head["Content-Length"] ?? "") ?? 0
                    let early = try connection.reader.read(exactly: min(length, connection.reader.buffer.count))
                    var left = length - early.count
                    while left > 0, case .bytes(let bytes) = connection.socket.read(upTo: 1 << 18, seconds: 30) {
                        left -= bytes.count
                    }
                    try connection.send(Answer.ok("x"))
                }
            }
            let martlet = try start(member.endpoint)
            let rounds = 10
            for _ in 0..<rounds {
                let (hog, other) = (try known(to: martlet), try known(to: martlet))
                var rest = [UInt8](repeating: 7, count: 8 << 20)[...]
                try martlet.whileStopped {
                    try hog.send("POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: \(rest.count)\r\n\r\n")
                    var taken = 0
                    repeat {
                        taken = try hog.socket.writeSome(rest)
                        rest = rest.dropFirst(taken)
                    } while taken > 0
                    try other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
                }
                try hog.send(Array(rest))
                #expect(try other.response().status == 404)
                #expect(try hog.response(to: "POST").text == "x")
            }
            // Each was answered before the content of the other one had passed.
            #expect(try targets(martlet) == (0..<rounds).flatMap { _ in ["/other", "/app"] })
        }

        @Test("a member of HTTP/2 that pours out frames: its next request is on its way", .timeLimit(.minutes(1)))
        func frames() throws {
            let member = try PythonScript.start("http2_flood_member.py", [])
            let line = try member.output.wait(for: "listening ")
            let port = try #require(Int(line.dropFirst("listening ".count)))
            var text = EdgeText(.ipv4(port: port))
            text.scheme = "h2c"
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: TemporaryFolder())
            let holder = try RawClient(martlet.cleartext)
            try holder.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
            try member.output.wait(for: "asked /hold")
            let other = try RawClient(martlet.cleartext)
            #expect(try other.exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").status == 405)
            try martlet.whileStopped {
                try member.write("pour\n")
                try member.output.wait(for: "pouring")
                try other.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            let told = try member.output.wait { lines in lines.first { $0.hasPrefix("after ") } }
            let numbers = told.split(separator: " ").compactMap { Int($0) }
            // PINGs that were acknowledged before, of all that the frames have among them.
            #expect(numbers.count == 2 && numbers[0] < numbers[1] / 3, "\(told)")
            #expect(try other.response(seconds: 30).text == "after")
            #expect(holder.staysSilent(seconds: 0))
        }
    }
}
