import ArgumentParser
import Configuration
import Forwarding
import Model

/// The command line: one verb a file.
@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "A TLS-terminating, session-aware edge balancer.",
        discussion: """
            A verb ends with one of these numbers; a server that gets a second SIGTERM or SIGINT with 128 and the \
            signal's number:

            \(ExitStatus.lines)
            """,
        version: Version.words,
        subcommands: [
            RunCommand.self, ProxyCommand.self, DemoCommand.self, CheckCommand.self, SchemaCommand.self,
            StatusCommand.self, ReloadCommand.self, DrainCommand.self, DisableCommand.self, ResumeCommand.self,
            ExplainCommand.self, SessionsCommand.self, WhatIfCommand.self, MaintenanceCommand.self, UpgradeCommand.self,
        ])

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        if let verb = asked, let complaint = UnknownVerb.complaint(about: verb) {
            exit(withError: ValidationError(complaint))
        }
        main(arguments)
    }
}

/// What is said of a verb that there is none of.
private enum UnknownVerb {
    /// Verbs of others, and what does the same here.
    private static let others = [
        "graceful": "read the configuration anew with `martlet reload`, or send SIGHUP to the process: kill -HUP PID",
        "hot-restart": "start the new program in place of the old one with `martlet upgrade`",
        "restart": "start the program anew in place of the running one with `martlet upgrade`, without a gap",
        "stop": "send SIGTERM to the process, which ends what is under way first: kill PID",
        "quit": "send SIGTERM to the process, which ends what is under way first: kill PID",
        "start": "serve a configuration with `martlet run FILE`",
        "serve": "serve a configuration with `martlet run FILE`",
        "config": "check a configuration with `martlet check FILE`; `martlet schema` prints its keys",
        "configtest": "check a configuration with `martlet check FILE`",
        "validate": "check a configuration with `martlet check FILE`",
        "test": "check a configuration with `martlet check FILE`",
        "version": "ask with `martlet --version`",
        "undrain": "end a drain with `martlet resume MEMBER`",
        "enable": "give a member any requests again with `martlet resume MEMBER`",
    ]

    /// What is wrong with the first argument and what to do; `nil` where it is a verb, or a flag.
    static func complaint(about verb: String) -> String? {
        let verbs = Martlet.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard !verb.hasPrefix("-"), !verbs.contains(verb) else { return nil }
        let cure =
            others[verb.lowercased()] ?? NearestName.nearest(to: verb, among: verbs).map { "did you mean \"\($0)\"?" }
            ?? "the verbs are \(verbs.joined(separator: ", "))"
        return "there is no verb \"\(verb)\"; \(cure)"
    }
}
