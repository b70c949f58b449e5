import ArgumentParser
import Control
import Forwarding
import Foundation

/// `martlet upgrade`: has a new process take the place of the running one, without a gap.
struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Start the new program in place of the running one, without a gap.",
        discussion: """
            As SIGUSR2 does, but it waits until the new process serves. That one is started with the program that is \
            at the path of the running one by now and with its arguments, takes its sockets, what it has learned, \
            counted and been told, and its keys of TLS tickets. Then the old one lets what is under way end, within \
            timeouts.drain. Where the new process does not serve within 60 s the old one goes on, and this exits 78 \
            and says why. What takes longer than --timeout goes on, and this exits 75.
            """)

    /// The exit code where the new process does not serve (`EX_CONFIG` of sysexits).
    private static let refused = ExitStatus.badConfiguration.rawValue
    /// How often it is asked whether the new process serves.
    private static let pauseSeconds = 0.05

    @Option(help: "How many seconds to wait at most.")
    var timeout = ControlLimits.reloadTimeoutSeconds

    @OptionGroup var options: ControlOptions

    func validate() throws {
        guard (1...ControlLimits.reloadTimeoutSecondsMax).contains(timeout) else {
            throw ValidationError(
                "--timeout is a number of seconds from 1 to \(ControlLimits.reloadTimeoutSecondsMax)")
        }
    }

    func run() throws {
        let begun = try options.post("/upgrade", NoContent(), as: EdgeStatus.Upgrade.self)
        let process = begun.value.process
        let deadline = Date(timeIntervalSinceNow: Double(timeout))
        while Date() < deadline {
            // Between the two processes nobody may answer for a moment.
            if let status = try? status() {
                if status.process == process { return show(begun, status) }
                if let upgrade = status.upgrade, upgrade.process == process, let fault = upgrade.fault {
                    throw EdgeProcess.failure(
                        "error: process \(process) does not take the place of \(status.process), which goes on: "
                            + fault, code: Self.refused)
                }
            }
            Thread.sleep(forTimeInterval: Self.pauseSeconds)
        }
        throw EdgeProcess.failure(
            "error: process \(process) does not serve within \(timeout) s: it has 60 s, and `martlet status` shows "
                + "what has become of it", code: ControlOptions.later)
    }

    private func status() throws -> EdgeStatus {
        try ControlCoding.decode(EdgeStatus.self, from: ControlClient(path: options.control).get("/status"))
    }

    private func show(_ begun: Asked<EdgeStatus.Upgrade>, _ status: EdgeStatus) {
        options.show(begun) { _ in
            "process \(status.process) serves, martlet \(status.version); the one before lets what is under way end"
        }
    }
}
