import ArgumentParser
import Configuration
import Forwarding

/// `martlet proxy`: serves one balancer without a configuration file.
struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy", abstract: "Serve one balancer, described on the command line.",
        discussion: """
            martlet proxy --listen 127.0.0.1:8443 --certificates certs/ \\
              --to node1=http://127.0.0.1:8081 --to node2=http://127.0.0.1:8082 --sticky JSESSIONID
            """)

    @Option(help: "An address that speaks TLS, such as 127.0.0.1:8443; may be repeated.")
    var listen: [String] = []

    @Option(help: "An address that speaks cleartext; may be repeated.")
    var listenHttp: [String] = []

    @Option(help: "The folder of certificates for --listen.", completion: .directory)
    var certificates: String?

    @Option(help: "A member as URL or NAME=URL; may be repeated. Without a name it is node1, node2 …")
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "The cookie, or the parameter in lower case, whose value ends in the member's route; or a cookie without "
                + "routes, such as PHPSESSID, beside which Martlet sets its own."))
    var sticky: String?

    @Option(help: "The path of a socket for status, drain and the like; none if left out.", completion: .file())
    var control: String?

    @OptionGroup var options: ProcessOptions

    func run() throws {
        let arguments = ProxyArguments(
            listen: listen, listenHTTP: listenHttp, certificates: certificates, to: to, sticky: sticky,
            control: control)
        try EdgeProcess.serve(options) { [arguments] loader throws(ConfigurationErrors) in try loader.load(arguments) }
    }
}
