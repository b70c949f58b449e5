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
        /// Nothing: name servers have answered for names of the served configuration.
        case names
        /// The served configuration's files of members, and the names that are new in them.
        case members
        /// Nothing: control has said something of the served configuration.
        case control
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

        /// Reads the secrets that a configuration names, and nothing else; blocks on the disk.
        init(secretsOf configuration: EdgeConfiguration) {
            self.init(folders: [:], keys: [:], secrets: Self.secrets(of: configuration))
        }

        private static func secrets(
            of configuration: EdgeConfiguration
        ) -> [String: Result<Secret, WholeFile.Fault>] {
            var secrets: [String: Result<Secret, WholeFile.Fault>] = [:]
            for path in configuration.secretPaths {
                do throws(WholeFile.Fault) {
                    secrets[path] = .success(try Secret(file: path))
                } catch {
                    secrets[path] = .failure(error)
                }
            }
            return secrets
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
            let secrets = Self.secrets(of: configuration)
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
    /// Reads the files of members that the configuration names; `nil`: it was not read, or names none.
    let members: MembersReader?
    /// What is wrong with files of members that have changed, by their paths; empty lines: nothing is any more.
    let memberFaults: [String: [String]]

    /// Says what was read.
    package init(
        _ order: Order, _ configuration: EdgeConfiguration, warnings: [String] = [], fileCount: Int = 0,
        files: Files? = nil, answers: [NameLookup.Name: NameLookup.Answer] = [:], members: MembersReader? = nil,
        memberFaults: [String: [String]] = [:]
    ) {
        self.order = order
        self.configuration = configuration
        self.warnings = warnings
        self.fileCount = fileCount
        self.files = files
        self.answers = answers
        self.members = members
        self.memberFaults = memberFaults
    }

    /// Reads a configuration's files and names; blocks on disk and network, on the network for ``NameLimits/seconds``.
    init(
        reading order: Order, _ configuration: EdgeConfiguration, warnings: [String] = [], fileCount: Int = 0,
        members: MembersReader? = nil, lookup: NameLookup
    ) {
        let names = configuration.names
        lookup.begin(names)
        let files = Files(configuration)
        self.init(
            order, configuration, warnings: warnings, fileCount: fileCount, files: files,
            answers: lookup.answers(for: names, seconds: NameLimits.seconds), members: members)
    }

    /// Reads files of members; blocks on disk and network likewise.
    ///
    /// - Parameters:
    ///   - served: the configuration that is served.
    ///   - known: names that need not be looked up.
    init(
        _ reading: MembersReader.Reading, after served: EdgeConfiguration, known: Set<NameLookup.Name>,
        lookup: NameLookup
    ) {
        guard let configuration = reading.configuration else {
            self.init(.members, served, memberFaults: reading.faults)
            return
        }
        let names = configuration.names.subtracting(known)
        lookup.begin(names)
        self.init(
            .members, configuration, files: Files(secretsOf: configuration),
            answers: lookup.answers(for: names, seconds: NameLimits.seconds), memberFaults: reading.faults)
    }
}
