import Bytes

/// The answers that Martlet gives itself: a status, its reason in a form that the client reads (``OwnContent``), and
/// why where the client may know; or a page.
///
/// Written from constants, so nothing is kept and nothing allocated. From 400 on they say `no-store`: they speak of
/// now, differ by what the client reads, and some could be stored without a word (RFC 9110, section 15.1). What a path
/// answers below that, and where clients are sent, may be kept as the status says.
public enum ErrorAnswer {
    /// The methods that members are asked by.
    public static let methods: StaticString = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH"

    /// Writes a whole answer.
    ///
    /// - Parameters:
    ///   - status: any of a final answer.
    ///   - code: the name of the reason in logs; empty: the client is not told.
    ///   - kind: what the client reads best; below 400 it is text.
    ///   - method: of the request; HEAD gets no content, but the same fields.
    ///   - closes: whether the connection is closed after it.
    ///   - date: the value of `Date`; empty adds none.
    ///   - retryAfterSeconds: the value of `Retry-After` (RFC 9110, section 10.2.3); 0 adds none.
    ///   - allow: what 405 says of the methods that are served.
    ///   - lines: further field lines, each with its CR LF; from 400 on `Cache-Control` is left out of them.
    ///   - page: the content; `nil`: the reason.
    /// - Returns: whether all fitted; 512 bytes of room and those of the content and the lines suffice.
    public static func write(
        _ status: Int, code: StaticString = "", kind: PageKind = .text, to method: Method, closes: Bool,
        date: Span<UInt8> = Span(), retryAfterSeconds: Int = 0, allow: StaticString = methods,
        lines: Span<UInt8> = Span(), page: Page? = nil, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        let content = OwnContent(status, code: code, kind: kind)
        var fits = true
        Status.writeLine(status, to: &output, &fits)
        if hasContent(status) {
            output.put("Content-Type: ", &fits)
            if let page {
                let mediaType = page.mediaType
                output.put(mediaType.span, &fits)
            } else {
                output.put(content.kind.mediaType, &fits)
            }
            output.put("\r\n", &fits)
            output.put(.length(UInt64(page?.content.count ?? content.bytes)), &fits)
        } else if status == 205 {
            output.put(.length(0), &fits)
        }
        if status >= 400 { output.put("Cache-Control: no-store\r\n", &fits) }
        if status == 405 {
            output.put("Allow: ", &fits)
            output.put(allow, &fits)
            output.put("\r\n", &fits)
        }
        if retryAfterSeconds > 0 {
            output.put("Retry-After: ", &fits)
            fits = output.append(decimal: UInt64(retryAfterSeconds)) && fits
            output.put("\r\n", &fits)
        }
        if !date.isEmpty {
            output.put("Date: ", &fits)
            output.put(date, &fits)
            output.put("\r\n", &fits)
        }
        if status < 400 { output.put(lines, &fits) } else { putBesideNoStore(lines, to: &output, &fits) }
        output.put(closes ? "Connection: close\r\n\r\n" : "\r\n", &fits)
        guard method != .head, hasContent(status) else { return fits }
        if let page {
            let content = page.content
            output.put(content.span, &fits)
        } else {
            content.write(to: &output, &fits)
        }
        return fits
    }

    /// Writes lines but `Cache-Control`: what a rule says of a path's documents is not said of an error.
    private static func putBesideNoStore(
        _ lines: Span<UInt8>, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        var offset = 0
        while offset < lines.count {
            let end = (lines.firstOffset(of: UInt8(ascii: "\n"), from: offset) ?? lines.count - 1) + 1
            let line = lines.extracting(offset..<end)
            let nameEnd = line.firstOffset(of: UInt8(ascii: ":")) ?? 0
            if !line.extracting(0..<nameEnd).equalsIgnoringCase("cache-control") { output.put(line, &fits) }
            offset = end
        }
    }

    /// Whether answers with a status have content, if the request is not HEAD (RFC 9110, sections 6.4.1 and 15.3.6).
    private static func hasContent(_ status: Int) -> Bool { status != 204 && status != 205 && status != 304 }

    /// Bytes of an answer's content; none to HEAD.
    public static func contentBytes(
        _ status: Int, code: StaticString = "", kind: PageKind = .text, to method: Method, page: Page? = nil
    ) -> Int {
        guard method != .head, hasContent(status) else { return 0 }
        return page?.content.count ?? OwnContent(status, code: code, kind: kind).bytes
    }
}
