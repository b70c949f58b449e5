import Model
import TLS

extension EdgeConfiguration {
    /// The files of users, by the keys that name each first.
    private var passwordFileKeys: [(path: String, keys: String)] {
        var places = [(rules.users, "users")]
        for (index, site) in sites.enumerated() {
            places.append((site.rules.users, "sites[\(index)].users"))
            places += site.paths.map { ($0.rules.users, "sites[\(index)].paths.\($0.prefix).users") }
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
        let keys = passwordFileKeys.first { $0.path == path }?.keys ?? "users"
        return "\(keys): \(path): \(fault.message)"
    }

    /// What is wrong with files of users, in words that name the place in the configuration. Blocks on the disk.
    public var passwordFileFaults: [String] {
        passwordFilePaths.compactMap { path in
            do throws(WholeFile.Fault) {
                _ = try PasswordFile(file: path)
                return nil
            } catch {
                return words(on: error, users: path)
            }
        }
    }
}
