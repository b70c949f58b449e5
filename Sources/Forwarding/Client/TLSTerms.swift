import TLS

/// What client and edge have agreed on in a handshake, for the access log and for members of FastCGI and AJP: one for
/// all clients of a worker whose handshakes had the same outcome.
package final class TLSTerms {
    let version: StaticString
    /// The cipher suite in the words of OpenSSL.
    let cipher: String
    /// The same as octets.
    let cipherOctets: [UInt8]
    /// Bits of the key that it encrypts with.
    let keyBits: UInt16

    /// Puts them together.
    package init(version: StaticString, cipher: String, keyBits: UInt16) {
        self.version = version
        self.cipher = cipher
        cipherOctets = Array(cipher.utf8)
        self.keyBits = keyBits
    }

    /// Finds the terms of a handshake that is complete, or adds them to those that are known: as many as there are
    /// cipher suites at most.
    static func of(_ connection: TLSConnection, in known: inout [TLSTerms]) -> TLSTerms {
        let cipher = connection.cipher
        if let terms = known.first(where: { $0.cipher == cipher }) { return terms }
        let terms = TLSTerms(version: connection.version, cipher: cipher, keyBits: connection.keyBits)
        known.append(terms)
        return terms
    }
}
