import ArgumentParser
import Foundation

/// The certificate of the demo: self-signed for `localhost`, made by the `openssl` command.
struct DevelopmentCertificate {
    /// Days for which it is valid.
    private static let days = 30
    /// The exit code of a demo without certificate (`EX_UNAVAILABLE` of sysexits).
    private static let unavailable = ExitStatus.unavailable.rawValue
    /// What the shell says of a command that it cannot find.
    private static let commandMissing: Int32 = 127

    /// Written beside its place and renamed into it: who reads the folder meanwhile never sees half a file.
    private static let script = """
        umask 077
        mkdir -p -- "$1" && rm -f -- "$1/.development.new" || exit 73
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days "$2" \
          -subj "/O=Martlet development/CN=localhost" \
          -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1" \
          -addext "basicConstraints=critical,CA:FALSE" -addext "keyUsage=critical,digitalSignature" \
          -addext "extendedKeyUsage=serverAuth" \
          -keyout "$1/.development.new" -out "$1/.development.new" &&
          mv -f -- "$1/.development.new" "$1/development.pem"
        """

    /// An absolute path.
    let folder: String

    /// The file with certificate and key.
    var path: String { folder + "/development.pem" }

    /// - Parameter folder: relative to the working directory, or absolute.
    init(folder: String) {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    }

    /// Makes the certificate if it is not there or no longer valid in an hour.
    func makeIfNeeded() throws {
        guard FileManager.default.fileExists(atPath: path) else { return try make() }
        let check = try shell("openssl x509 -in \"$1\" -noout -checkend 3600", path)
        if check.status == Self.commandMissing { throw missing }
        if check.status != 0 { try make() }
    }

    /// Makes a new certificate in place of the old one.
    func make() throws {
        let made = try shell(Self.script, folder, String(Self.days))
        if made.status == Self.commandMissing { throw missing }
        guard made.status == 0 else {
            throw failure("error: \(path) cannot be made: \(made.errors)")
        }
    }

    private var missing: ExitCode {
        failure("error: openssl is missing, which makes the certificate; on Debian: apt-get install openssl")
    }

    private func failure(_ words: String) -> ExitCode {
        FileHandle.standardError.write(Data((words + "\n").utf8))
        return ExitCode(Self.unavailable)
    }

    /// Runs a script.
    ///
    /// - Returns: its exit code and what it wrote to standard error.
    private func shell(_ script: String, _ arguments: String...) throws -> (status: Int32, errors: String) {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let data = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let words = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        return (process.terminationStatus, words)
    }
}
