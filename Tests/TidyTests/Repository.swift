import Foundation

/// The repository that these tests were built from.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file below a folder.
    static func swiftFiles(in folder: String) throws -> [SourceFile] {
        try files(in: folder).filter { $0.hasSuffix(".swift") }.map { try SourceFile(path: $0, root: root) }
    }

    /// Every file below a folder, its path relative to the repository.
    static func files(in folder: String) throws -> [String] {
        let path = root.appendingPathComponent(folder).path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: path)
            .map { "\(folder)/\($0)" }
            .filter { path in
                let full = root.appendingPathComponent(path).path
                let type = try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType
                return type == .typeRegular
            }
            .sorted()
    }
}
