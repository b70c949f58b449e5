import Bytes

extension RequestHead {
    /// Takes host and port from an authority (RFC 3986, section 3.2), which must have no userinfo.
    mutating func parseAuthority(
        _ bytes: Span<UInt8>, _ authority: Range<Int>, refusal: HeadRefusal
    ) throws(HeadError) {
        authorityRange = authority
        let parsed = try Authority(bytes, authority, refusal: refusal)
        hostRange = parsed.host
        port = parsed.port
    }

    /// Settles the host from the target and the `Host` field (RFC 9112, sections 3.2 and 3.3).
    ///
    /// A target in absolute form wins: members get its authority in the place of a `Host` that disagrees, as section
    /// 3.2.2 demands of proxies and servers alike. One that names nothing is refused all the same.
    mutating func settleHost(_ bytes: Span<UInt8>, field: Field?) throws(HeadError) {
        guard let field else {
            guard minorVersion == 0 else { throw HeadError(.hostMissing, at: 0) }
            if targetForm == .origin || targetForm == .asterisk {
                hostRange = 0..<0
                authorityRange = 0..<0
                port = nil
            }
            return
        }
        if targetForm == .origin || targetForm == .asterisk {
            return try parseAuthority(bytes, field.value, refusal: .hostInvalid)
        }
        _ = try Authority(bytes, field.value, refusal: .hostInvalid)
    }
}
