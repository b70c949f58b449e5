/// Answers of members, as they write them.
enum Answer {
    /// One without content.
    static let empty = whole()

    /// What a member says to ``Stage/askForWebSocket(_:)`` (RFC 6455, section 1.2).
    static let switching = head(
        101, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")

    /// One of a known length.
    ///
    /// - Parameter fields: lines without their ends.
    static func whole(_ status: Int = 200, _ fields: String..., content: String = "") -> String {
        let lines = fields + ["Content-Length: \(content.utf8.count)"]
        return "HTTP/1.1 \(status) Word\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" + content
    }

    /// The head of one whose content ends with the connection.
    static func head(_ status: Int = 200, _ fields: String...) -> String {
        "HTTP/1.1 \(status) Word\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}
