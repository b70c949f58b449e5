/// What a client sends, what Martlet makes of it, and what reaches the member, byte by byte.
///
/// Texts stand for bytes: `\u{FF}` is the byte 0xFF, not its UTF-8 form.
struct HostileFramingRequest: Sendable {
    /// What the member may have received once everything is over.
    enum Forwarded: Sendable {
        case nothing
        case exactly(String)
        /// Some first bytes of this, never all of it: the member can tell that the request is unfinished.
        case unfinished(String)
    }

    /// The rule, by RFC section or by the class of advisories that it belongs to.
    let name: String
    let sent: String
    /// The statuses of all answers, in order.
    let statuses: [Int]
    let forwarded: Forwarded
    /// Whether Martlet closes the connection after the last answer.
    var closes = true
    /// Whether the client ends its direction after the last byte.
    var finishes = false

    /// Refused with nothing reaching the member, and closed.
    static func refused(_ name: String, _ sent: String, _ status: Int = 400) -> Self {
        Self(name: name, sent: sent, statuses: [status], forwarded: .nothing)
    }

    /// Refused within the content, when the member may have seen the beginning.
    static func brokenOff(_ name: String, _ sent: String, _ status: Int = 400, after forwarded: String) -> Self {
        Self(name: name, sent: sent, statuses: [status], forwarded: .unfinished(forwarded))
    }

    /// Closed without a word.
    static func closed(_ name: String, _ sent: String, after forwarded: String? = nil) -> Self {
        Self(
            name: name, sent: sent, statuses: [], forwarded: forwarded.map { .unfinished($0) } ?? .nothing,
            finishes: true)
    }

    /// Answered by the member, the connection open for more.
    static func passed(_ name: String, _ sent: String, as forwarded: String, closes: Bool = false) -> Self {
        Self(name: name, sent: sent, statuses: [200], forwarded: .exactly(forwarded), closes: closes)
    }

    // MARK: - Writing requests

    /// A request of HTTP/1.1 to the host `a` with more field lines.
    static func request(_ line: String, _ fields: String..., content: String = "") -> String {
        "\(line) HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + content
    }

    /// A request with content in chunks.
    static func chunked(_ content: String, fields: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)Transfer-Encoding: chunked\r\n\r\n\(content)"
    }

    /// The request as the member must receive it: the client's fields, then Martlet's own, then the framing.
    /// `PORT` is that of the listener.
    static func rebuilt(
        _ line: String, _ fields: String..., host: String = "a", via: String = "1.1", framing: String? = nil,
        content: String = "", scheme: String = "http"
    ) -> String {
        "\(line) HTTP/1.1\r\nHost: \(host)\r\n" + fields.map { $0 + "\r\n" }.joined()
            + "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n"
            + "X-Forwarded-Proto: \(scheme)\r\nX-Forwarded-Port: PORT\r\n"
            + "X-Forwarded-Host: \(host)\r\nVia: \(via) martlet\r\n"
            + (framing.map { $0 + "\r\n" } ?? "") + "\r\n" + content
    }

    /// The rebuilt form of ``chunked(_:fields:)`` whose chunks Martlet has gathered into one.
    static func rebuiltChunks(_ content: String, fields: String = "", trailers: String = "") -> String {
        let size = String(content.utf8.count, radix: 16)
        let chunk = String(repeating: "0", count: 4 - size.count) + size + "\r\n" + content + "\r\n"
        return rebuilt(
            "POST /", framing: "Transfer-Encoding: chunked",
            content: (content.isEmpty ? "" : chunk) + "0\r\n" + trailers + "\r\n")
    }
}

/// The bytes that a vector's text stands for.
func hostileBytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { scalar in
        guard let byte = UInt8(exactly: scalar.value) else { preconditionFailure("a vector's text holds bytes only") }
        return byte
    }
}

/// Bytes in a form that a failed test can print.
func hostileText(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        switch byte {
        case 0x0D: "\\r"
        case 0x0A: "\\n\n"
        case 0x20...0x7E: String(UnicodeScalar(byte))
        default: "\\x" + String(byte, radix: 16)
        }
    }.joined()
}
