import Foundation
import Testing

extension EndToEnd {
    /// Hostile and odd requests against the built binary, in cleartext and over TLS.
    @Suite("Hostile framing: requests")
    struct HostileFramingRequestTests {
        @Test(
            "each request is refused or rebuilt to the byte, with rules and without", .timeLimit(.minutes(2)),
            arguments: [HostileFramingStage.Edge.bare, .ruled])
        func whole(edge: HostileFramingStage.Edge) throws {
            let stage = try HostileFramingStage(edge)
            for (table, vectors) in HostileFramingRequest.all {
                for vector in vectors { try stage.play(vector, in: table) }
            }
            #expect(stage.scene.martlet.process.isRunning)
        }

        @Test(
            "the same, one byte at a time", .timeLimit(.minutes(2)),
            arguments: [HostileFramingStage.Edge.bare, .ruled])
        func byteByByte(edge: HostileFramingStage.Edge) throws {
            let stage = try HostileFramingStage(edge)
            for (table, vectors) in HostileFramingRequest.all {
                for vector in vectors where vector.sent.utf8.count < 1000 {
                    try stage.play(vector, in: table, oneByteAtATime: true)
                }
            }
            #expect(stage.scene.martlet.process.isRunning)
        }

        @Test("nothing of them passes where a password is asked for", .timeLimit(.minutes(2)))
        func guarded() throws {
            let stage = try HostileFramingStage(.guarded)
            for (table, vectors) in HostileFramingRequest.all {
                for vector in vectors {
                    let status = try stage.firstStatus(of: vector)
                    // What is no request is refused as everywhere, whoever sends it.
                    let isRefused = status == 401 || status != 200 && status == vector.statuses.first
                    #expect(isRefused, "\(table): \(vector.name): \(status ?? 0)")
                }
            }
            #expect(stage.member.connections.isEmpty)
            #expect(stage.scene.martlet.process.isRunning)
        }

        @Test("lengths, codings and chunks are judged alike over TLS", .timeLimit(.minutes(2)))
        func overTLS() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let martlet = try MartletProcess.run(EdgeText(member.endpoint, listeners: .tls).text, in: folder)
            let vectors = HostileFramingRequest.framingFields + HostileFramingRequest.chunks
            for vector in vectors where vector.sent.unicodeScalars.allSatisfy({ $0.isASCII }) {
                let finished = try ChildProcess.run(
                    Tool.openssl.path(),
                    ["s_client", "-quiet", "-connect", "\(martlet.tls)", "-CAfile", certificates.authority]
                        + ["-servername", "shop.example.com"], input: vector.sent, seconds: 10)
                #expect(finished.text.hasPrefix("HTTP/1.1 \(vector.statuses[0]) "), "\(vector.name)")
            }
            let fence = "GET /fence HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let last = try ChildProcess.run(
                Tool.openssl.path(), ["s_client", "-quiet", "-connect", "\(martlet.tls)"], input: fence, seconds: 10)
            #expect(last.text.hasPrefix("HTTP/1.1 200 "))
            // No request of the tables is whole, whatever began to arrive.
            let whole = member.requests.filter { !$0.headText.contains("POST") }
            #expect(whole.map(\.target) == ["/fence"])
            #expect(
                !member.connections.contains {
                    $0.bytes.count > 5 && Array($0.bytes.suffix(5)) == Array("0\r\n\r\n".utf8)
                })
        }
    }
}
