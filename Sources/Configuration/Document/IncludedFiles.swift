import Foundation
import TLS

/// Where the files are that a configuration includes.
public struct IncludedFiles: Sendable {
    /// What a folder holds.
    public enum Listing: Sendable {
        /// The names in it, in any order.
        case names([String])
        /// There is no such folder.
        case missing
        /// What is there is no folder.
        case file
        /// It cannot be read, and why.
        case unreadable(String)
    }

    /// Reads a file of at most so many bytes.
    let read: @Sendable (_ path: String, _ bytesMax: Int) -> Result<[UInt8], WholeFile.Fault>
    /// Lists a folder.
    let list: @Sendable (_ folder: String) -> Listing
    /// The one path that a file has, whatever links lead to it.
    let resolve: @Sendable (_ path: String) -> String

    /// Files that are somewhere else than on the disk.
    public init(
        read: @escaping @Sendable (_ path: String, _ bytesMax: Int) -> Result<[UInt8], WholeFile.Fault>,
        list: @escaping @Sendable (_ folder: String) -> Listing,
        resolve: @escaping @Sendable (_ path: String) -> String
    ) {
        self.read = read
        self.list = list
        self.resolve = resolve
    }

    /// Those on the disk.
    public static let disk = IncludedFiles(
        read: { path, bytesMax in
            do throws(WholeFile.Fault) {
                return .success(try WholeFile.read(path, bytesMax: bytesMax))
            } catch {
                return .failure(error)
            }
        },
        list: { folder in
            let there = folder.isEmpty ? "." : folder
            if let names = try? FileManager.default.contentsOfDirectory(atPath: there) { return .names(names) }
            // With a slash behind it, what is no folder would not be there.
            switch WholeFile.look(at: there.count > 1 && there.hasSuffix("/") ? String(there.dropLast()) : there) {
            case .missing: return .missing
            case .folder: return .unreadable("cannot be read as a folder")
            case .hidden(let words): return .unreadable("cannot be read: \(words)")
            case .other: return .file
            }
        },
        resolve: resolved)

    @Sendable
    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
