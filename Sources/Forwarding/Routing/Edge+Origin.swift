import Bytes
import HTTP
import Limiting
import Model
import Reactor

extension Edge {
    /// Proxies that a request may have come through: what is before them is not looked at.
    private static let hopsMax = 64

    /// Who a request is from and how it has come, where the connection's peer is a proxy that is trusted: the one place
    /// that believes what proxies say of clients, their scheme and their host.
    ///
    /// - Parameters:
    ///   - head: parsed.
    ///   - bytes: what it was parsed from.
    func approach(of head: borrowing RequestHead, in bytes: Span<UInt8>, peer: ClientPeer) -> Approach {
        guard peer.isTrusted else { return Approach() }
        return forwarding.readsForwarded
            ? approachByForwarded(head, in: bytes) : approachByXForwarded(head, in: bytes)
    }

    private func approachByXForwarded(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Approach {
        var approach = Approach()
        approach.address = origin(of: head, in: bytes)
        if let scheme = head.fields.index(of: .xForwardedProto) {
            approach.isSecure = bytes.extracting(head.fields[scheme].value).equalsIgnoringCase("https")
        }
        if let host = head.fields.index(of: .xForwardedHost) { approach.authority = head.fields[host].value }
        return approach
    }

    /// What the first element says that a trusted proxy has written: the last one whose `for` is not itself such a
    /// proxy, or is no address.
    private func approachByForwarded(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Approach {
        var approach = Approach()
        var reader = ForwardedReader(head)
        while let hop = reader.next(in: head, of: bytes) {
            approach.isSecure = hop.isSecure
            approach.authority = hop.host
            guard let address = hop.address else { break }
            approach.address = address
            guard trust.proxies.contains(address) else { break }
        }
        return approach
    }

    /// The last address in `X-Forwarded-For` that is not itself a trusted proxy's. One that is not an address ends the
    /// search, as whoever stands before it is nobody's word.
    ///
    /// - Returns: ``SocketAddress/mappedBits`` of the client; 0: the connection's peer.
    private func origin(of head: borrowing RequestHead, in bytes: Span<UInt8>) -> UInt128 {
        guard head.fields.contains(.xForwardedFor) else { return 0 }
        var origin: UInt128 = 0
        var hops = 0
        var index = head.fields.count
        while index > 0 {
            index -= 1
            guard head.fields[index].known == .xForwardedFor else { continue }
            var rest = bytes.extracting(head.fields[index].value)
            while !rest.isEmpty {
                let entry = Self.takeLast(&rest)
                guard hops < Self.hopsMax, let address = SocketAddress.mappedBits(text: entry) else { return origin }
                hops += 1
                origin = address
                guard trust.proxies.contains(address) else { return origin }
            }
        }
        return origin
    }

    /// Whether a client is told why it got its member when it asks.
    ///
    /// - Parameter origin: whom the request is from, behind proxies; 0: the peer.
    func mayExplain(to origin: UInt128, _ peer: ClientPeer) -> Bool {
        guard origin != 0 else { return peer.mayExplain }
        return trust.explained.contains(origin)
    }

    /// Takes what stands behind the last comma, without the white space around it.
    @_lifetime(copy list)
    private static func takeLast(_ list: inout Span<UInt8>) -> Span<UInt8> {
        var start = list.count
        while start > 0, list[start - 1] != UInt8(ascii: ",") { start -= 1 }
        var (lower, upper) = (start, list.count)
        while lower < upper, list[lower] == 0x20 || list[lower] == 0x09 { lower += 1 }
        while upper > lower, list[upper - 1] == 0x20 || list[upper - 1] == 0x09 { upper -= 1 }
        let entry = list.extracting(lower..<upper)
        list = list.extracting(0..<max(0, start - 1))
        return entry
    }
}
