import Bytes
import Reactor

extension FileRoot {
    func open(_ path: String) -> Opening { open(Array(path.utf8).span) }

    func openCached(_ path: String) -> Opening { openCached(Array(path.utf8).span) }
}

extension FileRoot.Opening: CustomStringConvertible {
    /// One word, with the length of a file.
    public var description: String {
        switch self {
        case .file(let file): "file \(file.bytes)"
        case .folder: "folder"
        case .refused(.failed(let error)): "\(error)"
        case .refused(let refusal): "\(refusal)"
        case .wouldWait: "would wait"
        }
    }

    var file: OpenFile? {
        if case .file(let file) = self { file } else { nil }
    }
}

extension OpenFile {
    /// What is read into a fresh buffer.
    func read(_ count: Int, at offset: Int) -> (transfer: FileTransfer, bytes: [UInt8]) {
        let buffer = Buffer(capacity: count)
        return (read(at: offset, upTo: count, into: buffer), buffer.bytes)
    }

    /// The same without waiting.
    func readCached(_ count: Int, at offset: Int) -> (transfer: FileTransfer, bytes: [UInt8]) {
        let buffer = Buffer(capacity: count)
        return (readCached(at: offset, upTo: count, into: buffer), buffer.bytes)
    }
}

extension Buffer {
    var bytes: [UInt8] { withReadable { span in span.indices.map { span[$0] } } }
}
