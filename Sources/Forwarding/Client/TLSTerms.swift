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
    /// Whether the session was resumed.
    let isResumed: Bool
    /// The protocol that was chosen; empty for none.
    let alpn: StaticString

    /// Puts them together.
    package init(
        version: StaticString, cipher: String, keyBits: UInt16, isResumed: Bool = false, alpn: StaticString = ""
    ) {
        self.isResumed = isResumed
        self.alpn = alpn
        self.version = version
        self.cipher = cipher
        cipherOctets = Array(cipher.utf8)
        self.keyBits = keyBits
    }

    /// Finds the terms of a handshake that is complete, or adds them to those that are known: six for each cipher suite
    /// at most.
    static func of(_ connection: TLSConnection, in known: inout [TLSTerms]) -> TLSTerms {
        let cipher = connection.cipher
        let isResumed = connection.isResumed
        let alpn: StaticString = connection.speaks("h2") ? "h2" : connection.speaks("http/1.1") ? "http/1.1" : ""
        let same = known.first {
            $0.cipher == cipher && $0.isResumed == isResumed
                && $0.alpn.utf8CodeUnitCount == alpn.utf8CodeUnitCount
        }
        if let same { return same }
        let terms = TLSTerms(
            version: connection.version, cipher: cipher, keyBits: connection.keyBits, isResumed: isResumed, alpn: alpn)
        known.append(terms)
        return terms
    }
}
