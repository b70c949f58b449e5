import Bytes

/// What a balancer must know of WebDAV (RFC 4918).
public enum WebDAV {
    /// Calls `body` with the value of each `Destination` (section 10.3) of a request to copy or to move something.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    /// - Returns: whether all calls have returned `true`; `true` for other requests.
    public static func destinations(
        of head: borrowing RequestHead, in bytes: Span<UInt8>, satisfy body: (Range<Int>) -> Bool
    ) -> Bool {
        guard head.method == .other else { return true }
        let method = bytes.extracting(head.methodRange)
        guard method.equals("COPY") || method.equals("MOVE") else { return true }
        for index in 0..<head.fields.count
        where bytes.extracting(head.fields[index].name).equalsIgnoringCase("destination") {
            guard body(head.fields[index].value) else { return false }
        }
        return true
    }
}
