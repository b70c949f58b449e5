import HTTP
import Testing

/// A hop as values to compare.
struct ForwardedHopSnapshot: Equatable, CustomStringConvertible {
    var address: UInt128?
    var isSecure: Bool?
    var host: String?

    /// Reads `address|scheme|host`; what is empty or left out is `nil`.
    init(_ text: String) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        address = ReferenceProxyHeader.address(parts[0], isIPv6: parts[0].contains(":"))
        if parts.count > 1, !parts[1].isEmpty { isSecure = parts[1] == "https" }
        if parts.count > 2 { host = parts[2] }
    }

    init(_ hop: ForwardedHop, _ source: [UInt8]) {
        address = hop.address
        isSecure = hop.isSecure
        host = hop.host.map { text(source, $0) }
    }

    var description: String {
        "\(address.map { String($0, radix: 16) } ?? "")|\(isSecure.map { $0 ? "https" : "http" } ?? "")|\(host ?? "")"
    }

    /// All hops that are read of `Forwarded` fields with these values.
    static func all(_ values: [String]) -> [Self] {
        let source = bytes(
            "GET / HTTP/1.1\r\nHost: a\r\n" + values.map { "Forwarded: \($0)\r\nX: y\r\n" }.joined() + "\r\n")
        var head = RequestHead(fieldCountMax: 300)
        guard (try? head.parse(source.span, limits: HeadLimits(fieldCountMax: 300))) != nil else {
            Issue.record("no head: \(values)")
            return []
        }
        var reader = ForwardedReader(head)
        var hops: [Self] = []
        while let hop = reader.next(in: head, of: source.span) { hops.append(Self(hop, source)) }
        for _ in 0..<3 {
            let another = reader.next(in: head, of: source.span)
            #expect(another == nil)
        }
        return hops
    }
}
