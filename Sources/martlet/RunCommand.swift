import ArgumentParser
import Configuration
import Forwarding
import Foundation

/// `martlet run FILE`: serves a configuration.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Serve a configuration.",
        discussion: """
            SIGHUP reads the configuration and its certificates anew; `martlet status` shows what has become of that. \
            SIGUSR1 opens the access log anew, after its file was moved away. \
            SIGUSR2 starts the program that is at its path now in its place, as `martlet upgrade` does. \
            SIGTERM and SIGINT end after the exchanges under way, a second one ends at once.
            """)

    @Argument(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @OptionGroup var options: ProcessOptions

    func run() throws {
        try EdgeProcess.serve(options, from: URL(fileURLWithPath: file).path) {
            [file] loader throws(ConfigurationErrors) in
            try loader.load(path: file)
        }
    }
}
