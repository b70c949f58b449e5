import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct ProcessChannelTests {
    /// A message in parts that can be compared.
    private struct Taken: Equatable {
        var words: String
        /// What is in the file that came with it.
        var file: [UInt8]?
        /// Whether a program that is started does not get it.
        var isPrivate = true
    }

    /// The next message; `nil` when the other end is gone.
    private func take(_ channel: borrowing ProcessChannel) throws(SystemError) -> Taken? {
        guard var message = try channel.receive() else { return nil }
        var taken = Taken(words: message.words)
        if let descriptor = message.descriptor.take() {
            taken.isPrivate = fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0
            taken.file = try MemoryFile.read(descriptor)
        }
        return taken
    }

    @Test("words and descriptors come as they were sent, and the end is seen")
    func messages() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 10)
        let file = try MemoryFile.write(Array("secret".utf8), name: "test")
        try ends.own.send("first")
        try ends.own.send("second", with: file)
        #expect(try take(ends.other) == Taken(words: "first"))
        #expect(try take(ends.other) == Taken(words: "second", file: Array("secret".utf8)))
    }

    @Test("words that are too long are cut")
    func long() throws {
        let ends = try ProcessChannel.pair()
        try ends.own.send(String(repeating: "x", count: ProcessChannel.wordsMax + 10))
        #expect(try take(ends.other)?.words.utf8.count == ProcessChannel.wordsMax)
    }

    @Test("nobody is waited for beyond the patience, who says nothing or who takes nothing", arguments: [true, false])
    func patience(takes: Bool) throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 1)
        var code: Int32 = 0
        do throws(SystemError) {
            if takes { _ = try take(ends.own) }
            for _ in 0..<10_000 where !takes { try ends.own.send("x") }
        } catch {
            code = error.code
        }
        #expect(code == EAGAIN)
    }

    @Test("an end with something unread is an end")
    func unread() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 10)
        try ends.own.send("x")
        let own = ends.takeOwn()
        #expect(try take(own) == nil)
        var code: Int32 = 0
        do throws(SystemError) { try own.send("y") } catch { code = error.code }
        #expect(code == EPIPE)
    }

    @Test("a program gets the channel as descriptor 3, the environment without what is dropped, and nothing else")
    func program() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 10)
        let script = "printf '%s' \"$MARTLET_TEST ${HOME+home} $(ls /proc/$$/fd | tr '\\n' ' ')\" >&3; exit 7"
        let process = try ChildProcess(
            "/bin/sh", ["sh", "-c", script], channel: ends.other, variable: "MARTLET_TEST", dropping: ["HOME"])
        let own = ends.takeOwn()
        let words = try take(own)?.words ?? ""
        #expect(words.hasPrefix("1  0 1 2 3"), "\(words)")
        #expect(try take(own) == nil)
        #expect(process.reap() == .exited(7))
    }

    @Test("what cannot be started says why")
    func missing() throws {
        let ends = try ProcessChannel.pair()
        var code: Int32 = 0
        do throws(SystemError) {
            _ = try ChildProcess("/no/such/program", ["x"], channel: ends.other, variable: "X", dropping: [])
        } catch {
            code = error.code
        }
        #expect(code == ENOENT)
    }
}
