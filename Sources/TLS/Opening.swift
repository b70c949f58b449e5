/// How a peer's bytes begin, kept while they may turn out to be something else than TLS.
enum Opening {
    /// Nothing has come.
    case unseen
    /// They may be TLS.
    case tls
    /// They are none; the first of them.
    case foreign([UInt8])

    /// Bytes that are kept of what is no TLS: the head of a plain HTTP request usually fits.
    static let keptMax = 4096

    /// Types of TLS records (RFC 8446, section 5.1).
    private static let recordTypes: ClosedRange<UInt8> = 20...23

    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI",
    ]

    /// Whether no more need be looked at.
    var isTLS: Bool {
        if case .tls = self { return true }
        return false
    }

    /// Takes what has come.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let first = unsafe bytes.first else { return }
        switch self {
        case .unseen where Self.recordTypes.contains(first): self = .tls
        case .unseen: self = .foreign(unsafe Array(bytes.prefix(Self.keptMax)))
        case .foreign(let known):
            let more = unsafe Array(bytes.prefix(Self.keptMax - known.count))
            self = .foreign(known + more)
        case .tls: break
        }
    }

    /// The bytes, where they are no TLS. A hello in the form of SSL 2, which may ask for TLS, is none of them.
    var foreignBytes: [UInt8]? {
        guard case .foreign(let bytes) = self else { return nil }
        return bytes.count > 2 && bytes[0] >= 0x80 && bytes[2] == 1 ? nil : bytes
    }

    /// Whether a client has sent an HTTP request.
    static func isRequest(_ bytes: [UInt8]) -> Bool {
        let line = firstLine(bytes)
        if line.count < bytes.count, line.split(separator: UInt8(ascii: " ")).last?.starts(with: "HTTP/".utf8) == true {
            return true
        }
        return methods.contains { method in
            let start = Array((method + " ").utf8)
            return bytes.starts(with: start) || start.starts(with: bytes.prefix(start.count)) && bytes.count >= 5
        }
    }

    /// The first line, without its end.
    static func firstLine(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    }
}
