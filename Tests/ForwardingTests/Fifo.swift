import Foundation

/// A FIFO that nobody reads but for the test when it wants to.
final class Fifo {
    let path: String
    private let descriptor: Int32
    private(set) var bytes: [UInt8] = []

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString).fifo"
        guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
        descriptor = unsafe open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Reads until what was read has `words` in it.
    ///
    /// - Returns: whether it came within half a minute of silence.
    func read(until words: String) -> Bool {
        while !text.contains(words) {
            var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&item, 1, 30_000) > 0 else { return false }
            var part = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe Glibc.read(descriptor, &part, part.count)
            guard count > 0 else { return false }
            bytes += part[..<count]
        }
        return true
    }
}
