import HTTP
import Model
import Reactor

extension EdgeConfiguration {
    /// The folders that files are sent of.
    var fileFolderPaths: Set<String> { Set(fileFolders.map(\.path)) }

    /// What is wrong with one of them, in words that name the place in the configuration.
    func words(on fault: SystemError, folder path: String) -> String {
        let place = fileFolders.first { $0.path == path }?.place ?? "files"
        return "\(place): \(path) cannot be opened: \(fault)"
    }

    /// What is wrong with the folders that files are sent of, in words that name the place in the configuration.
    /// Blocks on the disk.
    public var fileFolderFaults: [String] {
        fileFolders.compactMap { folder in
            do throws(SystemError) {
                _ = try FileRoot(path: folder.path)
                return nil
            } catch {
                return words(on: error, folder: folder.path)
            }
        }
    }
}

extension FilesConfiguration {
    /// The end of names that are never sent which hides a file of that name, as ``HiddenNames`` does; `nil`: none.
    package func hiddenSuffix(of name: String) -> String? {
        let bytes = Array(name.utf8)
        return hiddenSuffixes.first { HiddenNames(suffixes: [$0]).hides(bytes.span) }
    }
}
