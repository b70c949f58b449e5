import Foundation

/// What a program writes, collected as it comes.
final class Output: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var lineCount = 0
        var hasEnded = false
    }

    private let state = Monitor(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Reads a descriptor to its end on a thread of its own, and closes it.
    func follow(_ descriptor: Int32) {
        let state = state
        Thread.detachNewThread {
            while let bytes = Spawn.read(descriptor), !bytes.isEmpty {
                state.withLock { state in
                    state.bytes += bytes
                    state.lineCount += bytes.count { $0 == 0x0A }
                }
            }
            close(descriptor)
            state.withLock { $0.hasEnded = true }
        }
    }

    /// Waits for complete lines that `find` makes something of.
    ///
    /// - Parameter offset: bytes that came before it are not looked at.
    @discardableResult
    func wait<Found>(seconds: Double = 20, after offset: Int = 0, for find: ([String]) -> Found?) throws -> Found {
        let found = state.wait(seconds: seconds) { state -> Result<Found, HarnessError>? in
            let new = state.bytes[min(offset, state.bytes.count)...]
            let complete = new.lastIndex(of: UInt8(ascii: "\n")).map { new[...$0] } ?? []
            let lines = String(decoding: complete, as: UTF8.self).split(separator: "\n").map(String.init)
            if let found = find(lines) { return .success(found) }
            if state.hasEnded { return .failure(HarnessError("the program ended; it wrote:\n\(text(state.bytes))")) }
            return nil
        }
        guard let found else { throw HarnessError("not written within \(seconds) s; so far:\n\(text)") }
        return try found.get()
    }

    /// Waits for a line that has `text` in it, and returns the line.
    @discardableResult
    func wait(for text: String, seconds: Double = 20, after offset: Int = 0) throws -> String {
        try wait(seconds: seconds, after: offset) { $0.first { $0.contains(text) } }
    }

    /// Waits for that many complete lines, however long they are.
    func waitForLines(_ count: Int, seconds: Double = 20) throws {
        guard state.wait(seconds: seconds, until: { $0.lineCount >= count ? true : nil }) != nil else {
            let lines = state.withLock { $0.lineCount }
            throw HarnessError("\(lines) lines of \(count) within \(seconds) s")
        }
    }

    /// Waits until the program has closed its end.
    func waitForEnd(seconds: Double) {
        _ = state.wait(seconds: seconds) { $0.hasEnded ? true : nil }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
