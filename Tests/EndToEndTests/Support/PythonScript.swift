import Foundation

/// A script of this target's `Scripts` folder, run by Debian's Python.
enum PythonScript {
    /// Starts a script; it is told what to do by arguments and lines on standard input, and answers in lines.
    static func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Tool.python3.path(), ["-u", "-B", path(name)] + arguments)
    }

    /// Where a file of the `Scripts` folder is.
    static func path(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("Scripts/\(name)").path
    }
}
