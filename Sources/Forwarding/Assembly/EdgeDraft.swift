import Limiting
import Model
import Reactor
import TLS

/// A new edge before workers serve it, with what each worker's TLS and sealed routes are made of.
package struct EdgeDraft: Sendable {
    /// The edge.
    package let edge: Edge
    /// Its configuration with the members as they are declared: one there may be several of the edge's.
    package let written: EdgeConfiguration
    /// The same before limits were lowered to the process's.
    package let declared: EdgeConfiguration
    /// The identities by the listeners' TLS configurations.
    let tables: [TLSConfiguration: IdentityTable]
    /// The keys of sealed routes by their balancers' index; `nil` for others.
    package let keys: [[TokenKey]?]
    /// What is in files of pages, by their paths.
    package let pages: [String: [UInt8]]
    /// The addresses in files that lists of access name, by their paths.
    let addressLists: [String: [AddressRange]]
    /// The files of users by their paths.
    package let passwordFiles: [String: PasswordFile]
    /// The folders that files are sent of, by their paths.
    package let roots: [String: FileRoot]
    /// What could not be read, so that what was read before is kept, in lines for people.
    package let faults: [String]
    /// What is doubtful about the configuration, and names without an address.
    package let warnings: [String]
    /// Members that names stand for and that are not used; in ``warnings`` as well.
    let leftOut: [String]
    /// What is most likely not meant so of certificates that are served.
    package let doubts: [String]
    /// What could not be read, as a receipt tells it.
    package let kept: [Receipt.Change]

    /// Counts configurations.
    package var generation: Int { edge.generation }

    /// Counts what workers were given to serve.
    package var installation: Int { edge.installation }

    /// The identities that are served, one of each file: the first listener's.
    package var identities: [Identity] {
        var identities: [String: Identity] = [:]
        for identity in tablesInOrder.flatMap(\.table.identities) where identities[identity.path] == nil {
            identities[identity.path] = identity
        }
        return identities.values.sorted { $0.path < $1.path }
    }

    /// The identities that are served, each once, by the paths of their folders.
    package var identitiesByFolder: [String: [Identity]] {
        var folders: [String: [Identity]] = [:]
        for (tls, table) in tablesInOrder {
            // Where one listener's default is lost, it goes on with an older one of a file than others.
            let known = Dictionary(grouping: folders[tls.certificatesPath] ?? [], by: \.path)
            folders[tls.certificatesPath, default: []] +=
                table.identities.filter { known[$0.path]?.contains($0) != true }
        }
        return folders
    }

    private var tablesInOrder: [(tls: TLSConfiguration, table: IdentityTable)] {
        var left = tables
        return edge.configuration.listeners.compactMap { listener in
            listener.tls.flatMap { tls in left.removeValue(forKey: tls).map { (tls, $0) } }
        }
    }
}
