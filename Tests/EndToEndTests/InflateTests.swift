import Foundation
import Testing

extension EndToEnd {
    /// Requests whose content is gzip, for members that ask for it inflated.
    @Suite("Inflated requests")
    struct InflateTests {
        /// Answers with the number of content bytes and their hash, and says how they were framed.
        private static func member() throws -> RecordingMember {
            try RecordingMember { connection in
                try connection.answerEach { request in
                    let fields = request.fields.map { "\($0.name.lowercased()): \($0.value)\n" }.joined()
                    return Answer.ok("\(fields)\n\(request.content.count) \(Pattern.checksum(request.content))")
                }
            }
        }

        private func scene(_ settings: [String] = [], inflates: Bool = true) throws -> (
            TemporaryFolder, Curl, MartletProcess
        ) {
            let folder = try TemporaryFolder()
            var text = EdgeText(try Self.member().endpoint, listeners: .prior, settings: settings)
            text.balancer = inflates ? ["inflate-requests: true"] : []
            text.workers = 1
            let martlet = try MartletProcess.run(text.text, in: folder)
            var curl = try Curl(to: martlet)
            curl.jar = nil
            return (folder, curl, martlet)
        }

        private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
            let folder = try TemporaryFolder()
            let file = try folder.write(bytes, to: "content")
            return try ChildProcess.run(Tool.gzip.path(), ["-c", file]).output
        }

        private func post(
            _ curl: Curl, _ folder: TemporaryFolder, _ bytes: [UInt8], _ arguments: [String] = [],
            coding: String = "gzip"
        ) throws -> WireMessage {
            let file = try folder.write(bytes, to: "request-\(UUID().uuidString)")
            return try curl.head(
                "/",
                [
                    "--data-binary", "@\(file)", "--header", "Content-Encoding: \(coding)", "--header", "Expect:",
                ] + arguments)
        }

        @Test("content of any size arrives inflated, in chunks", .timeLimit(.minutes(2)))
        func roundTrips() throws {
            let (folder, curl, _) = try scene()
            for count in [0, 1, 10, 16_384, 100_000, 10_000_000] {
                let content = Pattern.bytes(count)
                let coded = try gzip(content)
                for arguments in [[], ["--header", "Transfer-Encoding: chunked"], ["--http2-prior-knowledge"]] {
                    let answer = try post(curl, folder, coded, arguments)
                    #expect(answer.status == 200, "\(count) \(arguments)")
                    #expect(answer.text.hasSuffix("\n\(count) \(Pattern.checksum(content))"), "\(count) \(arguments)")
                    #expect(answer.text.contains("transfer-encoding: chunked"))
                    #expect(!answer.text.contains("content-encoding") && !answer.text.contains("content-length"))
                }
            }
        }

        @Test("several gzip members are one content (RFC 1952 2.2)", .timeLimit(.minutes(1)))
        func members() throws {
            let (folder, curl, _) = try scene()
            let (first, second) = (Pattern.bytes(70_000), Array("second".utf8))
            let answer = try post(curl, folder, try gzip(first) + gzip([]) + gzip(second), coding: "x-gzip")
            #expect(answer.text.hasSuffix("\n70006 \(Pattern.checksum(first + second))"))
        }

        @Test("what is no gzip is answered 400", .timeLimit(.minutes(1)))
        func broken() throws {
            let (folder, curl, _) = try scene(["log: { access: { format: json, path: access.log } }"])
            let coded = try gzip(Pattern.bytes(50_000))
            var damaged = coded
            damaged[coded.count - 5] ^= 1
            let cases: [[UInt8]] = [
                Array("no gzip".utf8), Array(coded.dropLast()), Array(coded.dropLast(9)), Array(coded.prefix(10)),
                coded + [0], coded + Array("garbage".utf8), damaged, Array(coded.prefix(1)),
            ]
            for content in cases {
                for arguments in [[], ["--http2-prior-knowledge"], ["--header", "Transfer-Encoding: chunked"]] {
                    let answer = try post(curl, folder, content, arguments)
                    #expect(answer.status == 400, "\(content.count) \(arguments)")
                }
            }
            // The edge goes on.
            #expect(try post(curl, folder, coded).status == 200)
        }

        @Test("a bomb is answered 413 and takes no memory", .timeLimit(.minutes(1)))
        func bomb() throws {
            let (folder, curl, _) = try scene()
            let bomb = try gzip([UInt8](repeating: 0, count: 200_000_000))
            #expect(bomb.count < 250_000)
            #expect(try post(curl, folder, bomb).status == 413)
            // One frame: curl takes an answer in the midst of its request for an error.
            let small = try gzip([UInt8](repeating: 0, count: 10_000_000))
            #expect(try post(curl, folder, small, ["--http2-prior-knowledge"]).status == 413)
            // Tiny contents may expand.
            #expect(try post(curl, folder, try gzip([UInt8](repeating: 0, count: 60_000))).status == 200)
            let (other, patient, martlet) = try scene(["limits: { request-expansion: 2000 }"])
            #expect(try post(patient, other, try gzip(Pattern.bytes(1000))).status == 200)
            let before = try martlet.usage().residentBytes
            let answer = try post(patient, other, bomb)
            #expect(answer.text.contains("\n200000000 "))
            #expect(try martlet.usage().residentBytes - before < 4 << 20)
        }

        @Test("request-body counts inflated bytes", .timeLimit(.minutes(1)))
        func limit() throws {
            let (folder, curl, _) = try scene(["limits: { request-body: 100000 }"])
            // Half of it compresses, so that coded it is below the limit by far.
            let content = Pattern.bytes(50_000) + [UInt8](repeating: 7, count: 50_000)
            let (fits, exceeds) = (try gzip(content), try gzip(content + [7]))
            for arguments in [[], ["--http2-prior-knowledge"]] {
                #expect(try post(curl, folder, fits, arguments).status == 200)
                #expect(try post(curl, folder, exceeds, arguments).status == 413)
            }
        }

        @Test("other codings, several of them, and members that do not ask get what was sent", .timeLimit(.minutes(1)))
        func untouched() throws {
            let coded = try gzip(Pattern.bytes(5000))
            let (folder, curl, _) = try scene()
            for coding in ["br", "gzip, gzip", "deflate", "identity"] {
                let answer = try post(curl, folder, coded, coding: coding)
                #expect(answer.text.hasSuffix("\n\(coded.count) \(Pattern.checksum(coded))"), "\(coding)")
                #expect(answer.text.contains("content-encoding: \(coding)\n"))
            }
            for field in ["Content-Digest: sha-256=:x:", "Content-Range: bytes 0-1/2"] {
                let answer = try post(curl, folder, coded, ["--header", field])
                #expect(answer.text.hasSuffix("\n\(coded.count) \(Pattern.checksum(coded))"), "\(field)")
            }
            let (other, plain, _) = try scene(inflates: false)
            let answer = try post(plain, other, coded)
            #expect(answer.text.hasSuffix("\n\(coded.count) \(Pattern.checksum(coded))"))
        }
    }
}
