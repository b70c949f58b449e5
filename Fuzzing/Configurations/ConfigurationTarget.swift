import Configuration

/// Configurations: any bytes give a value that is written and read again as the same, or errors whose places are in the
/// file.
func takeConfiguration(_ input: [UInt8]) {
    let loader = ConfigurationLoader(readCertificates: nil, files: nowhere, environment: { ["NAME": "value"] })
    do throws(ConfigurationErrors) {
        let loaded = try loader.load(bytes: input, file: "fuzz.yaml")
        for warning in loaded.warnings { checkPlace(warning, in: input) }
        let written = ConfigurationWriter.text(of: loaded.edge)
        guard let again = try? loader.load(text: written, file: "fuzz.yaml") else {
            fatalError("not read again: \(written)")
        }
        check(ConfigurationWriter.text(of: again.edge) == written, "read again as another: \(written)")
    } catch {
        check(!error.diagnostics.isEmpty, "refused without a reason")
        for diagnostic in error.diagnostics + error.warnings { checkPlace(diagnostic, in: input) }
    }
}

/// The target of this binary.
let target: @Sendable ([UInt8]) -> Void = takeConfiguration

/// No file is included.
private let nowhere = IncludedFiles(
    read: { path, _ in .success(Array("\(path): 1\n".utf8)) }, list: { _ in .missing }, resolve: { $0 })

private func checkPlace(_ diagnostic: Diagnostic, in input: [UInt8]) {
    guard case .position(let file, let line, let column) = diagnostic.place else { fatalError("a flag: \(diagnostic)") }
    guard file == "fuzz.yaml" else { return }
    check(line >= 1 && column >= 1, "\(diagnostic)")
    // YAML's ends of lines: CR, LF, both, and those of Unicode.
    let scalars = String(decoding: input, as: UTF8.self).unicodeScalars
    var lines = [0]
    var previous: Unicode.Scalar?
    for scalar in scalars {
        switch scalar {
        case "\n" where previous == "\r": break
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append(0)
        default: lines[lines.count - 1] += 1
        }
        previous = scalar
    }
    check(line <= lines.count, "line \(line) of \(lines.count): \(diagnostic)")
    check(column <= lines[line - 1] + 2, "column \(column) of \(lines[line - 1]): \(diagnostic)")
}
