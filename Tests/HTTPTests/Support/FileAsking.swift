import HTTP

/// Requests for a file, and what they are answered with.
enum FileAsking {
    /// Sun, 06 Nov 1994 08:49:37 GMT, and a part of a second; 1,000 bytes.
    static let facts = FileFacts(bytes: 1000, modifiedNanos: 784_111_777_123_456_789)
    /// Sun, 22 Nov 2026 18:43:12 GMT
    static let now = 1_795_372_992

    /// The reply to a request.
    ///
    /// - Parameters:
    ///   - fields: with their CR LF; `{tag}` stands for the file's tag, `{tag-gzip}` for one with a mark.
    ///   - codings: whose marks are undone.
    /// - Returns: `nil` for a request that is refused.
    static func reply(
        _ fields: String, of facts: FileFacts = facts, method: String = "GET", undoing codings: ContentCodings? = nil
    ) -> FileReply? {
        let source = request(fields, of: facts, method: method)
        var head = RequestHead(fieldCountMax: 100)
        guard (try? head.parse(source.span, limits: HeadLimits())) != nil else { return nil }
        return FileReply(to: head, in: source.span, of: facts, undoing: codings, now: now)
    }

    /// A request with those fields.
    static func request(_ fields: String, of facts: FileFacts = facts, method: String = "GET") -> [UInt8] {
        var fields = fields
        let tag = tag(of: facts)
        fields.replace("{tag}", with: tag)
        for mark in ["gzip", "br", "zstd", "identity"] {
            fields.replace("{tag-\(mark)}", with: "\(tag.dropLast())-\(mark)\"")
        }
        return bytes("\(method) /a HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }

    /// The fields of an answer by their names.
    static func fields(
        _ reply: FileReply, of facts: FileFacts = facts, type: StaticString = "text/plain", varies: Bool = false,
        now: Int = now, to method: Method = .get
    ) -> (head: ResponseSnapshot, fields: [String: String])? {
        let head = written(room: 512) {
            FileHead.write(reply, of: facts, type: type, varies: varies, now: now, to: &$0)
        }
        guard let head, let parsed = ResponseSnapshot.parse(head, to: method).value else { return nil }
        let fields = Dictionary(parsed.fields.map { ($0.name, $0.value) }) { "\($0), \($1)" }
        return (parsed, fields)
    }

    /// The tag of a file, as its answer has it.
    static func tag(of facts: FileFacts) -> String {
        fields(.whole, of: facts)?.fields["ETag"] ?? ""
    }
}
