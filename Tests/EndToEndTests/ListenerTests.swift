import Foundation
import Testing

extension EndToEnd {
    /// Every kind of address, on both sides.
    @Suite("Listeners and members")
    struct ListenerTests {
        private func configuration(listening addresses: [String], tls: Set<Int> = [], member: Endpoint) -> String {
            let listeners = addresses.enumerated().map { index, address in
                "  - address: \"\(address)\"" + (tls.contains(index) ? "\n    tls: { certificates: certs/ }" : "")
            }
            return EdgeText(member).text.replacingOccurrences(
                of: "  - address: \"127.0.0.1:0\"", with: listeners.joined(separator: "\n"))
        }

        @Test("IPv6 on both sides", .timeLimit(.minutes(1)))
        func ipv6() throws {
            let member = try RecordingMember(at: .ipv6(port: 0), answering: "six")
            let folder = try TemporaryFolder()
            let text = configuration(listening: ["[::1]:0"], member: member.endpoint)
            let martlet = try MartletProcess.run(text, in: folder)
            #expect(try RawClient(martlet.cleartext).get().text == "six")
            #expect(member.requests[0]["X-Forwarded-For"] == "::1")
        }

        @Test("the IPv6 wildcard takes IPv4 as well, and writes its addresses as IPv4", .timeLimit(.minutes(1)))
        func dualStack() throws {
            let member = try RecordingMember(answering: "x")
            let folder = try TemporaryFolder()
            let martlet = try MartletProcess.run(
                configuration(listening: ["[::]:0"], member: member.endpoint), in: folder)
            let port = martlet.cleartext.port
            for endpoint in [Endpoint.ipv4(port: port), .ipv6(port: port)] {
                #expect(try RawClient(endpoint).get().text == "x")
            }
            for name in ["X-Forwarded-For", "X-Real-IP"] {
                #expect(member.requests.map { $0[name] } == ["127.0.0.1", "::1"])
            }
            #expect(member.requests.allSatisfy { $0["X-Forwarded-Port"] == "\(port)" })
        }

        @Test("UNIX-domain sockets on both sides", .timeLimit(.minutes(1)))
        func unixDomain() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(at: .unix(path: folder.path + "/member.sock"), answering: "unix")
            let text = configuration(listening: ["unix:\(folder.path)/martlet.sock"], member: member.endpoint)
            let martlet = try MartletProcess.run(text, in: folder)
            let client = try RawClient(.unix(path: folder.path + "/martlet.sock"))
            for _ in 0..<3 { #expect(try client.get().text == "unix") }
            #expect(member.connections.count == 1)
            #expect(member.requests.allSatisfy { $0["X-Forwarded-For"] == nil && $0["X-Forwarded-Proto"] == "http" })
            #expect(member.requests.allSatisfy { $0["X-Real-IP"] == nil && $0["X-Forwarded-Port"] == nil })
            // A monitoring probe of HTTP/1.0 names no host.
            #expect(try client.exchange("GET / HTTP/1.0\r\n\r\n").text == "unix")
            #expect(member.requests.last?["Host"] == "localhost")
            #expect(try martlet.terminate() == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/martlet.sock"))
        }

