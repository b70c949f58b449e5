import Bytes

extension OutputSpan where Element == UInt8 {
    /// Writes an element of `Forwarded` for a request (RFC 7239, section 4): `for`, `proto` and `host`; not `by`, as
    /// members need not know Martlet's addresses.
    ///
    /// - Parameters:
    ///   - address: the client's, in digits; empty where it has none (`for=unknown`).
    ///   - isSecure: whether the client came over TLS.
    ///   - host: the request's host, perhaps with a port, as ``RequestHead/authorityRange`` has it; empty: it is not
    ///     told, and neither is one that holds a byte which no authority can.
    ///   - fits: cleared when there was no room; what was written is incomplete then.
    public mutating func putForwarded(
        for address: Span<UInt8>, isSecure: Bool, host: Span<UInt8>, _ fits: inout Bool
    ) {
        putForwardedNode(address, &fits)
        put(isSecure ? ";proto=https" : ";proto=http", &fits)
        putForwardedHost(host, &fits)
    }

    private mutating func putForwardedNode(_ address: Span<UInt8>, _ fits: inout Bool) {
        guard !address.isEmpty else { return put("for=unknown", &fits) }
        let isIPv6 = address.firstOffset(of: UInt8(ascii: ":")) != nil
        put(isIPv6 ? "for=\"[" : "for=", &fits)
        put(address, &fits)
        if isIPv6 { put("]\"", &fits) }
    }

    private mutating func putForwardedHost(_ host: Span<UInt8>, _ fits: inout Bool) {
        let nameEnd = host.tokenEnd(from: 0, to: host.count)
        guard (try? Authority(host, host.indices, refusal: .hostInvalid)) != nil else { return }
        let isQuoted = nameEnd < host.count
        put(isQuoted ? ";host=\"" : ";host=", &fits)
        put(host, &fits)
        if isQuoted { put("\"", &fits) }
    }
}
