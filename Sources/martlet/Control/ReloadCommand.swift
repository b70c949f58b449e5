import ArgumentParser
import Control
import Forwarding
import Foundation

/// `martlet reload`: reads the configuration and what it stands on anew, and says what changed.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Read the configuration, certificates and names anew, and show what changed.",
        discussion: """
            As SIGHUP does, but it waits until every worker serves what was read. Exits 0 when all was taken, 65 when \
            something could not be read and what was read before goes on, such as a certificate. A configuration that \
            is refused exits 78 and prints the errors as `martlet check` does; the one before it goes on, with its \
            certificates, keys and addresses read anew. Warnings are printed on standard error, as `martlet check` \
            does. What is not over within --timeout goes on, and it exits 75; `martlet status` shows what has become \
            of it. A process of a version before this verb is told with 76: SIGHUP makes it reload.
            """)

    /// The exit code when the configuration was refused (`EX_CONFIG` of sysexits).
    private static let refused = ExitStatus.badConfiguration.rawValue
    /// The exit code when something was not taken (`EX_DATAERR`).
    private static let keptOld = ExitStatus.badData.rawValue

    @Option(help: "How many seconds to wait at most.")
    var timeout = ControlLimits.reloadTimeoutSeconds

    @OptionGroup var options: ControlOptions

    func validate() throws {
        try ControlOptions.validate(timeout: timeout)
    }

    /// What helps where there is no receipt.
    private static let cures = ControlOptions.Cures(
        late: "files or names are still being read, or some worker does not serve yet what was read; the reload goes "
            + "on, and `martlet status` shows what has become of it",
        unknown: "send it SIGHUP, which does the same (kill -HUP PID); its log says what has become of that")

    func run() throws {
        let asked = try options.post(
            "/reload", NoContent(), as: Receipt.self, seconds: timeout, cures: Self.cures)
        options.show(asked, Self.text)
        let receipt = asked.value
        let warnings = receipt.warnings.map(Self.line(of:))
        if receipt.outcome == .rejected {
            throw EdgeProcess.failure((receipt.faults + warnings).joined(separator: "\n"), code: Self.refused)
        }
        if !options.json {
            for warning in warnings { FileHandle.standardError.write(Data("\(warning)\n".utf8)) }
        }
        if receipt.keepsSomethingOld { throw ExitCode(Self.keptOld) }
    }

    /// A warning as `martlet check` words it: those of the configuration have their place in front of the word.
    private static func line(of warning: String) -> String {
        warning.contains(": warning: ") ? warning : "warning: \(warning)"
    }

    private static func text(_ receipt: Receipt) -> String {
        let head =
            switch receipt.outcome {
            case .accepted: "generation \(receipt.generation)\(receipt.origin) is served by every worker"
            case .rejected: "rejected: generation \(receipt.generation) goes on"
            }
        let first = "\(head): \(receipt.summary)"
        guard !receipt.changes.isEmpty else { return first }
        var table = TextTable(["WHAT", "NAME", "CHANGE", "BEFORE", "NOW", "WHY"])
        for change in receipt.changes {
            let (before, after) = change.glance
            table.add([
                change.kind.noun, change.name, change.event.words, before ?? "-", after ?? "-",
                change.reason ?? "",
            ])
        }
        let rest = receipt.changesLeftOut > 0 ? "\n  and \(receipt.changesLeftOut) more" : ""
        return first + "\n" + table.text + rest
    }
}
