import Bytes
import HTTP
import Model

/// Where a path or a site sends its clients. Immutable; shared by all workers.
final class Redirect: Sendable {
    /// Bytes of a URL beyond which clients and proxies may cut it.
    static let locationBytesMax = 16_384

    let status: Int
    /// What stands before the path; empty where that stands alone.
    private let origin: [UInt8]
    private let path: [UInt8]
    /// With its question mark; empty for none.
    private let query: [UInt8]
    private let keepsRest: Bool
    private let keepsQuery: Bool
    /// What is declared, in normal form.
    private let prefix: [UInt8]

    /// - Parameters:
    ///   - prefix: the path in whose place the target stands.
    ///   - isExact: whether it is for that path alone, of which nothing follows.
    init(_ configuration: RedirectConfiguration, prefix: String, isExact: Bool = false) {
        status = configuration.status.code
        keepsRest = configuration.keepsRest && !isExact
        keepsQuery = configuration.keepsQuery
        self.prefix = Array(prefix.utf8)
        let target = Array(configuration.target.utf8)
        let start = Self.count(beforePathOf: target)
        let end = target[start...].firstIndex(of: UInt8(ascii: "?")) ?? target.count
        origin = Array(target[..<start])
        path = Array(target[start..<end])
        query = Array(target[end...])
    }

    /// The URL that a request is sent to.
    ///
    /// - Returns: `nil` where it would be too long.
    func location(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> [UInt8]? {
        var location = origin
        let asked = bytes.extracting(head.pathRange)
        let prefix = prefix
        let count = asked.isEmpty ? 0 : PathReader.count(ofPrefix: prefix.span, in: asked)
        location.reserveCapacity(origin.count + path.count + query.count + asked.count + 64)
        append(asked.extracting((keepsRest ? count : asked.count)..<asked.count), to: &location)
        location += query
        if keepsQuery, let range = head.queryRange {
            location.append(query.isEmpty ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            location.append(escaping: bytes.extracting(range))
        }
        return location.count <= Self.locationBytesMax ? location : nil
    }

    /// Bytes before the path of a URL with an authority; 0 for a path.
    private static func count(beforePathOf target: [UInt8]) -> Int {
        guard target.first != UInt8(ascii: "/"), let scheme = target.firstIndex(of: UInt8(ascii: ":")) else { return 0 }
        return target[(scheme + 3)...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? target.count
    }

    private func append(_ rest: Span<UInt8>, to location: inout [UInt8]) {
        // One slash, whatever follows: two, or a backslash, would begin an authority.
        var start = 0
        while start < rest.count, rest[start] == UInt8(ascii: "/") || rest[start] == UInt8(ascii: "\\") { start += 1 }
        location += path
        let followsSlash = path.last == UInt8(ascii: "/") || path.isEmpty
        if path.isEmpty || start > 0 && !followsSlash { location.append(UInt8(ascii: "/")) }
        location.append(escaping: rest.extracting(start..<rest.count))
    }
}

/// How a listener in cleartext sends its clients to the same URL over TLS. Immutable; shared by all workers.
final class SecureRedirect: Sendable {
    let status: Int
    /// With its colon; empty for that of the scheme.
    private let port: [UInt8]

    /// - Parameter port: of the listener with TLS; 0, which stands for any free one, is not known here: 443.
    init(_ configuration: SecureRedirectConfiguration, port: Int) {
        status = configuration.status.code
        self.port = port == 443 || port == 0 ? [] : Array(":\(port)".utf8)
    }

    /// The URL that a request is sent to.
    ///
    /// - Returns: `nil` where it would be too long, or names no host.
    func location(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> [UInt8]? {
        guard !head.hostRange.isEmpty else { return nil }
        var location = Array("https://".utf8)
        for offset in head.hostRange { location.append(bytes[offset]) }
        location += port
        let path = bytes.extracting(head.pathRange)
        if path.isEmpty || path[0] != UInt8(ascii: "/") {
            location.append(UInt8(ascii: "/"))
        } else {
            location.append(escaping: path)
        }
        if let range = head.queryRange {
            location.append(UInt8(ascii: "?"))
            location.append(escaping: bytes.extracting(range))
        }
        return location.count <= Redirect.locationBytesMax ? location : nil
    }
}

extension [UInt8] {
    /// Appends part of a target, with escapes for what no URI holds and some readers take for something else.
    fileprivate mutating func append(escaping part: Span<UInt8>) {
        for offset in part.indices {
            let byte = part[offset]
            switch byte {
            case 0x00...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x7F...0xFF:
                append(UInt8(ascii: "%"))
                append(Self.digit(byte >> 4))
                append(Self.digit(byte & 15))
            default: append(byte)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
