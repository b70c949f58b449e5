import Model
import Reactor
import TLS

/// A configuration with what it stands on, as that was read from disk and network.
struct Gathering: Sendable {
    /// What was to be read.
    enum Order: Sendable {
        /// The configuration, and what it stands on.
        case configuration
        /// What the served configuration stands on.
        case served
        /// The addresses of the served configuration's names that have none.
        case names
    }

    /// What a folder of certificates holds.
    typealias Folder = (identities: [Identity], faults: [CertificateFault], warnings: [CertificateFault])

    /// What is in files beside the configuration's.
    struct Files: Sendable {
        /// By the paths of certificate folders.
        let folders: [String: Folder]
        /// The keys of sealed routes by their balancers' index; `nil` for others.
        let keys: [Result<[TokenKey]?, TokenKeyFile.Fault>]

        init(_ configuration: EdgeConfiguration) {
            var folders: [String: Folder] = [:]
            for path in Set(configuration.listeners.compactMap(\.tls?.certificatesPath)) {
                folders[path] = CertificateFolder.load(path: path)
            }
            self.folders = folders
            keys = configuration.balancers.map { balancer in
                do throws(TokenKeyFile.Fault) {
                    return .success(try balancer.readKeys())
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    /// What was to be read.
    let order: Order
    /// The configuration that all this is for.
    var configuration: EdgeConfiguration
    /// What is served of it as it stands and is most likely not what was meant.
    let warnings: [String]
    /// `nil`: files were not read.
    let files: Files?
    /// For each name that was asked for.
    let answers: [NameLookup.Name: NameLookup.Answer]

    /// Reads; blocks on disk and network, on the network for ``NameLimits/seconds``.
    ///
    /// - Parameter names: what is asked for; `nil`: all of the configuration's.
    init(
        _ order: Order, _ configuration: EdgeConfiguration, warnings: [String] = [],
        names: Set<NameLookup.Name>? = nil, lookup: NameLookup = NameLookup()
    ) {
        self.order = order
        self.configuration = configuration
        self.warnings = warnings
        let names = names ?? configuration.names
        lookup.begin(names)
        files = order == .names ? nil : Files(configuration)
        answers = lookup.answers(for: names, seconds: NameLimits.seconds)
    }

    /// Whether some name that was asked for has an address.
    var hasAddress: Bool {
        answers.values.contains { if case .success = $0 { true } else { false } }
    }
}
