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
            do {
                return .names(try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))
            } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
                return .missing
            } catch {
                // With a slash behind it, what is no folder would not be there.
                let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
                guard FileManager.default.fileExists(atPath: path) else { return .missing }
                let type = try? FileManager.default.attributesOfItem(atPath: resolved(path))[.type]
                let isFolder = type as? FileAttributeType == .typeDirectory
                return isFolder ? .unreadable("cannot be read as a folder") : .file
            }
        },
        resolve: resolved)

    @Sendable
    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
