/// The identities of one TLS policy, found by the name that a client asks for (SNI, RFC 6066, section 3).
public struct IdentityTable: Sendable {
    /// All identities, in the order in which they were given.
    public let identities: [Identity]
    /// What clients without SNI get, and unknown names where a default is declared; indices into ``identities``.
    let fallback: [Int]
    /// Whether a name that no identity covers gets the fallback.
    let servesUnknownNames: Bool
    private let byName: [String: [Int]]

    /// Indexes identities by name.
    ///
    /// - Parameters:
    ///   - identities: what a certificate folder holds.
    ///   - defaultName: a name of one of them that answers unknown names and clients without SNI; `nil` for none.
    /// - Returns: `nil` when `defaultName` is no identity's name.
    public init?(identities: [Identity], defaultName: String?) {
        var byName: [String: [Int]] = [:]
        for (index, identity) in identities.enumerated() {
            for name in Set(identity.names) { byName[name, default: []].append(index) }
        }
        self.identities = identities
        self.byName = byName
        servesUnknownNames = defaultName != nil
        if let defaultName {
            guard let indices = Self.find(defaultName.lowercased(), in: byName) else { return nil }
            fallback = indices
        } else {
            let isOneName = identities.allSatisfy { Set($0.names) == Set(identities[0].names) }
            fallback = isOneName ? Array(identities.indices) : []
        }
    }

    /// Finds the identities for a name: exact first, then the wildcard one label up (RFC 6125, section 6.4.3).
    ///
    /// - Parameter name: as the client sent it, or `nil` without SNI.
    /// - Returns: indices into ``identities``, or `nil` when the client must be refused.
    func find(_ name: String?) -> [Int]? {
        // A literal address is no host name (RFC 6066, section 3), but some clients send one.
        guard let name, !Self.isAddress(name) else { return fallback.isEmpty ? nil : fallback }
        var lowercased = name.lowercased()
        if lowercased.hasSuffix(".") { lowercased.removeLast() }
        return Self.find(lowercased, in: byName) ?? (servesUnknownNames ? fallback : nil)
    }

    /// Whether a connection that was made for one name must not carry a request for another, because other identities
    /// than its own are there for that (RFC 9110, section 7.4).
    ///
    /// - Parameters:
    ///   - host: a request's host, without port.
    ///   - serverName: as the client sent it in its handshake, or `nil`.
    func isMisdirected(_ host: String, over serverName: String?) -> Bool {
        guard !Self.isAddress(host), let wanted = Self.find(host.lowercased(), in: byName) else { return false }
        return Set(wanted).isDisjoint(with: find(serverName) ?? [])
    }

    private static func isAddress(_ name: String) -> Bool {
        name.utf8.contains(UInt8(ascii: ":"))
            || name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func find(_ name: String, in byName: [String: [Int]]) -> [Int]? {
        if let exact = byName[name] { return exact }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return byName["*" + name[dot...]]
    }
}
