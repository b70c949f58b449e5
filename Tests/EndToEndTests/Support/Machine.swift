import Foundation

/// A Debian of its own, with systemd, its own network and nothing of Swift, for one test; see `Scripts/machine.sh`.
final class Machine: Sendable {
    private let process: ChildProcess
    private let state: String
    private static let script = PythonScript.path("machine.sh")
    /// The minimal root that each begins with; made once a clone.
    private static let base = Pages.root + "/.build/machine"

    /// Boots one that has a package in `/root/martlet.deb`, and waits until it is up.
    ///
    /// - Throws: also where Debian's packages cannot be reached, with the reason.
    init(package: String, in folder: TemporaryFolder) throws {
        state = folder.path + "/machine"
        _ = try ChildProcess.run(
            "/bin/bash", [Machine.script, "base", Machine.base], seconds: 400
        ).succeeded()
        process = try ChildProcess("/bin/bash", [Machine.script, "boot", Machine.base, state, package])
        do {
            try process.output.wait(for: "the system starts", seconds: 120)
        } catch {
            throw HarnessError("no machine: \(process.errors.text)")
        }
        let end = Clock.now + 60
        while true {
            let answer = try run("systemctl", "is-system-running", "--wait")
            if answer.text == "running\n" { return }
            guard process.isRunning, Clock.now < end else {
                throw HarnessError("no machine: \(answer.text)\(answer.errors)\n\(process.errors.text)")
            }
        }
    }

    /// Runs a command in it.
    func run(_ command: String..., input: String = "", seconds: Double = 120) throws -> Finished {
        try ChildProcess.run("/bin/bash", [Machine.script, "run", state] + command, input: input, seconds: seconds)
    }

    /// Runs commands of a shell in it.
    func shell(_ text: String, input: String = "", seconds: Double = 120) throws -> Finished {
        try run("/bin/sh", "-c", text, input: input, seconds: seconds)
    }

    /// Starts a program of this system, with the machine's network.
    func start(beside command: [String], folder: String? = nil) throws -> ChildProcess {
        try ChildProcess("/bin/bash", [Machine.script, "beside", state] + command, folder: folder)
    }

    /// Runs commands of this system's shell to their end, likewise.
    func shell(beside text: String, environment: [String: String], folder: String) throws -> Finished {
        try ChildProcess.run(
            "/bin/bash", [Machine.script, "beside", state, "/bin/sh", "-c", text], environment: environment,
            folder: folder)
    }

    /// Writes a file in it.
    func write(_ text: String, to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        _ = try shell("mkdir -p '\(folder)' && cat > '\(path)'", input: text).succeeded()
    }

    /// A file of this system, put into it.
    func copy(_ file: String, to path: String) throws {
        _ = try ChildProcess.run(
            "/bin/bash", ["-c", "'\(Machine.script)' run '\(state)' /bin/sh -c 'cat > \(path)' < '\(file)'"]
        ).succeeded()
    }
}
