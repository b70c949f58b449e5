import Limiting
import Model
import Reactor
import TLS

/// What an edge is made of: the configuration's file, names, folders of certificates, files of keys, of secrets, of
/// pages, of addresses and of users, folders of files, each with its last value, when that was read, and what went
/// wrong since; and what control says of sites.
///
/// A value: it reads nothing itself, a ``Gathering`` has.
package struct Sources: Sendable {
    /// What a folder of certificates holds, with the old one of each file that cannot be read.
    package struct Folder: Sendable {
        /// What can be served.
        package let identities: [Identity]
        /// What of it is most likely not meant so.
        package let doubts: [CertificateFault]
    }

    /// The configuration that is served, and why a later one is not.
    package private(set) var file = Published<EdgeConfiguration, [String]>()
    /// What members' names stand for.
    package private(set) var names: [NameLookup.Name: Published<NameRecords, SocketAddress.ResolutionError>] = [:]
    /// How many members are in files of them, by their paths.
    package private(set) var memberFiles: [String: Published<Int, [String]>] = [:]
    /// By the paths of certificate folders.
    package private(set) var folders: [String: Published<Folder, [CertificateFault]>] = [:]
    /// By the paths of files of keys.
    package private(set) var keyFiles: [String: Published<[TokenKey], TokenKeyFile.Fault>] = [:]
    /// By the paths of files of secrets.
    package private(set) var secretFiles: [String: Published<Secret, WholeFile.Fault>] = [:]
    /// By the paths of files of pages.
    package private(set) var pageFiles: [String: Published<[UInt8], WholeFile.Fault>] = [:]
    /// By the paths of files of addresses.
    package private(set) var addressLists: [String: Published<[AddressRange], AddressListFile.Fault>] = [:]
    /// By the paths of files of users.
    package private(set) var passwordFiles: [String: Published<PasswordFile, WholeFile.Fault>] = [:]
    /// The hosts of sites that control has closed for maintenance: until it opens them, or the process ends.
    package private(set) var closedSites: Set<String> = []
    /// By the paths of folders that files are sent of.
    package private(set) var roots: [String: Published<FileRoot, SystemError>] = [:]
    /// What is served of certificate folders, by their paths: what was read since may have been refused.
    private var served: [String: [Identity]] = [:]

    /// Knows nothing yet.
    package init() {}

    /// Names that have no address.
    package var unresolved: Set<NameLookup.Name> { Set(names.filter { $0.value.value == nil }.keys) }

    /// Takes what was read of names and files.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    package mutating func take(_ gathering: Gathering, at now: Int64) {
        let hold = gathering.configuration.dns.holdMilliseconds
        for (name, answer) in gathering.answers { take(answer, for: name, holding: hold, at: now) }
        takeMembers(gathering, at: now)
        for (path, folder) in gathering.files?.folders ?? [:] { take(folder, at: path, now: now) }
        for (path, keys) in gathering.files?.keys ?? [:] {
            switch keys {
            case .success(let keys): keyFiles[path, default: Published()].publish(keys, at: now)
            case .failure(let fault): keyFiles[path, default: Published()].fail(fault)
            }
        }
        for (path, page) in gathering.files?.pages ?? [:] {
            switch page {
            case .success(let page): pageFiles[path, default: Published()].publish(page, at: now)
            case .failure(let fault): pageFiles[path, default: Published()].fail(fault)
            }
        }
        for (path, secret) in gathering.files?.secrets ?? [:] {
            switch secret {
            case .success(let secret): secretFiles[path, default: Published()].publish(secret, at: now)
            case .failure(let fault): secretFiles[path, default: Published()].fail(fault)
            }
        }
        for (path, list) in gathering.files?.addressLists ?? [:] {
            switch list {
            case .success(let ranges): addressLists[path, default: Published()].publish(ranges, at: now)
            case .failure(let fault): addressLists[path, default: Published()].fail(fault)
            }
        }
        for (path, file) in gathering.files?.passwords ?? [:] { take(file, at: path, now: now) }
        for (path, root) in gathering.files?.roots ?? [:] { take(root, at: path, now: now) }
    }

    /// What names were answered last.
    package var leftNames: [LeftName] { names.compactMap { LeftName($0.key, $0.value) } }

    /// Takes what the process before was answered, for names that nobody has answered to this one.
    ///
    /// - Parameter now: milliseconds of the monotonic clock.
    package mutating func take(_ left: [LeftName], at now: Int64) {
        for one in left {
            guard let known = names[one.name], known.value == nil else { continue }
            var records = NameRecords()
            records.take(one.finding, holding: 0, at: now)
            guard !records.addresses.isEmpty || !records.services.isEmpty else { continue }
            names[one.name]?.publish(records, fault: known.fault, at: one.readMillis)
        }
    }

    /// Takes what control says of sites.
    ///
    /// - Parameter sites: the hosts of those that are closed for maintenance.
    package mutating func close(_ sites: Set<String>) {
        closedSites = sites
    }

    /// Says whose configuration is served from now on; what it does not stand on is forgotten.
    package mutating func accept(_ draft: EdgeDraft, at now: Int64) {
        file.publish(draft.written, at: now)
        settle(draft)
    }

    /// Says why a configuration is not served; the one before it goes on.
    package mutating func refuse(_ lines: [String]) {
        file.fail(lines)
    }

    /// Says why members that were read are not served; those before them go on.
    ///
    /// - Parameter former: what was known before they were taken.
    package mutating func refuse(_ lines: [String], membersOf gathering: Gathering, since former: Sources) {
        (names, memberFiles) = (former.names, former.memberFiles)
        for (path, own) in gathering.memberFaults {
            memberFiles[path, default: Published()].fail(own.isEmpty ? lines : own)
        }
    }

    /// Says what is served from now on of the same configuration; what it does not stand on is forgotten.
    package mutating func settle(_ draft: EdgeDraft) {
        let configuration = draft.written
        served = draft.identitiesByFolder
        let (used, paths) = (configuration.names, configuration.certificatePaths)
        let keyPaths = Set(configuration.balancers.compactMap(\.keyPath))
        names = names.filter { used.contains($0.key) }
        let membersPaths = configuration.membersPaths
        memberFiles = memberFiles.filter { membersPaths[$0.key] != nil }
        folders = folders.filter { paths.contains($0.key) }
        keyFiles = keyFiles.filter { keyPaths.contains($0.key) }
        let secretPaths = configuration.secretPaths
        secretFiles = secretFiles.filter { secretPaths.contains($0.key) }
        if !closedSites.isEmpty { closedSites.formIntersection(configuration.sites.map(\.name)) }
        let pagePlaces = configuration.pagePlaces
        pageFiles = pageFiles.filter { pagePlaces[$0.key] != nil }
        let listPaths = configuration.addressListPaths
        addressLists = addressLists.filter { listPaths.contains($0.key) }
        let passwordPaths = Set(configuration.passwordFilePaths)
        passwordFiles = passwordFiles.filter { passwordPaths.contains($0.key) }
        let rootPaths = configuration.fileFolderPaths
        roots = roots.filter { rootPaths.contains($0.key) }
    }

    /// A file of users that is the same stays the object that it was: who was proven by it need not be again.
    private mutating func take(
        _ file: Result<PasswordFile, WholeFile.Fault>, at path: String, now: Int64
    ) {
        switch file {
        case .success(let file):
            let known = passwordFiles[path]?.value
            passwordFiles[path, default: Published()].publish(known.flatMap { $0 == file ? $0 : nil } ?? file, at: now)
        case .failure(let fault): passwordFiles[path, default: Published()].fail(fault)
        }
    }

    /// A folder stays the one that is open, unless its path leads to another one now.
    private mutating func take(_ root: Result<FileRoot, SystemError>, at path: String, now: Int64) {
        switch root {
        case .success(let found):
            let known = roots[path]?.value
            roots[path, default: Published()].publish(
                known.flatMap { $0.isSame(as: found) ? $0 : nil } ?? found, at: now)
        case .failure(let fault): roots[path, default: Published()].fail(fault)
        }
    }

    private mutating func take(
        _ answer: NameLookup.Answer, for name: NameLookup.Name, holding hold: Int, at now: Int64
    ) {
        switch answer {
        case .success(let found):
            var records = names[name]?.value ?? NameRecords()
            records.take(found, holding: hold, at: now)
            names[name, default: Published()].publish(records, at: now)
        case .failure(let error): names[name, default: Published()].fail(error)
        }
    }

    /// A configuration that was read has read its files of members as well.
    private mutating func takeMembers(_ gathering: Gathering, at now: Int64) {
        for (path, lines) in gathering.memberFaults where !lines.isEmpty {
            memberFiles[path, default: Published()].fail(lines)
        }
        guard gathering.order == .configuration || gathering.order == .members else { return }
        for (path, balancers) in gathering.configuration.membersPaths {
            let isRead = gathering.order == .configuration || gathering.memberFaults[path] == []
            guard isRead, let name = balancers.first,
                let balancer = gathering.configuration.balancers.first(where: { $0.name == name })
            else { continue }
            memberFiles[path, default: Published()].publish(balancer.members.count, at: now)
        }
    }

    /// In place of a file that cannot be used, the folder has what is served of it.
    private mutating func take(_ folder: Gathering.Folder, at path: String, now: Int64) {
        let isUnread = folder.faults.contains { $0.path == path }
        let kept = (served[path] ?? []).filter { old in isUnread || folder.faults.contains { $0.path == old.path } }
        // What is the same is kept as it was, so that what workers have of it is not in memory twice.
        let (known, read) = (folders[path]?.value?.identities, folder.identities + kept)
        let readMillis = isUnread ? folders[path]?.readMillis : now
        folders[path, default: Published()].publish(
            Folder(identities: known.flatMap { $0 == read ? $0 : nil } ?? read, doubts: folder.warnings),
            fault: folder.faults.isEmpty ? nil : folder.faults, at: readMillis)
    }
}

extension EdgeConfiguration {
    /// The folders of certificates that listeners name.
    var certificatePaths: Set<String> { Set(listeners.compactMap(\.tls?.certificatesPath)) }
}
