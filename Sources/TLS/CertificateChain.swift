/// A leaf and those of the certificates beside it that clients can make use of, in the order in which they are sent.
///
/// Each certificate but the first has issued one that stands before it (RFC 8446, section 4.4.2). Where several have
/// issued the same one, as with cross-signed authorities, all are sent, each with its own issuers behind it: a client
/// may trust either. Those come first that are valid, and of them those that are no roots.
struct CertificateChain {
    /// Certificates that are sent at most.
    static let countMax = 16

    /// What is sent, the leaf first.
    let certificates: [Certificate]
    /// What has issued nothing that is sent.
    let strangers: [Certificate]
    /// The certificate whose issuer is not there; `nil` where a root is.
    let unfinished: Certificate?

    /// Orders certificates.
    ///
    /// - Parameters:
    ///   - all: the leaf first, the others in any order, some of them twice or of no use.
    ///   - now: seconds since 1970.
    init(_ all: [Certificate], now: Int) {
        var seen: Set<[UInt8]> = []
        let unique = all.filter { seen.insert($0.der).inserted }
        var walk = Walk(rest: Array(unique.dropFirst()), sent: [unique[0]], now: now)
        let last = walk.follow(unique[0]).last ?? unique[0]
        certificates = walk.sent
        strangers = walk.rest
        unfinished = walk.sent.contains(where: \.isSelfSigned) ? nil : last
    }

    /// A walk from issuer to issuer that meets each certificate once.
    private struct Walk {
        var rest: [Certificate]
        var sent: [Certificate]
        let now: Int

        /// Takes up the issuers of a certificate and theirs.
        ///
        /// - Returns: the first way to its end.
        mutating func follow(_ certificate: Certificate) -> [Certificate] {
            var first: [Certificate] = []
            for issuer in issuers(of: certificate) where sent.count <= CertificateChain.countMax {
                guard let index = rest.firstIndex(where: { $0 === issuer }) else { continue }
                sent.append(rest.remove(at: index))
                let way = follow(issuer)
                if first.isEmpty { first = [issuer] + way }
            }
            return first
        }

        private func issuers(of certificate: Certificate) -> [Certificate] {
            guard !certificate.isSelfSigned else { return [] }
            let named = rest.filter { $0.issued(certificate) }
            // Authorities that were made anew under their old name are told apart by their keys.
            let signers = named.count > 1 ? named.filter { $0.signed(certificate) } : named
            let (roots, others) = (signers.filter(\.isSelfSigned), signers.filter { !$0.isSelfSigned })
            let valid = others.filter { $0.isValid(at: now) }
            return valid + roots + others.filter { !$0.isValid(at: now) }
        }
    }
}
