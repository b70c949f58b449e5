import CLinux
import Glibc

/// What a thread of this process does, as another one sees it.
public enum ThreadStack {
    /// Lets threads be asked for their stacks; before the first is.
    public static func prepare() throws(SystemError) {
        guard clinux_prepare_stacks() == 0 else { throw .last("sigaction") }
    }

    /// Asks a thread for its stack by a signal; one thread asks at a time.
    ///
    /// - Parameters:
    ///   - thread: its number, of one that was started as ``OperatingSystemThread``.
    ///   - millis: how long to wait for it: one that is in the middle of what cannot be interrupted does not answer.
    /// - Returns: a line for each frame, the innermost first; `nil`: it has not answered.
    public static func take(of thread: Int32, withinMillis millis: Int32) -> [String]? {
        let count = clinux_take_stack(thread, millis)
        guard count >= 0 else { return nil }
        return (0..<count).map { index in
            var text = [CChar](repeating: 0, count: 512)
            _ = unsafe clinux_frame(index, &text, text.count)
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}

/// What a thread does at a moment.
public enum ThreadActivity: Equatable, Sendable {
    /// It runs, or would if a processor were free; with the nanoseconds of processor time that it has had.
    case running(nanoseconds: Int)
    /// It waits for something in the kernel.
    case waiting
    /// Somebody has stopped it: a debugger, or a signal to all of the process.
    case stopped
    /// The system does not say.
    case unknown

    /// Looks at a thread of this process.
    ///
    /// - Parameter thread: its number.
    public init(of thread: Int32) {
        let file = unsafe open("/proc/self/task/\(thread)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            self = .unknown
            return
        }
        let descriptor = Descriptor(taking: file)
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = unsafe read(descriptor.number, &bytes, bytes.count)
        // The name in parentheses may hold anything; the state follows it.
        guard count > 0, let end = bytes.prefix(count).lastIndex(of: UInt8(ascii: ")")), end + 2 < count else {
            self = .unknown
            return
        }
        switch bytes[end + 2] {
        case UInt8(ascii: "R"): self = .running(nanoseconds: Clock.processorNanoseconds(of: thread))
        case UInt8(ascii: "S"), UInt8(ascii: "D"), UInt8(ascii: "I"): self = .waiting
        case UInt8(ascii: "T"), UInt8(ascii: "t"): self = .stopped
        default: self = .unknown
        }
    }
}
