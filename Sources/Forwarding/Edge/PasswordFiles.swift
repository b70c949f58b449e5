import Model
import TLS

extension EdgeConfiguration {
    /// The files of users, by the keys that name each first.
    private var passwordFileKeys: [(path: String, keys: String)] {
        var places = [(rules.users, "users")]
        for (index, site) in sites.enumerated() {
            places.append((site.rules.users, "sites[\(index)].users"))
            places += site.paths.map { ($0.rules.users, "sites[\(index)].paths.\($0.declaredName).users") }
        }
        var seen: Set<String> = []
        return places.compactMap { users, keys in
            guard let path = users?.path, seen.insert(path).inserted else { return nil }
            return (path, keys)
        }
    }

    /// The files of users.
    var passwordFilePaths: [String] { passwordFileKeys.map(\.path) }

    /// What is wrong with a file of users, in words that name the place in the configuration.
    func words(on fault: WholeFile.Fault, users path: String) -> String {
        self.fault(fault, users: path).description
    }

    private func fault(_ fault: WholeFile.Fault, users path: String) -> FileFault {
        FileFault(
            keys: passwordFileKeys.first { $0.path == path }?.keys ?? "users", message: "\(path): \(fault.message)")
    }

    /// What is wrong with files of users. Blocks on the disk.
    var passwordFileFaults: [FileFault] {
        passwordFilePaths.compactMap { path in
            do throws(WholeFile.Fault) {
                _ = try PasswordFile(file: path)
                return nil
            } catch {
                return fault(error, users: path)
            }
        }
    }
}
