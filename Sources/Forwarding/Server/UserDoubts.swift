import Model
import Reactor
import TLS

extension EdgeConfiguration {
    /// What the declared user may not do that a reload, an upgrade or the rotation of a log needs. Blocks on the disk.
    ///
    /// - Parameter files: those that the configuration was read from.
    /// - Returns: nothing where no user is declared, or nobody can tell.
    public func userDoubts(files: [String]) -> [(message: String, cure: String)] {
        guard let name = user else { return [] }
        let user: ProcessUser
        do throws(ProcessUser.Fault) {
            user = try ProcessUser(name.user, group: name.group)
        } catch {
            return [(error.message, error.cure)]
        }
        guard ProcessLimits.isRoot || user.isCurrent else { return [] }
        return user.obstacles(to: wishes(files)).map { user.words(on: $0) }
    }

    private func wishes(_ files: [String]) -> [ProcessUser.Wish] {
        var wishes = files.map { ProcessUser.Wish(.read, $0) }
        for folder in certificatePaths.sorted() {
            wishes.append(.init(.list, folder))
            wishes += CertificateFolder.filePaths(in: folder).map { .init(.read, $0) }
        }
        let others: [[String]] = [
            balancers.compactMap(\.keyPath), secretPaths.sorted(), passwordFilePaths, addressListPaths.sorted(),
            pagePlaces.keys.sorted(),
        ]
        wishes += others.joined().map { .init(.read, $0) }
        wishes += fileFolderPaths.sorted().map { .init(.list, $0) }
        if let path = accessLogPath { wishes.append(.init(.change, LocalPath.folder(of: path))) }
        return wishes
    }
}

extension ProcessUser {
    /// What lacks, and what gives it.
    fileprivate func words(on lack: Wish) -> (message: String, cure: String) {
        let path = lack.path
        switch lack.right {
        case .read:
            return (
                "\(name) cannot read \(path), which reloads and upgrades read anew",
                "chgrp \(groupName) \(path) && chmod g+r \(path)"
            )
        case .list:
            return (
                "\(name) cannot look into \(path), which reloads and upgrades read anew",
                "chgrp \(groupName) \(path) && chmod g+rx \(path)"
            )
        case .pass:
            return (
                "\(name) cannot pass \(path), on the way to what reloads and upgrades need",
                "chgrp \(groupName) \(path) && chmod g+x \(path)"
            )
        case .change:
            return (
                "\(name) cannot make files in \(path), so that no log begins anew when its file was moved away",
                "chgrp \(groupName) \(path) && chmod g+rwx \(path)"
            )
        }
    }
}
