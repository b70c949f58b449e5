import Bytes

/// The answers that Martlet gives itself: a status, its reason as a line of text, and why where the client may know;
/// or a page.
///
/// Written from constants, so nothing is kept and nothing allocated.
public enum ErrorAnswer {
    /// Writes a whole answer.
    ///
    /// - Parameters:
    ///   - status: any of a final answer.
    ///   - code: the name of the reason in logs; empty: the client is not told.
    ///   - method: of the request; HEAD gets no content, but the same fields. 405 names the methods that are served.
    ///   - closes: whether the connection is closed after it.
    ///   - date: the value of `Date`; empty adds none.
    ///   - retryAfterSeconds: the value of `Retry-After` (RFC 9110, section 10.2.3); 0 adds none.
    ///   - lines: further field lines, each with its CR LF.
    ///   - page: the content; `nil`: the reason.
    /// - Returns: whether all fitted; 512 bytes of room and those of the lines and the page suffice.
    public static func write(
        _ status: Int, code: StaticString = "", to method: Method, closes: Bool, date: Span<UInt8> = Span(),
        retryAfterSeconds: Int = 0, lines: Span<UInt8> = Span(), page: Page? = nil,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        Status.writeLine(status, to: &output, &fits)
        if hasContent(status) {
            output.put("Content-Type: ", &fits)
            if let page {
                let mediaType = page.mediaType
                output.put(mediaType.span, &fits)
            } else {
                output.put("text/plain; charset=utf-8", &fits)
            }
            output.put("\r\n", &fits)
            output.put(.length(UInt64(contentBytes(status, code: code, to: .get, page: page))), &fits)
        }
        if status == 405 { output.put("Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n", &fits) }
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
        output.put(lines, &fits)
        output.put(closes ? "Connection: close\r\n\r\n" : "\r\n", &fits)
        guard method != .head, hasContent(status) else { return fits }
        if let page {
            let content = page.content
            output.put(content.span, &fits)
            return fits
        }
        fits = output.append(decimal: UInt64(status)) && fits
        output.put(" ", &fits)
        output.put(Status.reason(status), &fits)
        if code.utf8CodeUnitCount > 0 {
            output.put(": ", &fits)
            output.put(code, &fits)
        }
        output.put("\n", &fits)
        return fits
    }

    /// Whether answers with a status have content, if the request is not HEAD (RFC 9110, section 6.4.1).
    private static func hasContent(_ status: Int) -> Bool { status != 204 && status != 304 }

    /// Bytes of an answer's content: of the page, or the status, a space, its reason, a colon, a space and the code if
    /// there is one, and a line feed; none to HEAD.
    public static func contentBytes(
        _ status: Int, code: StaticString = "", to method: Method, page: Page? = nil
    ) -> Int {
        guard method != .head, hasContent(status) else { return 0 }
        if let page { return page.content.count }
        let codeBytes = code.utf8CodeUnitCount > 0 ? code.utf8CodeUnitCount + 2 : 0
        return Status.reason(status).utf8CodeUnitCount + codeBytes + 5
    }
}
