import Foundation

/// The documents of the repository that can be run.
enum Pages {
    /// The repository's folder.
    static let root = #filePath.components(separatedBy: "/Tests/")[0]

    /// Where the articles are.
    static let catalogue = "Sources/Forwarding/Forwarding.docc"

    /// README.md, and every article below the catalogue, by their paths in the repository.
    static func paths() -> [String] {
        let articles = (try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(catalogue)")) ?? []
        return ["README.md"] + articles.filter { $0.hasSuffix(".md") }.map { "\(catalogue)/\($0)" }.sorted()
    }

    /// Reads one.
    static func page(_ path: String) throws -> Page {
        try Page(name: path, text: String(contentsOfFile: "\(root)/\(path)", encoding: .utf8))
    }

    /// Those with something to run beside the tests.
    static func runnable() -> [String] {
        // One that cannot be read is run, so that the test says why.
        paths().filter { path in (try? page(path)).map { $0.isRunnable && !$0.needsMachine } ?? true }
    }

    /// Those with something to run on a machine of their own.
    static func onMachines() -> [String] {
        paths().filter { path in (try? page(path))?.needsMachine ?? false }
    }
}
