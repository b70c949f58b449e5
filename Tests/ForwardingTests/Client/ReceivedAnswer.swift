import Bytes
import Forwarding
import HTTP

/// An answer over HTTP/1 as its client reads it, whole or not.
struct ReceivedAnswer {
    let head: String
    let content: [UInt8]

    /// - Parameter bytes: from the head's first one on; the head is whole.
    init(_ bytes: [UInt8]) throws {
        let (message, buffer) = (IncomingMessage(.answer), Buffer(capacity: bytes.count))
        _ = buffer.append(bytes.span)
        let whole = try buffer.withReadable { (bytes) throws(HeadError) in
            try message.scan(bytes, limits: HeadLimits())
        }
        let count = whole ?? 0
        head = String(decoding: bytes[..<count], as: UTF8.self)
        buffer.consume(count)
        message.begin(head.contains("\r\nTransfer-Encoding: chunked\r\n") ? .chunked : .untilClose)
        var content: [UInt8] = []
        _ = try message.take(from: buffer, in: Stores()) { piece in
            for offset in piece.indices { content.append(piece[offset]) }
            return piece.count
        } end: { _ in
        }
        self.content = content
    }
}
