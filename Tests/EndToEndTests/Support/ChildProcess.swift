import Foundation

/// A program started by a test: its output is read as it comes, and it is ended by its own process id, or with all that
/// it has started.
final class ChildProcess: Sendable {
    /// How a program ended.
    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    let identifier: pid_t
    /// What it wrote to standard output.
    let output = Output()
    /// What it wrote to standard error.
    let errors = Output()
    private let input: Monitor<Int32?>
    private let ending = Monitor<Ending?>(nil)
    private let name: String

    /// Starts a program.
    ///
    /// - Parameter environment: variables added to those of the test.
    /// - Parameter folder: the program's working directory.
    init(_ path: String, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
        name = (path as NSString).lastPathComponent
        // `env` becomes the program, with the same process id.
        let started =
            if let folder {
                try Spawn.start("/usr/bin/env", ["--chdir=\(folder)", path] + arguments, environment: environment)
            } else {
                try Spawn.start(path, arguments, environment: environment)
            }
        identifier = started.identifier
        input = Monitor(started.input)
        output.follow(started.output)
        errors.follow(started.errors)
        let identifier = identifier
        let ending = ending
        Thread.detachNewThread {
            let result = Spawn.wait(identifier)
            ending.withLock { $0 = result }
        }
        Belongings.keep(self)
    }

    deinit {
        kill()
        _ = ending.wait(seconds: 10) { $0 }
        closeInput()
    }

    var isRunning: Bool { ending.withLock { $0 == nil } }

    /// Sends a signal, unless the program has already ended.
    func signal(_ number: Int32) {
        ending.withLock { ending in
            if ending == nil { Glibc.kill(identifier, number) }
        }
    }

    /// Ends the program and what it has started, unless it has already ended.
    private func kill() {
        ending.withLock { ending in
            if ending == nil { Glibc.kill(-identifier, SIGKILL) }
        }
    }

    /// Writes to standard input.
    func write(_ text: String) throws {
        try input.withLock { descriptor in
            guard let descriptor else { throw HarnessError("\(name): standard input is closed") }
            try Spawn.write(Array(text.utf8), to: descriptor)
        }
    }

    func closeInput() {
        input.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    /// Waits for the end, with what it wrote in the error if that does not come in time.
    func waitForEnd(seconds: Double = 30) throws -> Ending {
        if let ending = ending.wait(seconds: seconds, until: { $0 }) {
            output.waitForEnd(seconds: 5)
            errors.waitForEnd(seconds: 5)
            return ending
        }
        throw HarnessError("\(name) did not end within \(seconds) s; it wrote:\n\(output.text)\n\(errors.text)")
    }

    /// Ends the program: SIGTERM, then SIGKILL if it does not heed that in time.
    func terminate(seconds: Double = 5) {
        signal(SIGTERM)
        if ending.wait(seconds: seconds, until: { $0 }) == nil {
            signal(SIGKILL)
            _ = ending.wait(seconds: 10) { $0 }
        }
    }

    /// Runs a program to its end, or to that of the time, with which everything ends that it has started.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
        folder: String? = nil, seconds: Double = 30
    ) throws -> Finished {
        let process = try ChildProcess(path, arguments, environment: environment, folder: folder)
        if !input.isEmpty { try? process.write(input) }
        process.closeInput()
        defer { process.kill() }
        let ending = try process.waitForEnd(seconds: seconds)
        return Finished(ending: ending, output: process.output.bytes, errors: process.errors.text)
    }
}

/// A program that has ended, and what it wrote.
struct Finished: Sendable {
    let ending: ChildProcess.Ending
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The output, if the program ended with 0.
    func succeeded() throws -> String {
        guard ending == .exited(0) else { throw HarnessError("\(ending): \(text)\n\(errors)") }
        return text
    }
}
