import Limiting
import Model
import Reactor
import TLS

/// A configuration with what it stands on, as that was read from disk and network.
package struct Gathering: Sendable {
    /// What was to be read.
    package enum Order: Sendable {
        /// The configuration, and what it stands on.
        case configuration
        /// What the served configuration stands on.
        case served
        /// The addresses of the served configuration's names that have none.
        case names
        /// Nothing: control has said something of the served configuration.
        case control

        /// Whether files are.
        package var readsFiles: Bool { self == .configuration || self == .served }
    }

    /// What a folder of certificates holds.
    package typealias Folder = (
        identities: [Identity], faults: [CertificateFault], warnings: [CertificateFault]
    )

    /// What is in files beside the configuration's.
    package struct Files: Sendable {
        /// By the paths of certificate folders.
        package let folders: [String: Folder]
        /// By the paths of files of keys.
        package let keys: [String: Result<[TokenKey], TokenKeyFile.Fault>]
        /// By the paths of files of secrets.
        package let secrets: [String: Result<Secret, WholeFile.Fault>]
        /// By the paths of files of pages.
        package let pages: [String: Result<[UInt8], WholeFile.Fault>]
        /// By the paths of files of addresses.
        package let addressLists: [String: Result<[AddressRange], AddressListFile.Fault>]
        /// By the paths of files of users.
        package let passwords: [String: Result<PasswordFile, WholeFile.Fault>]
        /// By the paths of folders that files are sent of.
        package let roots: [String: Result<FileRoot, SystemError>]

        /// Says what was read.
        package init(
            folders: [String: Folder], keys: [String: Result<[TokenKey], TokenKeyFile.Fault>],
            secrets: [String: Result<Secret, WholeFile.Fault>] = [:],
            pages: [String: Result<[UInt8], WholeFile.Fault>] = [:],
            addressLists: [String: Result<[AddressRange], AddressListFile.Fault>] = [:],
            passwords: [String: Result<PasswordFile, WholeFile.Fault>] = [:],
            roots: [String: Result<FileRoot, SystemError>] = [:]
        ) {
            self.roots = roots
            self.folders = folders
            self.keys = keys
            self.secrets = secrets
            self.pages = pages
            self.addressLists = addressLists
            self.passwords = passwords
        }

        /// Reads what a configuration names; blocks on the disk.
        init(_ configuration: EdgeConfiguration) {
            var folders: [String: Folder] = [:]
            for path in configuration.certificatePaths { folders[path] = CertificateFolder.load(path: path) }
            var keys: [String: Result<[TokenKey], TokenKeyFile.Fault>] = [:]
            for path in Set(configuration.balancers.compactMap(\.keyPath)) {
                do throws(TokenKeyFile.Fault) {
                    keys[path] = .success(try TokenKeyFile.load(path: path))
                } catch {
                    keys[path] = .failure(error)
                }
            }
            var secrets: [String: Result<Secret, WholeFile.Fault>] = [:]
            for path in configuration.secretPaths {
                do throws(WholeFile.Fault) {
                    secrets[path] = .success(try Secret(file: path))
                } catch {
                    secrets[path] = .failure(error)
                }
            }
            var pages: [String: Result<[UInt8], WholeFile.Fault>] = [:]
            for path in configuration.pagePlaces.keys {
                do throws(WholeFile.Fault) {
                    pages[path] = .success(try WholeFile.read(path, bytesMax: PageConfiguration.bytesMax))
                } catch {
                    pages[path] = .failure(error)
                }
            }
            var addressLists: [String: Result<[AddressRange], AddressListFile.Fault>] = [:]
            for path in configuration.addressListPaths {
                do throws(AddressListFile.Fault) {
                    addressLists[path] = .success(try AddressListFile.load(path: path))
                } catch {
                    addressLists[path] = .failure(error)
                }
            }
            var passwords: [String: Result<PasswordFile, WholeFile.Fault>] = [:]
            for path in configuration.passwordFilePaths {
                do throws(WholeFile.Fault) {
                    passwords[path] = .success(try PasswordFile(file: path))
                } catch {
                    passwords[path] = .failure(error)
                }
            }
            var roots: [String: Result<FileRoot, SystemError>] = [:]
            for path in configuration.fileFolderPaths {
                roots[path] = Result { () throws(SystemError) in try FileRoot(path: path) }
            }
            self.init(
                folders: folders, keys: keys, secrets: secrets, pages: pages, addressLists: addressLists,
                passwords: passwords, roots: roots)
        }
    }

    /// What was to be read.
    package let order: Order
    /// The configuration that all this is for.
    package var configuration: EdgeConfiguration
    /// What is served of it as it stands and is most likely not what was meant.
    package let warnings: [String]
    /// How many files it was read from; 0: it was not read.
    package let fileCount: Int
    /// `nil`: files were not read.
    package let files: Files?
    /// For each name that was asked for, but for those that were given up.
    package let answers: [NameLookup.Name: NameLookup.Answer]

    /// Says what was read.
    package init(
        _ order: Order, _ configuration: EdgeConfiguration, warnings: [String] = [], fileCount: Int = 0,
        files: Files? = nil, answers: [NameLookup.Name: NameLookup.Answer] = [:]
    ) {
        self.order = order
        self.configuration = configuration
        self.warnings = warnings
        self.fileCount = fileCount
        self.files = files
        self.answers = answers
    }

    /// Reads; blocks on disk and network, on the network for ``NameLimits/seconds``.
    ///
    /// - Parameter names: what is asked for; `nil`: all of the configuration's.
    init(
        reading order: Order, _ configuration: EdgeConfiguration, warnings: [String] = [], fileCount: Int = 0,
        names: Set<NameLookup.Name>? = nil, lookup: NameLookup = NameLookup()
    ) {
        let names = names ?? configuration.names
        lookup.begin(names)
        let files = order.readsFiles ? Files(configuration) : nil
        self.init(
            order, configuration, warnings: warnings, fileCount: fileCount, files: files,
            answers: lookup.answers(for: names, seconds: NameLimits.seconds))
    }

    /// Whether some name that was asked for has an address.
    package var hasAddress: Bool {
        answers.values.contains { if case .success = $0 { true } else { false } }
    }
}
