import Foundation
import Testing

/// A resolver whose answers a test tells, for names of the domain `test`, and for which 127.0.0.3 is no address that
/// one can connect to.
struct ToldNames {
    let folder: TemporaryFolder

    /// The environment of a process that asks it. To be made once in a folder.
    func environment() throws -> [String: String] {
        let library = folder.path + "/names.so"
        let source = ((#filePath as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
        _ = try ChildProcess.run(
            Tool.gcc.path(), ["-shared", "-fPIC", "-O2", "-o", library, source + "/Scripts/names.c"]
        ).succeeded()
        guard unsafe mkfifo(folder.path + "/names.go", 0o600) == 0 else { throw HarnessError("mkfifo: \(errno)") }
        return [
            "LD_PRELOAD": library, "MARTLET_NAMES": folder.path + "/names", "MARTLET_UNAVAILABLE": "127.0.0.3",
        ]
    }

    /// Tells names: each line is a name and its addresses, or `silence`.
    func tell(_ lines: String...) throws {
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "names")
    }

    /// Waits for somebody who waits for an answer, and lets him read what was told.
    func endSilence() throws {
        try #require(FileHandle(forWritingAtPath: folder.path + "/names.go")).close()
    }

    /// Runs a configuration whose members are at such names.
    func start(_ members: [(host: String, port: Int)]) throws -> ControlledMartlet {
        var text = EdgeText(affinity: "insert")
        text.members = members.enumerated().map { ("node\($0.offset + 1)", .ipv4(port: $0.element.port)) }
        text.workers = 1
        var yaml = ControlledMartlet.text(text)
        for (index, member) in members.enumerated() {
            yaml = yaml.replacingOccurrences(
                of: "node\(index + 1): \"http://127.0.0.1:", with: "node\(index + 1): \"http://\(member.host):")
        }
        return try ControlledMartlet(yaml: yaml, in: folder, environment: try environment())
    }
}
