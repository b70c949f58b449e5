import HTTP

/// A request as its member reads it.
struct ReceivedRequest {
    let head: String
    let framing: Framing
    /// The content without its framing, as far as it has come.
    let content: [UInt8]
    /// The trailer section, with its blank line.
    let trailers: String
    /// Whether its end has come.
    let isWhole: Bool
    /// Bytes behind its end.
    let surplusCount: Int

    /// The content as text.
    var text: String { String(decoding: content, as: UTF8.self) }

    /// The content, if its end has come.
    var whole: [UInt8]? { isWhole ? content : nil }

    /// - Parameter bytes: all that has come.
    init(_ bytes: [UInt8]) {
        let blank = Array("\r\n\r\n".utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: blank) } ?? bytes.count
        let rest = Array(bytes.dropFirst(start + blank.count))
        let head = String(decoding: bytes.prefix(start + blank.count), as: UTF8.self)
        var framing = Framing.none
        for line in head.split(separator: "\r\n") {
            if line == "Transfer-Encoding: chunked" { framing = .chunked }
            if line.hasPrefix("Content-Length: "), let count = UInt64(line.dropFirst(16)) { framing = .length(count) }
        }
        var decoder = ContentDecoder(framing, of: .request)
        var content: [UInt8] = []
        var trailers = ""
        var isWhole = false
        var offset = 0
        reading: while let step = try? decoder.next(in: rest.span, from: offset) {
            switch step {
            case .content(let range):
                content += rest[range]
                offset = range.upperBound
            case .more:
                break reading
            case .end(let range):
                trailers = String(decoding: rest[range], as: UTF8.self)
                offset = range.upperBound
                isWhole = start < bytes.count
                break reading
            }
        }
        self.head = head
        self.framing = framing
        self.content = content
        self.trailers = trailers
        self.isWhole = isWhole
        surplusCount = isWhole ? rest.count - offset : 0
    }
}

extension ScriptedConnection {
    /// What was written for the exchange that it has, or had last.
    var received: ReceivedRequest { ReceivedRequest(written) }
}
