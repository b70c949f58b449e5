import CLinux
import Glibc

/// A process that this one has started.
///
/// Belongs to one thread.
public struct ChildProcess {
    /// How it has ended.
    public enum Ending: Equatable, Sendable {
        /// By itself, with an exit status.
        case exited(Int32)
        /// By a signal.
        case killed(Int32)
    }

    /// Its number.
    public let number: Int32

    /// Starts a program with this process's standard input, output and error and one end of a channel, and with no
    /// other open descriptor.
    ///
    /// - Parameters:
    ///   - path: the program's file.
    ///   - arguments: the first one is its name.
    ///   - variable: set to `1` for it, so that it takes the channel (``ProcessChannel/inherited(by:)``).
    ///   - dropped: variables of this process's environment that it does not get.
    public init(
        _ path: String, _ arguments: [String], channel: borrowing ProcessChannel, variable: String,
        dropping dropped: Set<String>
    ) throws(SystemError) {
        var number: pid_t = 0
        let variables = Self.environment.filter { entry in
            let name = String(entry.prefix { $0 != "=" })
            return name != variable && !dropped.contains(name)
        }
        let error = unsafe Self.withPointers(arguments) { arguments in
            unsafe Self.withPointers(variables + ["\(variable)=1"]) { variables in
                unsafe clinux_spawn(&number, path, arguments, variables, channel.descriptor.number)
            }
        }
        guard error == 0 else { throw SystemError("posix_spawn", code: error) }
        self.number = number
    }

    /// Ends it at once.
    public func kill() {
        _ = Glibc.kill(number, SIGKILL)
    }

    /// Ends it unless it ends by itself.
    ///
    /// - Parameter millis: for how long it is waited for.
    public func kill(after millis: Int) {
        if clinux_wait_for_end(number, Int32(millis)) != 1 { kill() }
    }

    /// Has it read its configuration anew, as Martlet does at SIGHUP.
    public func reload() {
        _ = Glibc.kill(number, SIGHUP)
    }

    /// Waits for its end, which is known to have come or to come at once.
    ///
    /// - Returns: `nil` where somebody else has waited for it.
    public func reap() -> Ending? {
        var status: Int32 = 0
        while unsafe waitpid(number, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
    }

    /// This process's program, and what it was started with.
    ///
    /// - Returns: the path at which the program was found, even if another file was put there by now, or to which its
    ///   file was moved since; `nil` where the system does not say.
    public static var ownPath: String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
        guard count > 0 else { return nil }
        let path = String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    private static var environment: [String] {
        var entries: [String] = []
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            unsafe entries.append(String(cString: entry))
            unsafe next += 1
        }
        return entries
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = unsafe texts.map { unsafe strdup($0) }
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        return unsafe body(pointers + [nil])
    }
}
