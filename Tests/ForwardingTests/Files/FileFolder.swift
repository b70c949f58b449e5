import Foundation

/// A folder of files for a test, which is gone with it.
final class FileFolder {
    let url: URL

    init(_ files: [String: String] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, content) in files { try write(name, Array(content.utf8)) }
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.path }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, in folders that are made for it.
    func write(_ name: String, _ content: [UInt8]) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
    }

    /// Makes a link.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// Says when a file was changed.
    func touch(_ name: String, at seconds: Int) throws {
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path(name))
    }

    /// Makes a file shorter.
    func cut(_ name: String, to bytes: Int) {
        precondition(unsafe truncate(path(name), bytes) == 0, "truncate failed")
    }

    /// How many descriptors of the process are open to what is or was in this folder.
    var openCount: Int {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return numbers.count { number in
            let goal = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
            return goal?.hasPrefix(path + "/") == true
        }
    }

    /// Makes a FIFO.
    func makePipe(_ name: String) {
        precondition(unsafe mkfifo(path(name), 0o600) == 0, "mkfifo failed")
    }
}
