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
                return FileManager.default.fileExists(atPath: folder)
                    ? .unreadable("cannot be read as a folder") : .missing
            }
        },
        resolve: { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL.path })
}
