import Bytes

/// What one proxy says of whom a request came to it from: an element of `Forwarded` (RFC 7239, section 4).
///
/// `by` and what else there is are passed over.
public struct ForwardedHop: Equatable, Sendable {
    /// The address of `for` as 128 bits in network order, IPv4 mapped into IPv6; `nil` where the proxy tells none
    /// (`unknown`, `_hidden`, nothing), or one of no host (`::`, `0.0.0.0`).
    public private(set) var address: UInt128?
    /// Whether `proto` is `https`, and not `http`; `nil` where it is neither.
    public private(set) var isSecure: Bool?
    /// Where the value of `host` lies, without quotes; `nil` where it is not a host with or without a port.
    public private(set) var host: Range<Int>?

    /// Reads an element; see ``ParameterReader``.
    ///
    /// - Returns: `nil` when it is malformed, or says one of the three twice.
    init?(_ element: Range<Int>, in bytes: Span<UInt8>) {
        var reader = ParameterReader(element)
        var (addresses, schemes, hosts) = (0, 0, 0)
        while let parameter = reader.next(in: bytes) {
            let value = parameter.value
            if bytes.equals("for", in: parameter.name) {
                address = Self.address(value, in: bytes)
                addresses += 1
            } else if bytes.equals("proto", in: parameter.name) {
                isSecure = bytes.equals("https", in: value) ? true : bytes.equals("http", in: value) ? false : nil
                schemes += 1
            } else if bytes.equals("host", in: parameter.name) {
                let isAuthority = (try? Authority(bytes, value, refusal: .hostInvalid)) != nil
                host = isAuthority ? value : nil
                hosts += 1
            }
        }
        guard !reader.isMalformed, addresses <= 1, schemes <= 1, hosts <= 1 else { return nil }
    }

    /// Reads a node (RFC 7239, section 6): an address in digits, IPv6 in brackets, perhaps with a port or its alias.
    private static func address(_ node: Range<Int>, in bytes: Span<UInt8>) -> UInt128? {
        guard let first = node.first else { return nil }
        var digits = node
        let isIPv6 = bytes[first] == UInt8(ascii: "[")
        let stop = isIPv6 ? UInt8(ascii: "]") : UInt8(ascii: ":")
        if let stop = node.first(where: { bytes[$0] == stop }) {
            guard isPort(isIPv6 ? stop + 1..<node.upperBound : stop..<node.upperBound, in: bytes) else { return nil }
            digits = node.lowerBound..<stop
        } else if isIPv6 {
            return nil
        }
        guard !isIPv6 else {
            let address = AddressDigits.ipv6(digits.dropFirst(), in: bytes)
            return address == 0 || address == AddressDigits.mapped(0) ? nil : address
        }
        guard let address = AddressDigits.ipv4(digits, in: bytes), address != 0 else { return nil }
        return AddressDigits.mapped(address)
    }

    /// Whether nothing stands behind an address, or a colon and a port: five digits at most, or an alias that begins
    /// with an underscore.
    private static func isPort(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard let colon = range.first else { return true }
        guard bytes[colon] == UInt8(ascii: ":"), range.count > 1 else { return false }
        let port = range.dropFirst()
        if bytes[colon + 1] == UInt8(ascii: "_") { return range.count > 2 && port.allSatisfy { bytes[$0].isToken } }
        return port.count <= 5 && port.allSatisfy { bytes[$0].isDigit }
    }
}
