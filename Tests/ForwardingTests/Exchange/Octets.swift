/// Content for tests, and what becomes of it on the way.
enum Octets {
    /// Bytes that differ from their neighbours near and far, so that what is lost, doubled or moved shows.
    static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) &+ ($0 >> 8)) }
    }

    /// Bytes that hardly compress.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 7
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }

    /// Content as chunks (RFC 9112, section 7.1), the last one and an empty trailer section behind them.
    static func chunked(_ content: [UInt8], by size: Int = 1_000) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = content[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8)
            bytes += chunk
            bytes += Array("\r\n".utf8)
            rest = rest.dropFirst(size)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}

/// How a member says where an answer's content ends.
enum AnswerFraming: CaseIterable {
    case length, chunked, untilClose

    /// A whole answer; for ``untilClose`` the connection must be ended behind it.
    func answer(_ content: [UInt8]) -> [UInt8] {
        switch self {
        case .length: Array("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\r\n".utf8) + content
        case .chunked: Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + Octets.chunked(content)
        case .untilClose: Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + content
        }
    }
}
