import ArgumentParser
import Configuration
import Forwarding
import Foundation
import Model
import Reactor

/// `martlet demo`: an edge with two backends of its own, to try things on.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Serve two small built-in backends, to try things on.",
        discussion: """
            Makes a development certificate with the openssl command if there is none, and prints lines to copy \
            that show a session that sticks and why, a backend that goes away without its clients' notice, pages that \
            are gzipped, a new certificate, and a drain.
            """)

    /// Short, so that a backend that has come back gets requests while its user looks on.
    private static let retry = "5s"

    @Option(help: "An IP address and port that speaks TLS, such as 127.0.0.1:8443.")
    var listen = "127.0.0.1:8443"

    @Option(help: "The folder of certificates.", completion: .directory)
    var certificates = "certs"

    @Flag(help: "Make a new development certificate in the folder, and exit.")
    var renew = false

    func run() throws {
        let certificate = DevelopmentCertificate(folder: certificates)
        if renew {
            try certificate.make()
            print("made \(certificate.path)")
            return
        }
        let backends = try ["node1", "node2"].map { name in (name: name, socket: try backendSocket()) }
        let folder = try DemoFolder()
        // Serving ends by a throw, as what goes wrong before does.
        defer { folder.remove() }
        var arguments = ProxyArguments(
            listen: [listen], certificates: certificate.folder,
            to: backends.map { "\($0.name)=http://\($0.socket.address)" }, sticky: "JSESSIONID",
            control: folder.control)
        arguments.retry = Self.retry
        let lever = try folder.listen()
        let address = try freeAddress(try edge(arguments, ConfigurationLoader(readCertificates: nil)))
        arguments.listen = [address.description]
        try EdgeProcess.serve { [arguments] loader throws(ConfigurationErrors) in
            try loader.load(arguments)
        } afterBlockingSignals: {
            try certificate.makeIfNeeded()
            // What is wrong with other certificates in the folder is said before the guide is, too.
            _ = try edge(arguments, ConfigurationLoader())
            try DemoFarm.start(backends, switch: lever)
            let guide = DemoGuide(
                address: address, certificate: certificate, folder: folder,
                backends: backends.map { ($0.name, $0.socket.address) })
            FileHandle.standardOutput.write(Data((guide.text + "\n\n").utf8))
        }
    }

    /// A backend's socket. Its port is asked for by number, so that it stays the backend's while that is away.
    private func backendSocket() throws -> ListeningSocket {
        let port = try socket(on: .ip(host: "127.0.0.1", port: 0)).address.port
        return try socket(on: .ip(host: "127.0.0.1", port: Int(port)))
    }

    private func edge(_ arguments: ProxyArguments, _ loader: ConfigurationLoader) throws -> EdgeConfiguration {
        do throws(ConfigurationErrors) {
            return try loader.load(arguments).edge
        } catch {
            throw EdgeProcess.failure("\(error)")
        }
    }

    /// The address of `--listen`, port 0 made a number. It is bound and let go at once, so that one that is taken is
    /// said before the guide is printed.
    private func freeAddress(_ edge: EdgeConfiguration) throws -> SocketAddress {
        try socket(on: edge.listeners[0].address).address
    }

    private func socket(on address: ListenAddress) throws -> ListeningSocket {
        guard case .ip(let host, let port) = address, let bound = SocketAddress(host: host, port: UInt16(port)) else {
            throw EdgeProcess.failure("--listen: error: the demo needs an IP address and a port, not \(address)")
        }
        do throws(SystemError) {
            return try ListeningSocket(bound)
        } catch {
            throw EdgeProcess.failure("error: cannot listen on \(address): \(error); choose another --listen")
        }
    }
}
