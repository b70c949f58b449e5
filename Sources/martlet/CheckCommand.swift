import ArgumentParser
import Configuration
import Forwarding
import Foundation

/// `martlet check FILE`: says what is wrong with a configuration.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration and its certificates.",
        discussion: """
            Prints what it would serve and exits 0, or prints every error as FILE:LINE:COLUMN and exits 78. What is \
            served and most likely not what was meant is a warning, and so is a member whose name has no address here.
            """)

    /// The exit code of a bad configuration (`EX_CONFIG` of sysexits).
    static let badConfiguration = ExitStatus.badConfiguration.rawValue

    @Argument(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    func run() throws {
        let loaded: LoadedConfiguration
        do throws(ConfigurationErrors) {
            loaded = try ConfigurationLoader().load(path: file)
        } catch {
            try refuse("\(error)")
        }
        let faults =
            loaded.edge.keyFileFaults + loaded.edge.secretFileFaults + loaded.edge.pageFaults
            + loaded.edge.addressListFaults + loaded.edge.passwordFileFaults + loaded.edge.fileFolderFaults
        guard faults.isEmpty else { try refuse(faults.map { "\(file): error: \($0)" }.joined(separator: "\n")) }
        for warning in loaded.warnings { say("\(warning)") }
        for name in loaded.edge.unresolvedNames() { say("\(file): warning: \(name)") }
        print("\(file): \(loaded.summary)")
    }

    private func refuse(_ words: String) throws -> Never {
        say(words)
        throw ExitCode(Self.badConfiguration)
    }

    private func say(_ words: String) {
        FileHandle.standardError.write(Data("\(words)\n".utf8))
    }
}
