import CSSL
import Glibc

/// What is most likely not meant so of a certificate that can be served.
struct CertificateDoubts {
    /// Seconds before a certificate's end from when on it is doubtful: certbot has renewed it a fortnight before.
    private static let noticeMax = 14 * 86_400
    /// One sentence each.
    private(set) var words: [String] = []

    /// Looks at a chain.
    ///
    /// - Parameter now: seconds since 1970.
    init(_ chain: CertificateChain, now: Int) {
        doubtNames(chain.certificates[0])
        doubtValidity(chain.certificates[0], now: now)
        for issuer in chain.certificates.dropFirst() where !issuer.isSelfSigned && !issuer.isValid(at: now) {
            let isExpired = issuer.notAfter < now
            words.append(
                "the issuer's certificate \(issuer.subject) "
                    + (isExpired
                        ? "expired on \(Self.date(issuer.notAfter)): replace it by the issuer's present one"
                        : "is not valid before \(Self.date(issuer.notBefore))"))
        }
        doubtCompleteness(chain)
    }

    /// Says so when others than the owner and his group may read a file with a key. Groups are left alone, because
    /// they are how an administrator shares keys with servers (`ssl-cert` for instance).
    static func words(ofKeyIn file: String, mode: mode_t) -> [String] {
        guard mode & (S_IROTH | S_IWOTH) != 0 else { return [] }
        return [
            "everybody on this machine may \(mode & S_IROTH != 0 ? "read" : "change") the private key in \(file): "
                + "chmod o= \(file)"
        ]
    }

    private mutating func doubtNames(_ leaf: Certificate) {
        let names = leaf.names
        guard names.hosts.isEmpty, !names.hasOthers else { return }
        words.append(
            "the certificate has no subject alternative names, and its common name counts for nothing: "
                + "it is served to nobody who asks for a name, and clients refuse it; "
                + "make one with subjectAltName=DNS:NAME")
    }

    private mutating func doubtValidity(_ leaf: Certificate, now: Int) {
        if leaf.notAfter < now {
            words.append("the certificate expired on \(Self.date(leaf.notAfter)): clients refuse it; renew it")
        } else if leaf.notBefore > now {
            words.append(
                "the certificate is not valid before \(Self.date(leaf.notBefore)): clients refuse it until then")
        } else if leaf.notAfter - now < min(Self.noticeMax, (leaf.notAfter - leaf.notBefore) / 3) {
            words.append("the certificate expires on \(Self.date(leaf.notAfter)): renew it")
        }
    }

    /// A chain usually ends below a root that is not in the file, so an issuer that is not there is no reason to worry,
    /// unless something else shows that there should be one: the leaf tells where to get it, as those of authorities
    /// do that have intermediate certificates; there are others behind the leaf, but not its issuer; or a root that
    /// the chain does not reach.
    private mutating func doubtCompleteness(_ chain: CertificateChain) {
        guard let last = chain.unfinished else { return }
        let isLeaf = last === chain.certificates[0]
        let url = isLeaf ? last.issuerURL : nil
        let hasGap = isLeaf ? !chain.strangers.isEmpty : chain.strangers.contains(where: \.isSelfSigned)
        guard url != nil || hasGap else { return }
        let others = chain.strangers.prefix(3).map(\.subject).joined(separator: "; ")
        words.append(
            "the certificate of the issuer \(last.issuer) is not in the file"
                + (hasGap ? ", and the others there (\(others)) have issued nothing that is sent" : "")
                + ": clients that do not have it refuse \(isLeaf ? "the server's" : last.subject); "
                + "put it behind\(url.map { " (from \($0))" } ?? "")")
    }

    /// A time in UTC as RFC 3339 writes it.
    private static func date(_ seconds: Int) -> String {
        var time = seconds
        var parts = unsafe tm()
        guard unsafe gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
        var block = [CChar](repeating: 0, count: 32)
        let count = unsafe strftime(&block, block.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: block.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
