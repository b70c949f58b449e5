import CSSL

/// One block of a PEM text (RFC 7468), decoded.
struct PEMBlock {
    /// What stands behind BEGIN.
    let label: String
    /// The encapsulated header of old keys (RFC 1421, section 4.6), empty without.
    let header: String
    /// The bytes that base64 stood for.
    let content: [UInt8]

    /// Reads the next block.
    ///
    /// - Returns: `nil` when there is none or it is broken; OpenSSL's error queue says which.
    init?(next bio: OpaquePointer) {
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var content: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(bio, &label, &header, &content, &count) == 1 else { return nil }
        defer {
            unsafe CRYPTO_free(label, nil, 0)
            unsafe CRYPTO_free(header, nil, 0)
            unsafe CRYPTO_clear_free(content, count, nil, 0)
        }
        self.label = unsafe label.map { unsafe String(cString: $0) } ?? ""
        self.header = unsafe header.map { unsafe String(cString: $0) } ?? ""
        self.content = unsafe Array(UnsafeBufferPointer(start: content, count: count))
    }

    /// Whether it is a private key of any algorithm.
    var isPrivateKey: Bool { label.hasSuffix("PRIVATE KEY") }

    /// Whether a passphrase protects it, in the way of PKCS #8 or in the old one.
    var isEncrypted: Bool { label.hasPrefix("ENCRYPTED") || header.contains("ENCRYPTED") }
}
