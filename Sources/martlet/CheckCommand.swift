import ArgumentParser
import Configuration
import Foundation

/// `martlet check FILE`: says what is wrong with a configuration.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration, what it includes, and its certificates.",
        discussion: """
            Prints what it would serve and exits 0, or prints every error as FILE:LINE:COLUMN and exits 78. What is \
            served and most likely not what was meant is a warning, with its place and a cure, and so are a member \
            whose name has no address here and limits.connections that this shell has too few descriptors for. With \
            --json all of it is one object: files, findings, each with file, line, column, severity, key, words and \
            cure, and summary, which is missing where there are errors.
            """)

    /// The exit code of a bad configuration (`EX_CONFIG` of sysexits).
    static let badConfiguration = ExitStatus.badConfiguration.rawValue

    @Argument(
        help: "The configuration file; /dev/stdin for what is piped.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Exit 78 for warnings too.")
    var strict = false

    @Option(
        help: "The folder that relative paths in FILE start from, in place of its own: for files on their way.",
        completion: .directory)
    var relativeTo: String?

    @Flag(
        help: "Open no certificates, keys, secrets and files of users: for machines that do not have them.")
    var withoutCertificates = false

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    func validate() throws {
        guard let relativeTo else { return }
        let folder = URL(fileURLWithPath: relativeTo).resolvingSymlinksInPath()
        guard (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw ValidationError("--relative-to \(relativeTo): there is no such folder")
        }
    }

    func run() throws {
        let loader = withoutCertificates ? ConfigurationLoader(readCertificates: nil) : ConfigurationLoader()
        let report: CheckReport
        do throws(ConfigurationErrors) {
            report = CheckReport(try loader.load(path: file, from: relativeTo), opensSecrets: !withoutCertificates)
        } catch {
            report = CheckReport(error, of: file)
        }
        let isRefused = report.hasErrors || strict && !report.diagnostics.isEmpty
        report.show(asJSON: json, summing: !isRefused)
        if isRefused { throw ExitCode(Self.badConfiguration) }
    }
}
