import TLS

/// Looks at the folders of certificates that a configuration names, each once.
struct CertificateCheck {
    private let read: ConfigurationLoader.CertificateReader?
    private var surveys: [String: CertificateSurvey] = [:]

    /// Makes a check.
    ///
    /// - Parameter read: reads a folder; `nil`: none is looked at.
    init(read: ConfigurationLoader.CertificateReader?) {
        self.read = read
    }

    /// How many identities were found.
    var identityCount: Int {
        surveys.values.reduce(0) { $0 + $1.identityCount }
    }

    /// Looks at a folder and adds what is wrong in it to the findings; of a folder that was looked at before, nothing
    /// again.
    ///
    /// - Parameters:
    ///   - path: the folder as it is to be opened.
    ///   - slot: where the configuration names it.
    mutating func folder(_ path: String, at slot: Slot) {
        guard let read, surveys[path] == nil else { return }
        let survey = read(path)
        surveys[path] = survey
        for fault in survey.faults {
            slot.complain("\(fault.path): \(fault.message)")
        }
        for warning in survey.warnings {
            slot.warn("\(warning.path): \(warning.message)")
        }
    }

    /// Adds to the findings that no certificate of a folder has a name; not where certificates of it could not be read.
    func name(_ name: String, in path: String, at slot: Slot) {
        guard let survey = surveys[path], survey.faults.isEmpty, !survey.names.contains(name) else { return }
        let names = survey.names.sorted()
        slot.complain(
            "no certificate in \(path) has the name \(name.quoted)",
            cure: NearestName.suggestion(for: name, among: names)
                ?? "its names are \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? " …" : "")")
    }
}
