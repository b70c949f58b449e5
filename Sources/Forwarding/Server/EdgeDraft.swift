import Model
import Reactor
import TLS

/// A new edge before workers serve it, with the identities of each TLS configuration.
struct EdgeDraft {
    let edge: Edge
    /// By the listeners' TLS configurations.
    let tables: [TLSConfiguration: IdentityTable]
    /// The keys of sealed routes by their balancers' index; `nil` for others.
    let keys: [[TokenKey]?]
    /// What members' names stand for; empty where nothing is known.
    let addresses: [NameLookup.Name: [SocketAddress]]
    /// Certificates that could not be used; on a reload the old one of the same file is kept instead.
    let faults: [CertificateFault]
    /// What else could not be read, so that what was read before is kept.
    let otherFaults: [String]
    /// What is most likely not meant so of certificates that are served.
    let doubts: [CertificateFault]
    /// What is doubtful about the configuration, and names without an address.
    let warnings: [String]
    /// What could not be read, as a receipt tells it.
    let kept: [Receipt.Change]

    /// The identities that are served, each once.
    var identities: [Identity] {
        tables.values.flatMap(\.identities).sorted { $0.path < $1.path }
    }

    /// All of the faults, in words.
    var allFaults: [String] { faults.map(\.description) + otherFaults }
}
