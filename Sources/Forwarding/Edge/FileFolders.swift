import HTTP
import Model
import Reactor

extension EdgeConfiguration {
    /// The folders that files are sent of.
    var fileFolderPaths: Set<String> { Set(fileFolders.map(\.path)) }

    /// What is wrong with one of them, in words that name the place in the configuration.
    func words(on fault: SystemError, folder path: String) -> String {
        self.fault(fault, folder: path).description
    }

    private func fault(_ fault: SystemError, folder path: String) -> FileFault {
        FileFault(
            keys: fileFolders.first { $0.path == path }?.place ?? "files",
            message: "\(path) cannot be opened: \(fault)")
    }

    /// What is wrong with the folders that files are sent of. Blocks on the disk.
    var fileFolderFaults: [FileFault] {
        fileFolders.compactMap { folder in
            do throws(SystemError) {
                _ = try FileRoot(path: folder.path)
                return nil
            } catch {
                return fault(error, folder: folder.path)
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
