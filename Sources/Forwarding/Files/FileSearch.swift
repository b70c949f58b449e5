import Bytes
import HTTP
import Reactor

/// The search for the file that a path asks for: the path itself, what answers for a folder, and precompressed
/// variants, one opening after the other.
///
/// Who opens is the caller's matter: a worker does not wait for the disk, and goes on with what others have opened.
struct FileSearch {
    /// What it came to.
    enum Finding {
        /// There is a file.
        case found
        /// There is a folder, and the path has no slash at its end.
        case folder
        /// There is none, or none that may be sent.
        case none(Outcome)
        /// The system fails.
        case failed(SystemError)
        /// The next opening would wait for the disk.
        case waits
    }

    /// Variants in the order in which they are looked for.
    private static let codings: [ContentCoding] = [.brotli, .zstd, .gzip]

    private let place: FilePlace
    /// Whether there is a slash at the path's end.
    private let isFolder: Bool
    /// Bytes of the path that was asked for.
    private let pathCount: Int
    /// Bytes of the path of the file that is looked for.
    private var fileCount: Int
    private var indexNumber = 0
    private var codingNumber = 0
    /// What was found.
    private(set) var file: OpenFile?
    private var variants: (OpenFile?, OpenFile?, OpenFile?) = (nil, nil, nil)
    /// The codings of the variants that were found.
    private(set) var existing: ContentCodings = []

    /// Begins a search.
    ///
    /// - Parameters:
    ///   - path: what ``FilePlace/resolve(_:into:)`` has written; it is changed to what is looked for.
    ///   - isFolder: whether there is a slash at its end.
    init(_ place: FilePlace, _ path: Buffer, isFolder: Bool) {
        self.place = place
        self.isFolder = isFolder
        pathCount = path.count
        fileCount = path.count
    }

    /// Goes on.
    ///
    /// - Parameters:
    ///   - path: as it was left.
    ///   - opening: what opening it came to elsewhere; `nil`: nothing was.
    ///   - open: opens a path below the folder.
    mutating func goOn(
        in path: Buffer, with opening: FileRoot.Opening?, _ open: (Span<UInt8>) -> FileRoot.Opening
    ) -> Finding {
        var opening = opening
        if opening == nil, isFolder, let finding = nextIndex(in: path) { return finding }
        while true {
            let taken = opening ?? path.withReadable { open($0) }
            opening = nil
            if case .wouldWait = taken { return .waits }
            if let finding = take(taken, in: path) { return finding }
        }
    }

    private mutating func take(_ opening: FileRoot.Opening, in path: Buffer) -> Finding? {
        guard file == nil else {
            if case .file(let variant) = opening { keep(variant) }
            codingNumber += 1
            return nextVariant(in: path)
        }
        switch opening {
        case .file(let file):
            self.file = file
            fileCount = path.count
            return place.prefersPrecompressed ? nextVariant(in: path) : .found
        case .folder: return isFolder ? nextIndex(in: path) : .folder
        case .refused(.missing), .refused(.special): return isFolder ? nextIndex(in: path) : Finding.none(.noFile)
        case .refused(.outside): return Finding.none(.fileOutside)
        case .refused(.forbidden): return Finding.none(.fileUnreadable)
        case .refused(.failed(let error)): return .failed(error)
        case .wouldWait: return .waits
        }
    }

    /// Looks for the next one that may answer for the folder.
    private mutating func nextIndex(in path: Buffer) -> Finding? {
        guard indexNumber < place.indexes.count else { return Finding.none(.noFile) }
        path.removeLast(path.count - pathCount)
        if pathCount > 0 { _ = path.append("/") }
        let name = place.indexes[indexNumber]
        _ = path.append(name.span)
        indexNumber += 1
        return nil
    }

    /// Looks for the next variant.
    private mutating func nextVariant(in path: Buffer) -> Finding? {
        path.removeLast(path.count - fileCount)
        guard codingNumber < Self.codings.count else { return .found }
        _ = path.append(Self.codings[codingNumber].fileSuffix)
        return nil
    }

    private mutating func keep(_ variant: OpenFile) {
        let coding = Self.codings[codingNumber]
        guard let file, FileFacts(variant, coding).isVariant(of: FileFacts(file)) else { return }
        switch coding {
        case .brotli: variants.0 = variant
        case .zstd: variants.1 = variant
        case .gzip: variants.2 = variant
        }
        existing.insert(ContentCodings(coding))
    }

    /// The file, or the variant of a coding that was found.
    func file(_ coding: ContentCoding?) -> OpenFile? {
        switch coding {
        case .brotli: variants.0
        case .zstd: variants.1
        case .gzip: variants.2
        case nil: file
        }
    }
}

extension FileFacts {
    /// What is known of an open file.
    ///
    /// - Parameter coding: what it is a variant by.
    init(_ file: OpenFile, _ coding: ContentCoding? = nil) {
        self.init(bytes: file.bytes, modifiedNanos: file.modifiedNanoseconds, coding: coding)
    }
}
