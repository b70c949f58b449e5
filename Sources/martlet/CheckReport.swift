import Configuration
import Forwarding
import Foundation

/// What `martlet check` has found.
struct CheckReport {
    /// Errors, then warnings.
    let diagnostics: [Diagnostic]
    /// The files that were read, the one that was named first.
    private let files: [String]
    /// What would be served; `nil` where there are errors.
    private let summary: String?

    /// Whether it cannot be served.
    var hasErrors: Bool { summary == nil }

    /// What cannot be read.
    init(_ errors: ConfigurationErrors, of file: String) {
        diagnostics = errors.diagnostics + errors.warnings
        files = errors.files.isEmpty ? [file] : errors.files
        summary = nil
    }

    /// What could be read, with what it stands on. Blocks on disk and network.
    ///
    /// - Parameter opensSecrets: whether files that are secret are opened.
    init(_ loaded: LoadedConfiguration, opensSecrets: Bool) {
        files = loaded.files
        let faults = loaded.edge.fileFaults(opensSecrets: opensSecrets).map { fault in
            loaded.diagnostic(.error, at: fault.keys, fault.message)
        }
        guard faults.isEmpty else {
            diagnostics = faults + loaded.warnings
            summary = nil
            return
        }
        var warnings = loaded.warnings
        let connections = "limits.connections"
        // Where nothing is said of it, a start takes as many as there are descriptors for.
        if loaded.says(connections), let doubt = loaded.edge.descriptorDoubt() {
            warnings.append(loaded.diagnostic(.warning, at: connections, doubt.message, cure: doubt.cure))
        }
        for (keys, message, cure) in loaded.edge.nameDoubts() {
            warnings.append(loaded.diagnostic(.warning, at: keys, message, cure: cure))
        }
        for (message, cure) in loaded.edge.userDoubts(files: loaded.files) {
            warnings.append(loaded.diagnostic(.warning, at: "user", message, cure: cure))
        }
        // Where certificates are not, logs are not either.
        for (keys, message, cure) in opensSecrets ? loaded.edge.placeDoubts() : [] {
            warnings.append(loaded.diagnostic(.warning, at: keys, message, cure: cure))
        }
        diagnostics = warnings
        summary = loaded.summary
    }

    /// Says it: findings on standard error, and what would be served on standard output; or all of it there as JSON.
    ///
    /// - Parameter isSummed: whether what would be served is said.
    func show(asJSON isJSON: Bool, summing isSummed: Bool) {
        if isJSON {
            FileHandle.standardOutput.write(json)
            return
        }
        for diagnostic in diagnostics { FileHandle.standardError.write(Data("\(diagnostic)\n".utf8)) }
        if isSummed, let summary { print("\(files.first ?? ""): \(summary)") }
    }

    // MARK: - For scripts

    private struct Finding: Encodable {
        let file: String
        let line: Int
        let column: Int
        let severity: String
        let key: String
        let words: String
        let cure: String?

        init(_ diagnostic: Diagnostic) {
            if case .position(let file, _, _) = diagnostic.place { self.file = file } else { file = "" }
            (line, column) = diagnostic.position
            severity = diagnostic.severity.rawValue
            key = diagnostic.keys
            words = diagnostic.message
            cure = diagnostic.cure?.words
        }
    }

    private struct Whole: Encodable {
        let files: [String]
        let findings: [Finding]
        let summary: String?
    }

    private var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let whole = Whole(files: files, findings: diagnostics.map(Finding.init), summary: summary)
        return ((try? encoder.encode(whole)) ?? Data()) + Data("\n".utf8)
    }
}
