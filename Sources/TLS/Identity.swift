/// A certificate with its chain and private key, as bytes that any worker may parse.
public struct Identity: Sendable, Equatable {
    /// What a key signs with; a name may have one identity of each.
    public enum Algorithm: String, Sendable {
        /// Elliptic curves (ECDSA).
        case ecdsa = "ECDSA"
        /// RSA.
        case rsa = "RSA"
        /// Ed25519 and Ed448.
        case eddsa = "EdDSA"
    }

    /// The file that the certificate was read from.
    public let path: String
    /// The names of the certificate's SAN extension, lower case, wildcards as `*.example.com`.
    public let names: [String]
    /// Whether the extension has names of other kinds, addresses for instance.
    let hasOtherNames: Bool
    /// What the key signs with.
    public let algorithm: Algorithm
    /// The serial number in upper-case hexadecimal digits, as `openssl x509 -serial` prints it.
    public let serial: String
    /// Seconds since 1970 before which clients refuse the certificate.
    public let notBefore: Int
    /// Seconds since 1970 after which clients refuse the certificate.
    public let notAfter: Int
    /// DER of the certificate and of the chain behind it, the leaf first.
    let certificates: [[UInt8]]
    /// DER of the private key (PKCS#8 or traditional).
    let key: [UInt8]

    /// Makes an identity of its parts.
    package init(
        path: String, names: [String], hasOtherNames: Bool = false, algorithm: Algorithm, serial: String,
        notBefore: Int, notAfter: Int, certificates: [[UInt8]], key: [UInt8]
    ) {
        self.path = path
        self.names = names
        self.hasOtherNames = hasOtherNames
        self.algorithm = algorithm
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.certificates = certificates
        self.key = key
    }
}

extension Identity {
    /// Why one of two identities of the same kind of key serves a name that both have.
    enum Precedence: String {
        case validity = "which is valid now"
        case expiry = "which is valid longer"
        case path = "whose file comes first"
    }

    /// Why this one, and not `other`, serves a name that both have; `nil` when the other one does.
    ///
    /// So a renewed certificate beside the old one takes its place, and the same files always make the same choice.
    ///
    /// - Parameter now: seconds since 1970.
    func precedence(over other: Identity, now: Int) -> Precedence? {
        let (isValid, isOtherValid) = (isValid(at: now), other.isValid(at: now))
        if isValid != isOtherValid { return isValid ? .validity : nil }
        if notAfter != other.notAfter { return notAfter > other.notAfter ? .expiry : nil }
        return path < other.path ? .path : nil
    }

    private func isValid(at now: Int) -> Bool { notBefore <= now && now <= notAfter }
}

extension Identity: CustomStringConvertible {
    public var description: String {
        "\(names.isEmpty ? path : names.joined(separator: ", ")) (\(algorithm.rawValue), serial \(serial))"
    }
}
