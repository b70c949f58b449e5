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

        private func scene(_ settings: [String] = []) throws -> (TemporaryFolder, Curl, MartletProcess) {
            let folder = try TemporaryFolder()
            var text = EdgeText(try Self.member().endpoint, listeners: .prior, settings: settings)
            text.balancer = ["inflate-requests: true"]
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
            _ curl: Curl, _ folder: TemporaryFolder, _ bytes: [UInt8], _ arguments: [String] = []
        ) throws -> WireMessage {
            let file = try folder.write(bytes, to: "request-\(UUID().uuidString)")
            return try curl.head(
                "/",
                ["--data-binary", "@\(file)", "--header", "Content-Encoding: gzip", "--header", "Expect:"] + arguments)
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
    }
}
