/// Reads messages of HTTP/1.1 from a socket, strictly enough for a test and no stricter.
final class WireReader {
    let socket: Socket
    /// Bytes read and not yet consumed.
    private(set) var buffer: [UInt8] = []
    /// Every byte that came.
    private let onBytes: ([UInt8]) -> Void
    /// Bytes to take from the kernel at once.
    var readSize = 65536

    init(_ socket: Socket, onBytes: @escaping ([UInt8]) -> Void = { _ in }) {
        self.socket = socket
        self.onBytes = onBytes
    }

    /// Reads a request with its content; nil when the connection ends before one.
    func readRequest(seconds: Double = 10) throws -> WireMessage? {
        guard var message = try readHead(seconds: seconds) else { return nil }
        try readContent(ofRequest: &message, seconds: seconds)
        return message
    }

    /// Reads the content behind a request's head, where that announces any.
    func readContent(ofRequest message: inout WireMessage, seconds: Double = 10) throws {
        guard message["Transfer-Encoding"] != nil || message["Content-Length"] != nil else { return }
        try readContent(of: &message, seconds: seconds)
    }

    /// Reads an answer with its content, interim ones included as they come.
    ///
    /// - Parameter method: the request's, since an answer to HEAD has no content.
    func readResponse(to method: String = "GET", seconds: Double = 10) throws -> WireMessage {
        guard var message = try readHead(seconds: seconds) else {
            throw HarnessError("the connection ended before an answer")
        }
        let status = message.status
        if method == "HEAD" || status == 204 || status == 304 || status < 200 { return message }
        try readContent(of: &message, seconds: seconds)
        return message
    }

    /// Reads a head; nil when the connection ends before its first byte.
    func readHead(seconds: Double = 10) throws -> WireMessage? {
        while true {
            if let end = endOfHead() {
                let head = Array(buffer[..<end])
                buffer.removeFirst(end)
                return WireMessage(head: head)
            }
            guard try fill(seconds: seconds) else {
                if buffer.isEmpty { return nil }
                throw HarnessError("the connection ended within a head: \(String(decoding: buffer, as: UTF8.self))")
            }
        }
    }

    /// Reads more bytes; false at the end of the connection.
    func fill(seconds: Double = 10) throws -> Bool {
        switch socket.read(upTo: readSize, seconds: seconds) {
        case .bytes(let bytes):
            buffer += bytes
            onBytes(bytes)
            return true
        case .end: return false
        case .reset: throw HarnessError("the connection was reset")
        case .nothing: throw HarnessError("nothing came for \(seconds) s")
        }
    }

    /// Reads exactly that many bytes, fewer only when the connection ends.
    func read(exactly count: Int, seconds: Double = 10) throws -> [UInt8] {
        while buffer.count < count, try fill(seconds: seconds) {}
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(bytes.count)
        return bytes
    }

    /// Reads a line without its CR LF; nil at the end.
    func readLine(seconds: Double = 10) throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end].filter { $0 != 13 }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard try fill(seconds: seconds) else { return nil }
        }
    }

    /// Reads to the end of the connection.
    func readToEnd(seconds: Double = 10) throws -> [UInt8] {
        while try fill(seconds: seconds) {}
        defer { buffer = [] }
        return buffer
    }

    private func readContent(of message: inout WireMessage, seconds: Double) throws {
        if message["Transfer-Encoding"]?.lowercased() == "chunked" {
            try readChunks(of: &message, seconds: seconds)
        } else if let length = message["Content-Length"].flatMap({ Int($0) }) {
            message.content = try read(exactly: length, seconds: seconds)
            message.isComplete = message.content.count == length
            message.encodedContent = message.content
        } else {
            message.content = try readToEnd(seconds: seconds)
            message.encodedContent = message.content
        }
    }

    private func readChunks(of message: inout WireMessage, seconds: Double) throws {
        while true {
            guard let line = try readLine(seconds: seconds) else {
                message.isComplete = false
                return
            }
            message.encodedContent += Array("\(line)\r\n".utf8)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
                throw HarnessError("not a chunk size: \(line)")
            }
            if size == 0 { break }
            let chunk = try read(exactly: size + 2, seconds: seconds)
            message.encodedContent += chunk
            message.content += chunk.prefix(size)
            if chunk.count < size + 2 {
                message.isComplete = false
                return
            }
        }
        var lines: [String] = []
        while let line = try readLine(seconds: seconds), !line.isEmpty { lines.append(line) }
        message.trailers = WireMessage.fields(lines)
    }

    private func endOfHead() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 3..<buffer.count where buffer[index] == 10 {
            if buffer[index - 1] == 13, buffer[index - 2] == 10, buffer[index - 3] == 13 { return index + 1 }
        }
        return nil
    }
}
