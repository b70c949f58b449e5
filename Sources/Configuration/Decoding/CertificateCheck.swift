import Limiting
import Model
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
            let isMissing = fault.path == path && fault.message.contains("No such file")
            let make: Cure = "make the folder, or a certificate for trying with certs/make-development.sh"
            slot.complain("\(fault.path): \(fault.message)", cure: isMissing ? make : Self.cure(fault))
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

    /// Warns of a host that no client can reach over TLS, as no certificate has its name.
    ///
    /// - Parameter folders: those of the listeners that serve it.
    func site(_ host: SiteConfiguration.Host, in folders: [String], at slot: Slot) {
        guard let folder = folders.min(), !knows(host, in: folders) else { return }
        slot.warn(
            "no certificate has this name, and clients that ask for it over TLS are refused",
            cure: "put one into \(folder)")
    }

    /// Whether a certificate of some folders has a host's name, or it is not known, as one of them could not be read.
    func knows(_ host: SiteConfiguration.Host, in folders: [String]) -> Bool {
        let surveys = folders.compactMap { self.surveys[$0] }
        guard !surveys.isEmpty, surveys.allSatisfy(\.faults.isEmpty) else { return true }
        let names = surveys.reduce(into: Set<String>()) { $0.formUnion($1.names) }
        switch host {
        case .any: return true
        case .exact(let name):
            let isAddress = name.hasPrefix("[") || IPAddress(name) != nil
            let parent = name.firstIndex(of: ".").map { "*\(name[$0...])" }
            return isAddress || names.contains(name) || names.contains(parent ?? name)
        case .wildcard(let suffix): return names.contains { $0.hasSuffix(".\(suffix)") }
        }
    }

    /// What to do with the files of certbot and its like, which have the key apart.
    private static func cure(_ fault: CertificateFault) -> Cure? {
        let name = fault.path.split(separator: "/").last ?? ""
        guard ["fullchain.pem", "privkey.pem", "cert.pem", "chain.pem"].contains(name) else { return nil }
        return Cure(
            "one file has key and chain of a name: cat privkey.pem fullchain.pem > example.com.pem, or links "
                + "example.com.crt and example.com.key")
    }
}
