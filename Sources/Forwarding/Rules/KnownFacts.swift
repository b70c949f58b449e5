import Bytes
import HTTP
import Model
import Reactor

/// What is known of a request before it has a member, for the fields that rules make.
struct KnownFacts {
    let peer: ClientPeer
    /// Whom the request is from, where the peer is a trusted proxy; 0: the peer.
    let origin: UInt128
    /// Whether the client speaks TLS, to Martlet or to a trusted proxy.
    let isSecure: Bool
    /// Who answers; `nil`: Martlet.
    let balancer: Balancer?

    /// Appends a fact, or marks the place of one that is another one with each request, or is known only when the head
    /// is gone.
    ///
    /// - Parameters:
    ///   - head: the request's.
    ///   - source: what it was parsed from.
    /// - Returns: whether it has a value; if not, nothing is appended.
    func put(
        _ fact: FieldFact, of head: borrowing RequestHead, in source: Span<UInt8>, to output: inout OutputSpan<UInt8>
    ) -> Bool {
        switch fact {
        case .clientAddress:
            guard origin != 0 else { return put(peer.forwardedFor, as: fact, to: &output) }
            return SocketAddress.withHost(ofMappedBits: origin) { output.append($0, as: fact) }
        // The port behind a proxy is the proxy's own.
        case .clientPort:
            guard origin == 0, !peer.address.isUnix else { return false }
            return output.append(decimal: UInt64(peer.address.port))
        case .peerAddress: return put(peer.forwardedFor, as: fact, to: &output)
        case .scheme: return output.append(copying: isSecure ? "https" : "http")
        case .host: return output.append(source.extracting(head.hostRange), as: fact)
        case .port:
            let lines = peer.entranceLines
            return output.append(
                lines.span.extracting(RequestHead.portRange(inEntranceLines: lines.span)), as: fact)
        case .tlsVersion: return !peer.tlsVersion.isEmpty && output.append(copying: peer.tlsVersion)
        case .tlsCipher: return put(peer.terms?.cipherOctets ?? [], as: fact, to: &output)
        case .tlsName: return put(peer.localEnd?.askedName ?? [], as: fact, to: &output)
        case .balancer: return put(balancer?.memberLines.balancerName ?? [], as: fact, to: &output)
        case .requestID, .member, .route, .user:
            output.append(fact.rawValue)
            return true
        }
    }

    private func put(_ value: [UInt8], as fact: FieldFact, to output: inout OutputSpan<UInt8>) -> Bool {
        output.append(value.span, as: fact)
    }
}

extension StaticString {
    fileprivate var isEmpty: Bool { utf8CodeUnitCount == 0 }
}
