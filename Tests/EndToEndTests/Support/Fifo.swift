import Foundation

/// A FIFO between the test and a program: what one of them writes is there until the other one reads it.
final class Fifo: Sendable {
    let path: String
    private let descriptor: Int32
    private let received = Monitor([UInt8]())

    /// - Parameter name: of its file in the folder.
    init(_ name: String, in folder: TemporaryFolder) throws {
        path = folder.path + "/" + name
        guard unsafe mkfifo(path, 0o600) == 0 else { throw HarnessError("mkfifo \(path): errno \(errno)") }
        descriptor = unsafe open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw HarnessError("open \(path): errno \(errno)") }
        Belongings.keep(self)
    }

    deinit { close(descriptor) }

    /// What was read so far.
    var text: String { String(decoding: received.withLock { $0 }, as: UTF8.self) }

    /// Fills it up, so that whoever writes to it has to wait from here on.
    func fill() {
        let line = Array(String(repeating: "-", count: 4095).utf8) + [0x0A]
        while unsafe Glibc.write(descriptor, line, line.count) > 0 {}
    }

    /// Writes a line for the program that reads it.
    func write(_ line: String) throws {
        try Spawn.write(Array("\(line)\n".utf8), to: descriptor)
    }

    /// Reads what comes from here on, as it comes.
    func follow() throws -> Output {
        let other = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard other >= 0 else { throw HarnessError("open \(path): errno \(errno)") }
        let output = Output()
        output.follow(other)
        return output
    }

    /// Reads until `find` makes something of the complete lines that were read.
    @discardableResult
    func read<Found>(seconds: Double = 20, until find: ([String]) -> Found?) throws -> Found {
        let deadline = Clock.now + seconds
        while true {
            let complete = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
            if let found = find(complete.split(separator: "\n").map(String.init)) { return found }
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, deadline - Clock.now)
            guard unsafe poll(&item, 1, Int32(left * 1000)) > 0, let bytes = Spawn.read(descriptor) else {
                throw HarnessError("\(path): not written within \(seconds) s; so far:\n\(text.suffix(4000))")
            }
            received.withLock { $0 += bytes }
        }
    }

    /// Reads until a line has `words` in it, and returns the line.
    @discardableResult
    func read(until words: String) throws -> String {
        try read { lines in lines.first { $0.contains(words) } }
    }
}
