import Balancing
import Bytes
import HTTP
import Model
import Reactor
import Session

/// Reads the key by which a request is given to a member where it does not name one: the key that is hashed, or the
/// session that is looked up.
///
/// A class, so that a request's way to it copies nothing.
final class Hashing: Sendable {
    private enum Source: Sendable {
        /// A cookie or a parameter: what its reader takes for a route that no member has.
        case session(SessionReader)
        case field([UInt8])
        case path
        case address
    }

    private let source: Source

    init(_ key: HashedConfiguration.Key) {
        switch key {
        case .cookie(let name): source = .session(Self.reader(cookie: name, parameter: nil))
        case .parameter(let name): source = .session(Self.reader(cookie: nil, parameter: name))
        case .field(let name): source = .field(Array(name.utf8))
        case .path: source = .path
        case .address: source = .address
        }
    }

    /// By a session's cookie or parameter, whichever is there.
    init(_ session: SessionNames) {
        source = .session(Self.reader(cookie: session.cookie, parameter: session.parameter))
    }

    private static func reader(cookie: String?, parameter: String?) -> SessionReader {
        SessionReader(keys: AffinityKeys(cookie: cookie, parameter: parameter, separator: nil), routes: [])
    }

    /// The reader of the cookie or the parameter; `nil` where another thing is hashed.
    var sessions: SessionReader? {
        guard case .session(let reader) = source else { return nil }
        return reader
    }

    /// The hash of what is neither cookie nor parameter; `nil` where the request does not have it.
    ///
    /// - Parameter origin: whom the request is from, where the peer is a trusted proxy; 0: the peer.
    func key(_ head: borrowing RequestHead, in bytes: Span<UInt8>, peer: ClientPeer, origin: UInt128) -> UInt64? {
        switch source {
        case .session: return nil
        case .path: return Self.hash(path: bytes.extracting(head.pathRange))
        case .address:
            guard origin == 0 else { return SocketAddress.withHost(ofMappedBits: origin) { Self.hash($0) } }
            let host = peer.forwardedFor
            return host.isEmpty ? nil : Self.hash(host.span)
        case .field(let name):
            for index in 0..<head.fields.count
            where bytes.extracting(head.fields[index].name).equalsIgnoringCase(name.span) {
                let value = bytes.extracting(head.fields[index].value)
                return value.isEmpty ? nil : Self.hash(value)
            }
            return nil
        }
    }

    /// The hash of a key.
    static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash = StableHash()
        for offset in bytes.indices { hash.add(bytes[offset]) }
        return hash.value
    }

    /// The hash of a path without its parameters: `;jsessionid=…` is the session's, not the path's.
    private static func hash(path: Span<UInt8>) -> UInt64 {
        var hash = StableHash()
        var isParameter = false
        for offset in path.indices {
            let byte = path[offset]
            if byte == UInt8(ascii: ";") {
                isParameter = true
            } else if byte == UInt8(ascii: "/") {
                isParameter = false
            }
            if !isParameter { hash.add(byte) }
        }
        return hash.value
    }
}
