import Foundation

/// The system calls around processes, behind safe types.
enum Spawn {
    /// A started program with this side's ends of its three streams.
    struct Started {
        let identifier: pid_t
        let input: Int32
        let output: Int32
        let errors: Int32
    }

    /// Work for the thread that starts programs.
    private static let queue: Monitor<[@Sendable () -> Void]> = startThread()

    /// Starts a program with pipes as its standard streams, in a process group of its own; it is told to end when the
    /// test's process dies.
    ///
    /// Linux ties that to the thread that started the program, so one thread starts them all and lives for ever. It
    /// also keeps another program from inheriting an end of the pipes.
    static func start(_ path: String, _ arguments: [String], environment: [String: String]) throws -> Started {
        let result = Monitor<Result<Started, any Error>?>(nil)
        queue.withLock { work in
            work.append {
                let started = Result {
                    // `setpriv` becomes the program, with the same process id.
                    try begin("/usr/bin/setpriv", ["--pdeathsig", "TERM", path] + arguments, environment: environment)
                }
                result.withLock { $0 = started }
            }
        }
        guard let started = result.wait(seconds: 30, until: { $0 }) else { throw HarnessError("\(path): not started") }
        return try started.get()
    }

    private static func startThread() -> Monitor<[@Sendable () -> Void]> {
        // What the test's process has inherited (a lock's file, say) is nobody else's.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        }
        let queue = Monitor<[@Sendable () -> Void]>([])
        Thread.detachNewThread {
            while true {
                queue.wait(seconds: 3600) { $0.isEmpty ? nil : $0.removeFirst() }?()
            }
        }
        return queue
    }

    private static func begin(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws -> Started {
        let input = try pipe()
        let output = try pipe()
        let errors = try pipe()
        defer { for descriptor in [input.read, output.write, errors.write] { close(descriptor) } }
        let identifier = try spawn(
            path, arguments, environment: environment, descriptors: [input.read, output.write, errors.write])
        return Started(identifier: identifier, input: input.write, output: output.read, errors: errors.read)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw HarnessError("pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ path: String, _ arguments: [String], environment: [String: String], descriptors: [Int32]
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }

        // Signals as a shell would start it, whatever the test runner has blocked or ignored.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var identifier: pid_t = 0
        let status = unsafe withCStrings([path] + arguments) { argv in
            unsafe withCStrings(variables) { envp in
                unsafe posix_spawn(&identifier, path, &actions, &attributes, argv, envp)
            }
        }
        guard status == 0 else { throw HarnessError("\(path): cannot be started, errno \(status)") }
        return identifier
    }

    /// Waits for a child to end.
    static func wait(_ identifier: pid_t) -> ChildProcess.Ending {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    /// Reads what is there; empty at the end, nil on an error.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
            if count >= 0 { return Array(bytes[..<count]) }
            if errno != EINTR { return nil }
        }
    }

    /// Writes all of the bytes; a reader that went away is an error, not a signal.
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw HarnessError("write: errno \(errno)")
            }
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("the list is not empty: nil ends it") }
            return unsafe body(base)
        }
    }
}
