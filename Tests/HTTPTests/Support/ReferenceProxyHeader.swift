import Glibc
import HTTP

/// The PROXY protocol read a second time, by its text and without regard to cost.
enum ReferenceProxyHeader {
    static func parse(_ source: [UInt8]) -> ProxyHeader {
        let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
        for start in [bytes("PROXY "), signature] {
            guard source.count > start.count else {
                if start.starts(with: source) { return .more }
                continue
            }
            guard source.starts(with: start) else { continue }
            return start == signature ? binary(source) : line(source)
        }
        return .none
    }

    private static func line(_ source: [UInt8]) -> ProxyHeader {
        let visible = source.prefix { (0x20...0x7E).contains($0) }
        let end = Array(source.dropFirst(visible.count).prefix(2))
        if visible.count > 105 { return .malformed }
        if end.isEmpty || end == [13] { return .more }
        guard end == [13, 10] else { return .malformed }
        let words = text(Array(visible)).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if words[1] == "UNKNOWN" { return .local(count: visible.count + 2) }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6" else { return .malformed }
        let addresses = words[2...3].map { address($0, isIPv6: words[1] == "TCP6") }
        let ports = words[4...5].map { UInt16($0) }
        guard let source = addresses[0], let destination = addresses[1], let from = ports[0], let to = ports[1],
            "\(from) \(to)" == words[4...5].joined(separator: " ")
        else { return .malformed }
        return .header(
            source: .init(address: source, port: from), destination: .init(address: destination, port: to),
            count: visible.count + 2)
    }

    /// What inet_pton(3) makes of an address, IPv4 mapped into IPv6.
    static func address(_ digits: String, isIPv6: Bool) -> UInt128? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, digits, buffer.baseAddress)
        }
        guard result == 1 else { return nil }
        return isIPv6 ? number(bytes[0..<16]) : 0xffff << 32 | number(bytes[0..<4])
    }

    private static func binary(_ source: [UInt8]) -> ProxyHeader {
        if source[12] != 0x20, source[12] != 0x21 { return .malformed }
        guard source.count > 13 else { return .more }
        var least = [0x00: 0, 0x11: 12, 0x12: 12, 0x21: 36, 0x22: 36, 0x31: 216, 0x32: 216][Int(source[13])]
        if source[12] == 0x20 { least = 0 }
        guard let least else { return .malformed }
        guard source.count > 15 else { return .more }
        let count = 16 + Int(number(source[14..<16]))
        if count < 16 + least || count > 2048 { return .malformed }
        if source.count < count { return .more }
        let isIPv4 = source[13] == 0x11
        guard source[12] == 0x21, isIPv4 || source[13] == 0x21 else { return .local(count: count) }
        let size = isIPv4 ? 4 : 16
        let prefix: UInt128 = isIPv4 ? 0xffff << 32 : 0
        func end(_ index: Int) -> ProxyHeader.Endpoint {
            let ports = 16 + 2 * size
            return .init(
                address: prefix | number(source[(16 + index * size)..<(16 + (index + 1) * size)]),
                port: UInt16(number(source[(ports + index * 2)..<(ports + index * 2 + 2)])))
        }
        return .header(source: end(0), destination: end(1), count: count)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt128 {
        bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
