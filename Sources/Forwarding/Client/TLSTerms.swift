import TLS

/// What client and edge have agreed on in a handshake, for the access log: one for all clients of a worker whose
/// handshakes had the same outcome.
final class TLSTerms {
    let version: StaticString
    /// The cipher suite in the words of OpenSSL.
    let cipher: String

    init(version: StaticString, cipher: String) {
        self.version = version
        self.cipher = cipher
    }

    /// Finds the terms of a handshake that is complete, or adds them to those that are known: as many as there are
    /// cipher suites at most.
    static func of(_ connection: TLSConnection, in known: inout [TLSTerms]) -> TLSTerms {
        let cipher = connection.cipher
        if let terms = known.first(where: { $0.cipher == cipher }) { return terms }
        let terms = TLSTerms(version: connection.version, cipher: cipher)
        known.append(terms)
        return terms
    }
}
