/// What a member sends, and what of it a client gets.
///
/// Texts stand for bytes, as in ``HostileFramingRequest``.
struct HostileFramingAnswer: Sendable {
    /// What the client must see.
    enum Received: Sendable {
        /// These bytes, to the last one, and an end in good order.
        case exactly(String)
        /// Martlet's own answer.
        case refused(Int)
        /// These bytes and the end of the connection, which is not that of the answer.
        case brokenOff(String)
        /// These bytes and a reset, as the end of the connection would be that of the answer.
        case reset(String)
        /// Martlet's own answer where it came in one piece with its head, else what came before it.
        case malformed
        /// Nothing but a head, which may have gone out or not.
        case headAtMost
    }

    /// What the member does after its last byte.
    enum Ending: Sendable {
        case keeps
        case closes
    }

    let name: String
    let sent: String
    let received: Received
    /// The request line; the host and `Connection: close` follow.
    var line = "GET / HTTP/1.1"
    var ending = Ending.keeps
    /// Whether Martlet uses the connection for the next request.
    var isReused = false

    /// Passed on; the connection goes back to the pool.
    static func passed(
        _ name: String, _ sent: String, as received: String, to line: String = "GET / HTTP/1.1"
    ) -> Self {
        Self(name: name, sent: sent, received: .exactly(received), line: line, isReused: true)
    }

    /// Passed on, but the connection is not trusted any more.
    static func distrusted(
        _ name: String, _ sent: String, as received: String, to line: String = "GET / HTTP/1.1", ending: Ending = .keeps
    ) -> Self {
        Self(name: name, sent: sent, received: .exactly(received), line: line, ending: ending)
    }

    /// Not an answer: 502.
    static func refused(_ name: String, _ sent: String, _ status: Int = 502, ending: Ending = .keeps) -> Self {
        Self(name: name, sent: sent, received: .refused(status), ending: ending)
    }

    /// Ended before its time.
    static func brokenOff(_ name: String, _ sent: String, after received: String) -> Self {
        Self(name: name, sent: sent, received: .brokenOff(received), ending: .closes)
    }

    /// Not an answer from some byte of its content on.
    static func malformed(_ name: String, _ sent: String) -> Self {
        Self(name: name, sent: sent, received: .malformed)
    }

    /// Keeps Martlet from adding a date of its own.
    static let date = "Date: Sat, 21 Nov 2026 00:00:00 GMT\r\n"

    /// A head of an answer with a date.
    static func head(_ status: String, _ fields: String..., version: String = "1.1") -> String {
        "HTTP/\(version) \(status)\r\n\(date)" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// The head as the client must get it: the member's fields, then the framing, then that the connection ends.
    static func rebuilt(_ status: String, _ fields: String...) -> String {
        "HTTP/1.1 \(status)\r\n\(date)" + fields.map { $0 + "\r\n" }.joined() + "Connection: close\r\n\r\n"
    }

    /// One chunk as Martlet writes it.
    static func chunk(_ content: String) -> String {
        let size = String(content.utf8.count, radix: 16)
        return String(repeating: "0", count: 4 - size.count) + size + "\r\n" + content + "\r\n"
    }
}
