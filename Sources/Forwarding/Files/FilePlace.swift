import HTTP
import Model
import Reactor

/// The files that a path answers with. Immutable; shared by all workers.
final class FilePlace: Sendable {
    /// The path as it is declared, which names the folder.
    let prefix: [UInt8]
    /// The folder; `nil`: it cannot be opened.
    let root: FileRoot?
    /// What answers for a folder, the first that is there.
    let indexes: [[UInt8]]
    /// Whether precompressed variants are looked for.
    let prefersPrecompressed: Bool
    /// What is never sent.
    let hidden: HiddenNames

    init(_ files: FilesConfiguration, prefix: String, root: FileRoot?) {
        self.prefix = Array(prefix.utf8)
        self.root = root
        hidden = HiddenNames(suffixes: files.hiddenSuffixes)
        indexes = files.indexes.map { Array($0.utf8) }
        prefersPrecompressed = files.prefersPrecompressed
    }

    /// Reads the path of a request.
    ///
    /// - Parameters:
    ///   - path: the target's; it leads here.
    ///   - output: empty; gets the path below the folder.
    func resolve(_ path: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> FilePath.Resolution {
        // An absolute form may be without a path (RFC 9112, section 3.2.2).
        guard !path.isEmpty else { return .folder }
        let prefix = prefix
        let start = PathReader.count(ofPrefix: prefix.span, in: path)
        return FilePath.resolve(path, below: start, hiding: hidden, into: &output)
    }
}
