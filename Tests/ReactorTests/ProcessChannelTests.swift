import Glibc
import Reactor
import Testing

@Suite(.tags(.reactor), .timeLimit(.minutes(10))) struct ProcessChannelTests {
    /// Whether a channel says that the other end is gone.
    private func isOver(_ channel: borrowing ProcessChannel) throws -> Bool {
        guard let message = try channel.receive() else { return true }
        _ = message.words
        return false
    }

    @Test("words and descriptors come as they were sent, and the end is seen")
    func messages() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 10)
        let file = try MemoryFile.write(Array("secret".utf8), name: "test")
        try ends.own.send("first")
        try ends.own.send("second", with: file)
        do {
            let first = try ends.other.receive()
            #expect(first?.words == "first")
            let hasDescriptor = if case .some = first?.descriptor { true } else { false }
            #expect(!hasDescriptor)
            var second = try ends.other.receive()
            #expect(second?.words == "second")
            let descriptor = second?.descriptor.take()
            let number = descriptor?.number ?? -1
            #expect(number >= 0 && number != file.number)
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
            if let descriptor { #expect(try MemoryFile.read(descriptor) == Array("secret".utf8)) }
        }
    }

    @Test("words that are too long are cut")
    func long() throws {
        let ends = try ProcessChannel.pair()
        try ends.own.send(String(repeating: "x", count: ProcessChannel.wordsMax + 10))
        let count = try ends.other.receive()?.words.utf8.count
        #expect(count == ProcessChannel.wordsMax)
    }

    @Test("nobody is waited for beyond the patience")
    func patience() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 1)
        var code: Int32 = 0
        do throws(SystemError) { _ = try ends.own.receive() } catch { code = error.code }
        #expect(code == EAGAIN)
    }

    @Test("a program gets the channel as descriptor 3, the environment without what is dropped, and nothing else")
    func program() throws {
        let ends = try ProcessChannel.pair()
        ends.own.setPatience(seconds: 10)
        let script = "printf '%s' \"$MARTLET_TEST ${HOME+home} $(ls /proc/$$/fd | tr '\\n' ' ')\" >&3; exit 7"
        let process = try ChildProcess(
            "/bin/sh", ["sh", "-c", script], channel: ends.other, variable: "MARTLET_TEST", dropping: ["HOME"])
        let own = ends.takeOwn()
        let words = try own.receive()?.words
        #expect(words?.hasPrefix("1  0 1 2 3") == true, "\(words ?? "nothing")")
        #expect(try isOver(own))
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