        @Test("trusted-proxies: a UNIX-domain listener's clients say whom they stand for", .timeLimit(.minutes(1)))
        func trustedSocket() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "x")
            let sockets = ["trusted", "other"].map { "unix:\(folder.path)/\($0).sock" }
            let text = configuration(listening: sockets, member: member.endpoint)
            let martlet = try MartletProcess.run(
                text + "trusted-proxies: [\"\(sockets[0])\"]\nlog: { access: { format: json } }\n", in: folder)
            let fields =
                "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8\r\nX-Forwarded-Proto: https\r\n"
                + "X-Forwarded-Host: shop.example\r\n"
            for name in ["trusted", "other"] {
                let client = try RawClient(.unix(path: "\(folder.path)/\(name).sock"))
                #expect(try client.get(fields: fields).text == "x")
            }
            let got = member.requests.map { request in
                ["For", "Proto", "Host"].map { request["X-Forwarded-\($0)"] }
            }
            #expect(got == [["192.0.2.7, 192.0.2.8", "https", "shop.example"], [nil, "http", "shop.example.com"]])
            #expect(member.requests.map { $0["X-Real-IP"] } == ["192.0.2.8", nil])
            #expect(try martlet.terminate() == .exited(0))
            let log = martlet.process.output.text
            #expect(log.contains(#/"client":"192\.0\.2\.8","client_port":0,"peer":"unix"/#))
            #expect(log.contains("\"client\":\"unix\""))
        }

        @Test("a socket file that a crash has left is replaced", .timeLimit(.minutes(1)))
        func staleSocketFile() throws {
            let folder = try TemporaryFolder()
            let member = try RecordingMember(answering: "x")
            let path = folder.path + "/martlet.sock"
            let text = configuration(listening: ["unix:\(path)"], member: member.endpoint)
            let first = try MartletProcess.run(text, in: folder)
            first.process.signal(SIGKILL)
            _ = try first.process.waitForEnd()
            #expect(FileManager.default.fileExists(atPath: path))
            _ = try MartletProcess.run(text, in: folder)
            #expect(try RawClient(.unix(path: path)).get().text == "x")
        }

        @Test("several listeners, TLS and cleartext, each say what they are", .timeLimit(.minutes(1)))
        func several() throws {
            let folder = try TemporaryFolder()
            let certificates = try Certificates.forShop(in: folder)
            let member = try RecordingMember(answering: "x")
            let text = configuration(
                listening: ["127.0.0.1:0", "[::1]:0", "unix:\(folder.path)/m.sock"], tls: [0], member: member.endpoint)
            let martlet = try MartletProcess.run(text, in: folder)
            #expect(martlet.listening.map(\.isTLS).filter { $0 }.count == 1)
            #expect(martlet.listening.count == 3)
            let client = OpenSSLClient(to: martlet, authority: certificates.authority)
            #expect(try client.handshake().isComplete)
            #expect(member.requests.last?["X-Forwarded-Proto"] == "https")
            #expect(try RawClient(martlet.cleartext).get().text == "x")
            #expect(member.requests.last?["X-Forwarded-Proto"] == "http")
        }

        @Test("an address that is taken is an error that names it", .timeLimit(.minutes(1)))
        func taken() throws {
            let member = try RecordingMember(answering: "x")
            let folder = try TemporaryFolder()
            let text = configuration(listening: ["\(member.endpoint)"], member: member.endpoint)
            let file = try folder.write(text, to: "martlet.yaml")
            let finished = try MartletProcess.command(["run", file])
            #expect(finished.ending != .exited(0))
            #expect(finished.errors.contains("\(member.endpoint)"))
            #expect(finished.errors.contains("; another process has it: choose another port, or end that"))
        }

        @Test("an address that this machine has not is told with what to do", .timeLimit(.minutes(1)))
        func elsewhere() throws {
            let folder = try TemporaryFolder()
            let text = configuration(listening: ["192.0.2.1:8080"], member: .ipv4(port: 8081))
            let file = try folder.write(text, to: "martlet.yaml")
            let finished = try MartletProcess.command(["run", file])
            #expect(finished.ending == .exited(78))
            #expect(finished.errors.contains("cannot listen on 192.0.2.1:8080: bind: "), "\(finished.errors)")
            #expect(finished.errors.contains("; no interface of this machine has the address: "))
        }

        @Test("an address wider than one that is served is refused at a reload, with the cure", .timeLimit(.minutes(1)))
        func overlapping() throws {
            let member = try RecordingMember(answering: "x")
            let folder = try TemporaryFolder()
            let port = try FreePort.choose()
            func text(_ address: String) -> String {
                configuration(listening: ["\(address):\(port)"], member: member.endpoint)
            }
            let martlet = try MartletProcess.run(text("127.0.0.1"), in: folder)
            for address in ["0.0.0.0", "[::]"] {
                try martlet.writeConfiguration(text(address))
                martlet.process.signal(SIGHUP)
                try martlet.process.errors.wait(
                    for: "cannot listen on \(address):\(port): 127.0.0.1:\(port) is served until "
                        + "the reload is over; restart, or reload over another port")
                #expect(try RawClient(.ipv4(port: port)).get().text == "x")
            }
        }

        @Test("connections are spread over the workers", .timeLimit(.minutes(1)))
        func workers() throws {
            let member = try RecordingMember { connection in
                try connection.answerEach { _ in Answer.ok("\(connection.number)") }
            }
            let scene = try Scene(member, workers: 2)
            // Pools belong to workers, so that two workers need two connections to the member.
            let clients = try (0..<16).map { _ in try scene.client() }
            for client in clients { _ = try client.get() }
            #expect(member.connections.count >= 2)
        }
    }
}
