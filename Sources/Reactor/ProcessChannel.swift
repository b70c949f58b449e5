import CLinux
import Glibc

/// One end of a connection between two processes of this machine, by which they send each other words and open
/// descriptors (unix(7), SOCK_SEQPACKET): a message comes whole or not at all, and the end of one process is seen by
/// the other.
///
/// Belongs to one thread.
public struct ProcessChannel: ~Copyable {
    /// A message.
    public struct Message: ~Copyable {
        /// What is said, as UTF-8.
        public let words: String
        /// What comes with it; this process's own from here on.
        public var descriptor: Descriptor?
    }

    /// Bytes of a message's words; what is longer is cut.
    public static let wordsMax = 60_000
    /// The number that the end of a process has which was started with one (``ChildProcess``).
    static let inheritedNumber: Int32 = 3

    /// The open descriptor.
    public let descriptor: Descriptor

    /// Takes over an end.
    public init(taking descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Makes both ends of a new connection.
    public static func pair() throws(SystemError) -> Pair {
        var ends: [Int32] = [-1, -1]
        guard unsafe clinux_channel(&ends) == 0 else { throw .last("socketpair") }
        return Pair(
            own: ProcessChannel(taking: Descriptor(taking: ends[0])),
            other: ProcessChannel(taking: Descriptor(taking: ends[1])))
    }

    /// Both ends.
    public struct Pair: ~Copyable {
        /// That of this process.
        public let own: ProcessChannel
        /// That of another one.
        public let other: ProcessChannel

        /// Gives the first end to the caller and closes the second one, which another process has by now.
        public consuming func takeOwn() -> ProcessChannel { own }
    }

    /// The end that whoever has started this process has given it (``ChildProcess``).
    ///
    /// - Parameter variable: the variable of the environment that says so; taken out of it.
    /// - Returns: `nil` where nobody has.
    public static func inherited(by variable: String) -> ProcessChannel? {
        guard unsafe getenv(variable) != nil else { return nil }
        unsafe unsetenv(variable)
        guard fcntl(inheritedNumber, F_SETFD, FD_CLOEXEC) == 0 else { return nil }
        return ProcessChannel(taking: Descriptor(taking: inheritedNumber))
    }

    /// Lets ``receive()`` and sending wait for so long and no longer.
    public func setPatience(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                descriptor.number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Sends words, and a descriptor of the same open file; waits while as much is on its way as the connection holds,
    /// which some hundred messages are.
    ///
    /// - Throws: `EPIPE` where the other process has ended, `EAGAIN` where it takes nothing for too long.
    public func send(_ words: String, with file: borrowing Descriptor) throws(SystemError) {
        try send(words, number: file.number)
    }

    /// Sends words.
    public func send(_ words: String) throws(SystemError) {
        try send(words, number: -1)
    }

    private func send(_ words: String, number: Int32) throws(SystemError) {
        let bytes = words.utf8.prefix(Self.wordsMax).map(CChar.init(bitPattern:))
        let count = unsafe clinux_channel_send(descriptor.number, bytes, bytes.count, number)
        // Reset: the other one has ended with something unread.
        guard count == bytes.count else {
            throw errno == ECONNRESET ? SystemError("sendmsg", code: EPIPE) : .last("sendmsg")
        }
    }

    /// Takes the next message; waits for it as long as ``setPatience(seconds:)`` says, or for ever.
    ///
    /// - Returns: `nil` when the other process has ended, or has closed its end.
    public func receive() throws(SystemError) -> Message? {
        var bytes = [CChar](repeating: 0, count: Self.wordsMax)
        var number: Int32 = -1
        let count = unsafe clinux_channel_receive(descriptor.number, &bytes, bytes.count, &number)
        let code = errno
        let file = number < 0 ? nil : Descriptor(taking: number)
        // Reset: the other one has ended with something unread.
        guard count >= 0 || code == ECONNRESET else { throw SystemError("recvmsg", code: code) }
        guard count > 0 else { return nil }
        return Message(
            words: String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self), descriptor: file)
    }
}
