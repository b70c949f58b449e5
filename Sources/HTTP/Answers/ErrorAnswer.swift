import Bytes

/// The answers that Martlet gives itself: a status, its reason as a line of text, and why where the client may know.
///
/// Written from constants, so nothing is kept and nothing allocated.
public enum ErrorAnswer {
    /// Writes a whole answer.
    ///
    /// - Parameters:
    ///   - status: 400, 404, 405, 408, 413, 414, 421, 431, 500, 501, 502, 503, 504, 505 or any other with a reason
    ///     phrase.
    ///   - code: the name of the reason in logs; empty: the client is not told.
    ///   - method: of the request; HEAD gets no content, but the same fields. 405 names the methods that are served.
    ///   - closes: whether the connection is closed after it.
    ///   - date: the value of `Date`; empty adds none.
    ///   - retryAfterSeconds: the value of `Retry-After` (RFC 9110, section 10.2.3); 0 adds none.
    /// - Returns: whether all fitted; 512 bytes of room suffice.
    public static func write(
        _ status: Int, code: StaticString = "", to method: Method, closes: Bool, date: Span<UInt8> = Span(),
        retryAfterSeconds: Int = 0, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        let reason = Status.reason(status)
        Status.writeLine(status, to: &output, &fits)
        output.put("Content-Type: text/plain; charset=utf-8\r\n", &fits)
        output.put(.length(UInt64(contentBytes(status, code: code, to: .get))), &fits)
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
        output.put(closes ? "Connection: close\r\n\r\n" : "\r\n", &fits)
        guard method != .head else { return fits }
        fits = output.append(decimal: UInt64(status)) && fits
        output.put(" ", &fits)
        output.put(reason, &fits)
        if code.utf8CodeUnitCount > 0 {
            output.put(": ", &fits)
            output.put(code, &fits)
        }
        output.put("\n", &fits)
        return fits
    }

    /// Bytes of an answer's content: the status, a space, its reason, a colon, a space and the code if there is one,
    /// and a line feed; none to HEAD.
    public static func contentBytes(_ status: Int, code: StaticString = "", to method: Method) -> Int {
        guard method != .head else { return 0 }
        let codeBytes = code.utf8CodeUnitCount > 0 ? code.utf8CodeUnitCount + 2 : 0
        return Status.reason(status).utf8CodeUnitCount + codeBytes + 5
    }
}
