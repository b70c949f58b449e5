import Foundation
import Testing

/// The `openssl` command, which makes the tests' keys and certificates.
enum OpenSSLCommand {
    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: words, separated by spaces.
    ///   - more: further arguments, which may hold spaces.
    /// - Returns: its standard output.
    @discardableResult
    static func run(_ arguments: String, _ more: [String] = [], in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init) + more
        process.currentDirectoryURL = folder
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            throw Failure(arguments: arguments, words: String(decoding: words, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self)
    }

    struct Failure: Error {
        let arguments: String
        let words: String
    }
}
