import Bytes
import Foundation
import Reactor
import TLS
import Testing

/// The `openssl s_client` command, an implementation that the tests do not share a process with.
@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct CommandLineClientTests {
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
        try kit.make("one", names: ["one.test"])
    }

    /// Serves `count` connections on a thread; answers what it reads.
    private func serve(_ listener: ListeningSocket, count: Int) throws -> OperatingSystemThread {
        let table = IdentityTable(identities: try kit.identities(), defaultName: nil)
        return try OperatingSystemThread(name: "echo") {
            let policy = TLSContext.Policy(name: "test", applicationProtocols: ["http/1.1"])
            guard let table, let ring = try? TicketKeyRing(now: 0), let library = try? TLSLibrary(),
                let context = try? TLSContext(policy: policy, table: table, ticketKeys: ring, library: library)
            else { return }
            for _ in 0..<count {
                guard Native.waitReadable(listener.descriptor.number, millis: 20_000),
                    let accepted = try? listener.accept()
                else { return }
                let socket = Socket(taking: accepted.socket)
                let number = socket.descriptor.number
                guard let connection = try? TLSConnection(context: context, descriptor: number) else { return }
                EchoServer(connection: connection, number: number).run()
            }
        }
    }

    private func client(_ arguments: String, port: UInt16, name: String = "one") throws -> String {
        try OpenSSLCommand.run(
            "s_client -connect 127.0.0.1:\(port) -servername \(name).test -CAfile \(name).crt \(arguments)",
            in: kit.folder)
    }

    /// In TLS 1.2, where the ticket comes before the handshake ends and not some time after it.
    @Test func aSessionOfOneNameIsNotResumedUnderAnother() throws {
        try kit.make("two", names: ["two.test"])
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try ListeningSocket(address)
        let thread = try serve(listener, count: 2)
        let port = listener.address.port
        let first = try client("-tls1_2 -sess_out session", port: port)
        #expect(first.contains("New, TLSv1."))
        let second = try client("-tls1_2 -verify_return_error -sess_in session", port: port, name: "two")
        #expect(second.contains("New, TLSv1.") && second.contains("Verify return code: 0 (ok)"))
        thread.join()
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func shakesHandsAndResumes(version: String) throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try ListeningSocket(address)
        let thread = try serve(listener, count: 2)
        let port = listener.address.port
        let first = try client("\(version) -alpn h2,http/1.1 -verify_return_error -sess_out session", port: port)
        #expect(first.contains("Verify return code: 0 (ok)"))
        #expect(first.contains("ALPN protocol: http/1.1"))
        #expect(first.contains("New, TLSv1.") && first.contains("Secure Renegotiation IS"))
        if version == "-tls1_2" {
            let second = try client("\(version) -sess_in session", port: port)
            #expect(second.contains("Reused, TLSv1.2"))
        } else {
            _ = try client(version, port: port)
        }
        thread.join()
    }
}

/// One connection served with poll(2): what is read is written back.
private struct EchoServer {
    let connection: TLSConnection
    let number: Int32

    func run() {
        let buffer = Buffer(capacity: BufferPool.smallBytes)
        while connection.handshake() == .wouldBlock {
            guard Native.waitReadable(number, millis: 10_000) else { return }
        }
        while true {
            switch connection.read(into: buffer) {
            case .done:
                _ = buffer.withReadable { connection.write($0) }
                buffer.removeAll()
            case .wouldBlock:
                guard Native.waitReadable(number, millis: 10_000) else { return }
            default:
                _ = connection.sendCloseNotify()
                return
            }
        }
    }
}
