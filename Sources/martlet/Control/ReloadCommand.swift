import ArgumentParser
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
            certificates, keys and addresses read anew.
            """)

    /// The exit code when the configuration was refused (`EX_CONFIG` of sysexits).
    private static let refused = ExitStatus.badConfiguration.rawValue
    /// The exit code when something was not taken (`EX_DATAERR`).
    private static let keptOld = ExitStatus.badData.rawValue

    @OptionGroup var options: ControlOptions

    func run() throws {
        let asked = try options.post("/reload", NoContent(), as: Receipt.self)
        options.show(asked, Self.text)
        let receipt = asked.value
        if receipt.outcome == .rejected {
            throw EdgeProcess.failure(
                (receipt.faults + receipt.warnings).joined(separator: "\n"), code: Self.refused)
        }
        if receipt.keepsSomethingOld { throw ExitCode(Self.keptOld) }
    }

    private static func text(_ receipt: Receipt) -> String {
        let head =
            switch receipt.outcome {
            case .accepted: "generation \(receipt.generation) is served by every worker"
            case .rejected: "rejected: generation \(receipt.generation) goes on"
            }
        let first = "\(head): \(receipt.summary)"
        guard !receipt.changes.isEmpty else { return first }
        var table = TextTable(["WHAT", "NAME", "CHANGE", "BEFORE", "NOW", "WHY"])
        for change in receipt.changes {
            table.add([
                change.kind.noun, change.name, change.event.words, change.before ?? "-", change.after ?? "-",
                change.reason ?? "",
            ])
        }
        let rest = receipt.changesLeftOut > 0 ? "\n  and \(receipt.changesLeftOut) more" : ""
        return first + "\n" + table.text + rest
    }
}
