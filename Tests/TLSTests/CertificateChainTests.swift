import TLS
import Testing

/// Files as people put them together: the leaf first, everything else anyhow.
@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct CertificateChainTests {
    /// Where certificates are made.
    let authority: CertificateKit
    /// The folder that is loaded.
    let kit: CertificateKit

    init() throws {
        authority = try CertificateKit()
        kit = try CertificateKit()
        try authority.make("root", names: [], isAuthority: true)
        try authority.make("middle", names: [], issuer: "root", isAuthority: true)
        try authority.make("leaf", names: ["leaf.test"], issuer: "middle")
    }

    /// Puts certificates and keys into one file, in this order.
    private func put(_ files: String...) throws {
        try kit.write(files.map { try authority.text($0) }.joined(), to: "leaf.pem")
    }

    /// The certificates that a client is sent, by their files' names.
    private func sent(of files: [String]) throws -> [String] {
        let link = try TLSLink(.make(kit), TLSClient(serverName: "leaf.test"))
        #expect(link.shakeHands().server == .done(0))
        let serials = try files.map { (try authority.serial($0 + ".crt"), $0) }
        return link.client.chainSerials.map { serial in serials.first { $0.0 == serial }?.1 ?? "a stranger" }
    }

    private var warnings: [String] { CertificateFolder.load(path: kit.path).warnings.map(\.message) }

    private var faults: [String] { CertificateFolder.load(path: kit.path).faults.map(\.message) }

    @Test func whatStandsBehindTheLeafIsPutInOrder() throws {
        let (root, middle, leaf, key) = ("root.crt", "middle.crt", "leaf.crt", "leaf.key")
        for files in [
            [leaf, middle, root, key], [leaf, root, middle, key], [leaf, key, root, middle], [key, leaf, root, middle],
        ] {
            try kit.write(files.map { try authority.text($0) }.joined(), to: "leaf.pem")
            #expect(try sent(of: ["root", "middle", "leaf"]) == ["leaf", "middle", "root"], "\(files)")
            #expect(warnings.isEmpty, "\(files)")
        }
        try put(leaf, middle, key)
        #expect(try sent(of: ["root", "middle", "leaf"]) == ["leaf", "middle"])
        #expect(warnings.isEmpty, "a chain that ends below its root is the usual one")
    }

    @Test func whatIsThereTwiceIsSentOnce() throws {
        // cat cert.pem fullchain.pem
        try put("leaf.crt", "leaf.crt", "middle.crt", "middle.crt", "leaf.key")
        #expect(try sent(of: ["middle", "leaf"]) == ["leaf", "middle"])
        #expect(warnings.isEmpty)
    }

    @Test func bothOfACrossSignedPairAreSent() throws {
        try authority.make("other", names: [], isAuthority: true)
        try authority.certify("middle", as: "cross", issuer: "other")
        let names = ["root", "other", "middle", "cross", "leaf"]
        try put("leaf.crt", "middle.crt", "cross.crt", "leaf.key")
        #expect(try sent(of: names) == ["leaf", "middle", "cross"])
        // Each is followed by its own issuers.
        try put("leaf.crt", "other.crt", "cross.crt", "root.crt", "middle.crt", "leaf.key")
        #expect(try sent(of: names) == ["leaf", "cross", "other", "middle", "root"])
        #expect(warnings.isEmpty)
    }

    @Test func aRootStandsBehindItsCrossSignedForm() throws {
        try authority.make("old", names: [], isAuthority: true)
        try authority.certify("root", as: "cross", issuer: "old")
        try put("leaf.crt", "root.crt", "cross.crt", "middle.crt", "leaf.key")
        #expect(try sent(of: ["root", "cross", "middle", "leaf"]) == ["leaf", "middle", "cross", "root"])
        #expect(warnings.isEmpty)
    }

    @Test func anAuthorityThatWasMadeAnewIsToldFromTheOldOneByItsKey() throws {
        let old = try CertificateKit()
        let alike = ["subjectKeyIdentifier=01020304", "authorityKeyIdentifier=none"]
        try old.make("root", names: [], isAuthority: true, extensions: alike)
        try authority.make("root", names: [], isAuthority: true, extensions: alike)
        try authority.make("leaf", names: ["leaf.test"], issuer: "root")
        try kit.write(
            try authority.text("leaf.crt") + old.text("root.crt") + authority.text("root.crt")
                + authority.text("leaf.key"), to: "leaf.pem")
        #expect(try sent(of: ["root", "leaf"]) == ["leaf", "root"])
    }

    @Test func whatHasIssuedNothingIsNotSent() throws {
        try authority.make("stranger", names: [], isAuthority: true)
        try put("leaf.crt", "stranger.crt", "middle.crt", "root.crt", "leaf.key")
        #expect(try sent(of: ["stranger", "root", "middle", "leaf"]) == ["leaf", "middle", "root"])
        #expect(warnings.isEmpty)
    }

    @Test func whatIsMissingIsToldWhereItShows() throws {
        try put("leaf.crt", "leaf.key")
        #expect(warnings.isEmpty, "its issuer may be a root")
        try put("leaf.crt", "root.crt", "leaf.key")
        #expect(warnings.count == 1)
        #expect(
            warnings[0].hasPrefix(
                "the certificate of the issuer CN=middle is not in the file, and the others there (CN=root) have "
                    + "issued nothing that is sent: "), "\(warnings)")
        #expect(try sent(of: ["root", "leaf"]) == ["leaf"])
        try authority.make("lower", names: [], issuer: "middle", isAuthority: true)
        try authority.make("leaf", names: ["leaf.test"], issuer: "lower")
        try put("leaf.crt", "lower.crt", "root.crt", "leaf.key")
        #expect(warnings.count == 1 && warnings[0].contains("issuer CN=middle is not in the file"), "\(warnings)")
        try put("leaf.crt", "lower.crt", "leaf.key")
        #expect(warnings.isEmpty)
    }

    @Test func aLeafThatSaysWhereItsIssuerIsShouldHaveItBehindIt() throws {
        let place = "authorityInfoAccess=caIssuers;URI:http://ca.test/middle.der"
        try authority.make("leaf", names: ["leaf.test"], issuer: "middle", extensions: [place])
        try put("leaf.crt", "leaf.key")
        #expect(warnings.count == 1 && warnings[0].contains("(from http://ca.test/middle.der)"), "\(warnings)")
        try put("leaf.crt", "middle.crt", "leaf.key")
        #expect(warnings.isEmpty)
    }

    @Test func aWrongFirstCertificateIsToldAsThat() throws {
        for files in [["middle.crt", "leaf.crt", "leaf.key"], ["root.crt", "middle.crt", "leaf.key", "leaf.crt"]] {
            try kit.write(files.map { try authority.text($0) }.joined(), to: "leaf.pem")
            let place = files.filter { $0.hasSuffix(".crt") }.count
            let first = files[0].dropLast(4)
            #expect(
                faults == [
                    "the first certificate (CN=\(first)) is not the one that the private key was made for: "
                        + "put certificate \(place) (CN=leaf) first"
                ])
        }
        try put("middle.crt", "root.crt", "leaf.key")
        #expect(faults.count == 1 && faults[0].contains("does not belong to the certificate"), "\(faults)")
    }

    @Test func aChainHasABound() throws {
        var text = try authority.text("leaf.crt") + authority.text("leaf.key")
        for number in 0..<15 {
            try authority.certify("middle", as: "m\(number)", issuer: "root")
            text += try authority.text("m\(number).crt")
        }
        try kit.write(text, to: "leaf.pem")
        #expect(faults.isEmpty)
        try kit.write(text + authority.text("root.crt"), to: "leaf.pem")
        #expect(faults.count == 1 && faults[0].hasPrefix("more than 16 certificates of the file"), "\(faults)")
    }

    @Test func anIssuerThatHasExpiredIsWarnedOf() throws {
        try authority.make("brief", names: [], issuer: "root", isAuthority: true, days: 1)
        try authority.make("leaf", names: ["leaf.test"], issuer: "brief")
        try put("leaf.crt", "brief.crt", "leaf.key")
        let now = CertificateWarningTests.now
        let later = CertificateFolder.load(path: kit.path, now: now + 2 * 86_400).warnings.map(\.message)
        #expect(later.count == 1 && later[0].hasPrefix("the issuer's certificate CN=brief expired on "), "\(later)")
        #expect(warnings.isEmpty)
    }
}
