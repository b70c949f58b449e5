import Bytes

/// The answer to a client that speaks HTTP without TLS where HTTPS is spoken.
public enum PlainHTTPAnswer {
    private static let title: StaticString = "400 The plain HTTP request was sent to an HTTPS port\n"
    private static let before: StaticString = "Ask for https://"
    private static let behind: StaticString = "/ instead.\n"

    /// Writes a whole answer: 400, and what it is about.
    ///
    /// - Parameters:
    ///   - authority: the host that was asked, with its port, as a parsed head gives it; empty when it is not known.
    ///   - method: of the request; HEAD gets no content, but the same fields.
    ///   - date: the value of `Date`.
    /// - Returns: whether all fitted; 512 bytes of room and the authority's suffice.
    public static func write(
        authority: Span<UInt8>, to method: Method, date: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        Status.writeLine(400, to: &output, &fits)
        output.put("Content-Type: text/plain; charset=utf-8\r\n", &fits)
        output.put(.length(UInt64(contentBytes(authority: authority, to: .get))), &fits)
        output.put("Date: ", &fits)
        output.put(date, &fits)
        output.put("\r\nConnection: close\r\n\r\n", &fits)
        guard method != .head else { return fits }
        output.put(title, &fits)
        if !authority.isEmpty {
            output.put(before, &fits)
            output.put(authority, &fits)
            output.put(behind, &fits)
        }
        return fits
    }

    /// Bytes of the answer's content; none to HEAD.
    public static func contentBytes(authority: Span<UInt8>, to method: Method) -> Int {
        guard method != .head else { return 0 }
        let advice = authority.isEmpty ? 0 : before.utf8CodeUnitCount + authority.count + behind.utf8CodeUnitCount
        return title.utf8CodeUnitCount + advice
    }
}
