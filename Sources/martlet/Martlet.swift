import ArgumentParser

/// The command line: one verb a file.
@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "A TLS-terminating, session-aware edge balancer.",
        subcommands: [
            RunCommand.self, ProxyCommand.self, DemoCommand.self, CheckCommand.self, SchemaCommand.self,
            StatusCommand.self, DrainCommand.self, ResumeCommand.self, ExplainCommand.self, SessionsCommand.self,
            WhatIfCommand.self,
        ])
}
