import ArgumentParser
import Configuration
import Foundation

/// `martlet check FILE`: says what is wrong with a configuration.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration and its certificates.",
        discussion: "Prints what it would serve and exits 0, or prints every error as FILE:LINE:COLUMN and exits 78.")

    /// The exit code of a bad configuration (`EX_CONFIG` of sysexits).
    static let badConfiguration: Int32 = 78

    @Argument(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    func run() throws {
        do throws(ConfigurationErrors) {
            print("\(file): \(try ConfigurationLoader().load(path: file).summary)")
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(Self.badConfiguration)
        }
    }
}
