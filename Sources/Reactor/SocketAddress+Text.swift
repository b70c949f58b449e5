import Bytes
import Glibc

/// Addresses as requests name them, without a `String` on the way.
extension SocketAddress {
    /// Bytes of the longest address in digits (`INET6_ADDRSTRLEN` less its closing NUL).
    private static let textBytesMax = 45

    /// An address as a proxy writes it: in digits, IPv6 perhaps in brackets, perhaps with a port behind, perhaps
    /// quoted.
    ///
    /// - Returns: `nil` when it is none, or that of no host (`::`, `0.0.0.0`).
    public static func mappedBits(text: Span<UInt8>) -> UInt128? {
        var range = text.indices
        if range.count >= 2, text[range.lowerBound] == UInt8(ascii: "\""),
            text[range.upperBound - 1] == UInt8(ascii: "\"")
        {
            range = range.lowerBound + 1..<range.upperBound - 1
        }
        var colons = 0
        var lastColon = range.upperBound
        for offset in range where text[offset] == UInt8(ascii: ":") {
            colons += 1
            lastColon = offset
        }
        if let first = range.first, text[first] == UInt8(ascii: "[") {
            guard let end = text.firstOffset(of: UInt8(ascii: "]"), from: first), end < range.upperBound else {
                return nil
            }
            range = first + 1..<end
        } else if colons == 1 {
            range = range.lowerBound..<lastColon
        }
        return bits(text.extracting(range))
    }

    /// The address in digits of ``mappedBits``, IPv4-mapped ones as IPv4.
    public static func withHost<Result>(ofMappedBits bits: UInt128, _ body: (Span<UInt8>) -> Result) -> Result {
        var text = InlineArray<46, UInt8>(repeating: 0)
        var address = bits.bigEndian
        let isIPv4 = bits >> 32 == 0xffff
        unsafe withUnsafeMutableBytes(of: &text) { text in
            unsafe withUnsafeBytes(of: &address) { bytes in
                guard let base = bytes.baseAddress, let output = unsafe text.bindMemory(to: CChar.self).baseAddress
                else { return }
                let family = isIPv4 ? AF_INET : AF_INET6
                unsafe inet_ntop(family, base + (isIPv4 ? 12 : 0), output, socklen_t(text.count))
            }
        }
        return body(text.span.extracting(0..<(text.span.firstOffset(of: 0, from: 0) ?? 0)))
    }

    /// The same as text.
    public static func host(ofMappedBits bits: UInt128) -> String {
        withHost(ofMappedBits: bits) { host in
            var bytes: [UInt8] = []
            for offset in host.indices { bytes.append(host[offset]) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func bits(_ digits: Span<UInt8>) -> UInt128? {
        guard !digits.isEmpty, digits.count <= textBytesMax else { return nil }
        var text = InlineArray<46, CChar>(repeating: 0)
        for offset in digits.indices { text[offset] = CChar(bitPattern: digits[offset]) }
        var v4 = in_addr()
        var v6: UInt128 = 0
        return unsafe withUnsafeBytes(of: &text) { text in
            guard let text = unsafe text.bindMemory(to: CChar.self).baseAddress else { return nil }
            if unsafe inet_pton(AF_INET, text, &v4) == 1 {
                return v4.s_addr == 0 ? nil : 0xffff << 32 | UInt128(UInt32(bigEndian: v4.s_addr))
            }
            guard unsafe inet_pton(AF_INET6, text, &v6) == 1, v6 != 0 else { return nil }
            return UInt128(bigEndian: v6)
        }
    }
}
