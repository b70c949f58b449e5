import Bytes

/// Writes the heads of answers that come from files, as text of HTTP/1.1 that ``ResponseHead`` parses like any
/// member's: so what is done to answers is done to these. Nothing is kept.
public enum FileHead {
    /// The methods that files are asked for by (RFC 9110, sections 9.3.7 and 15.5.6).
    public static let methods: StaticString = "GET, HEAD, OPTIONS"

    /// Writes the head of an answer with a file's content, or about it.
    ///
    /// - Parameters:
    ///   - reply: what is answered; not ``FileReply/rangeNotSatisfiable``, which is an answer of Martlet's own
    ///     (``writeLength(of:to:)``).
    ///   - facts: those that it was decided by.
    ///   - type: the media type of the file, not of the variant; see ``MediaTypes``.
    ///   - varies: whether the file has variants, one of which others may get.
    ///   - now: seconds since 1970; no file was changed later than that (RFC 9110, section 8.8.2.1).
    /// - Returns: whether all fitted; 512 bytes of room suffice.
    public static func write(
        _ reply: FileReply, of facts: FileFacts, type: StaticString, varies: Bool, now: Int,
        to output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        Status.writeLine(reply.status, to: &output, &fits)
        switch reply {
        case .whole, .part:
            output.put("Content-Type: ", &fits)
            output.put(type, &fits)
            output.put("\r\n", &fits)
            if let coding = facts.coding {
                output.put("Content-Encoding: ", &fits)
                output.put(coding.token, &fits)
                output.put("\r\n", &fits)
            }
            output.put(.length(UInt64(reply.content(of: facts).count)), &fits)
            putRange(reply, of: facts, to: &output, &fits)
            putValidators(facts, now: now, to: &output, &fits)
        case .notModified:
            putValidators(facts, now: now, to: &output, &fits)
        case .preconditionFailed:
            output.put(.length(0), &fits)
        case .rangeNotSatisfiable: preconditionFailure("a range that there is not has no head of a file's")
        }
        if varies { output.put("Vary: Accept-Encoding\r\n", &fits) }
        output.put("\r\n", &fits)
        return fits
    }

    /// Writes the head of the answer to a folder that was asked for without its slash: 301 to the same with one.
    ///
    /// - Parameters:
    ///   - path: of the target as it was sent, not empty. Slashes at its begin, and what browsers take for them, are
    ///     written as one, as what follows two of them is a host.
    ///   - query: without its question mark; `nil` where there was none.
    /// - Returns: whether all fitted; 128 bytes of room, the path's and the query's suffice.
    public static func writeMoved(
        path: Span<UInt8>, query: Span<UInt8>?, to output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        Status.writeLine(301, to: &output, &fits)
        output.put(.length(0), &fits)
        output.put("Location: /", &fits)
        var start = 0
        while start < path.count, path[start] == UInt8(ascii: "/") || path[start] == UInt8(ascii: "\\") { start += 1 }
        if start < path.count {
            output.put(path.extracting(start..<path.count), &fits)
            output.put("/", &fits)
        }
        if let query {
            output.put("?", &fits)
            output.put(query, &fits)
        }
        output.put("\r\n\r\n", &fits)
        return fits
    }

    /// Writes the head of the answer to OPTIONS.
    ///
    /// - Returns: whether all fitted; 128 bytes of room suffice.
    public static func writeMethods(to output: inout OutputSpan<UInt8>) -> Bool {
        var fits = true
        Status.writeLine(204, to: &output, &fits)
        output.put("Allow: ", &fits)
        output.put(methods, &fits)
        output.put("\r\n\r\n", &fits)
        return fits
    }

    /// Writes the line that says how long a file is to who asks for bytes that it has not (RFC 9110, section 15.5.17).
    ///
    /// - Returns: whether all fitted; 64 bytes of room suffice.
    public static func writeLength(of facts: FileFacts, to output: inout OutputSpan<UInt8>) -> Bool {
        var fits = true
        output.put("Content-Range: bytes */", &fits)
        fits = output.append(decimal: UInt64(facts.bytes)) && fits
        output.put("\r\n", &fits)
        return fits
    }

    /// `Content-Range`, where there is something to say, and whether parts can be asked for.
    private static func putRange(
        _ reply: FileReply, of facts: FileFacts, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard case .part(let range) = reply else {
            if facts.coding == nil { output.put("Accept-Ranges: bytes\r\n", &fits) }
            return
        }
        output.put("Content-Range: bytes ", &fits)
        fits = output.append(decimal: UInt64(range.lowerBound)) && fits
        output.put("-", &fits)
        fits = output.append(decimal: UInt64(range.upperBound - 1)) && fits
        output.put("/", &fits)
        fits = output.append(decimal: UInt64(facts.bytes)) && fits
        output.put("\r\n", &fits)
    }

    /// What the content is known by.
    private static func putValidators(
        _ facts: FileFacts, now: Int, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        if let modified = facts.modifiedSeconds, now > 0 {
            output.put("Last-Modified: ", &fits)
            fits = HTTPDate.write(min(modified, now), to: &output) && fits
            output.put("\r\n", &fits)
        }
        let tag = FileTag(facts)
        output.put("ETag: ", &fits)
        output.put(tag.span, &fits)
        output.put("\r\n", &fits)
    }
}
