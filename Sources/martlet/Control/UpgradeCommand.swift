import ArgumentParser
import Control
import Forwarding

/// `martlet upgrade`: has a new process take the place of the running one, without a gap.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Start the new program in place of the running one, without a gap.",
        discussion: """
            As SIGUSR2 does, but it waits until the new process serves. That one is started with the program that is \
            at the path of the running one by now and with its arguments, takes its sockets, what it has learned, \
            counted and been told, and its keys of TLS tickets. Then the old one lets what is under way end, within \
            timeouts.drain. Where none can be started, or it does not serve within 60 s, the old one goes on, and this \
            exits 78 and says why. What takes longer than --timeout goes on, and this exits 75.
            """)

    /// The exit code where no new process serves (`EX_CONFIG` of sysexits).
    private static let refused = ExitStatus.badConfiguration.rawValue

    /// What helps where nobody says what has become of it.
    private static let cures = ControlOptions.Cures(
        late: "the new process has 60 s to serve, and `martlet status` shows what has become of it")

    @Option(help: "How many seconds to wait at most.")
    var timeout = ControlLimits.upgradeTimeoutSeconds

    @OptionGroup var options: ControlOptions

    func validate() throws {
        try ControlOptions.validate(timeout: timeout)
    }

    func run() throws {
        let asked = try options.post(
            "/upgrade", NoContent(), as: EdgeStatus.Upgrade.self, seconds: timeout, cures: Self.cures,
            refused: Self.refused)
        if let fault = asked.value.fault {
            throw EdgeProcess.failure(
                "error: process \(asked.value.process) does not take the place of the running one, which goes on: "
                    + fault, code: Self.refused)
        }
        options.show(asked) { upgrade in
            let version = upgrade.version.map { $0.isEmpty ? "" : ", martlet \($0)" } ?? ""
            return "process \(upgrade.process) serves\(version); the one before lets what is under way end"
        }
    }
}
