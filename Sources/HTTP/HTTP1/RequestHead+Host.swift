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
    /// RFC 9112 lets a proxy put the target's authority in place of a `Host` that disagrees; a gateway that routes by
    /// it cannot know what else has read the other one, so a disagreement is refused.
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
        let named = try Authority(bytes, field.value, refusal: .hostInvalid)
        guard bytes.equalsIgnoringCase(named.host, hostRange),
            portOrDefault(named.port, bytes) == portOrDefault(port, bytes)
        else { throw HeadError(.hostDisagrees, at: field.value.lowerBound) }
    }

    private func portOrDefault(_ port: UInt16?, _ bytes: Span<UInt8>) -> UInt16 {
        if let port { return port }
        let isHTTPS = targetForm == .absolute && bytes[targetRange.lowerBound + 4] | 0x20 == UInt8(ascii: "s")
        return isHTTPS ? 443 : 80
    }
}
