import Foundation
import TLS
import Testing

/// What is served and is most likely not meant so.
@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct CertificateWarningTests {
    /// A minute from now, so that a clock that is set back a little does not make what was just made lie in the future.
    static var now: Int { Int(Date().timeIntervalSince1970) + 60 }
    static let day = 86_400
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
    }

    private func warnings(at now: Int = now) -> [CertificateFault] {
        let (_, faults, warnings) = CertificateFolder.load(path: kit.path, now: now)
        #expect(faults.isEmpty)
        return warnings
    }

    /// The only warning, which must be of `file` and say `words`.
    private func expectWarning(
        of file: String, _ words: String, at now: Int = now, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let warnings = warnings(at: now)
        #expect(warnings.count == 1, "\(warnings)", sourceLocation: sourceLocation)
        #expect(warnings.first?.path == kit.path + "/" + file, sourceLocation: sourceLocation)
        #expect(warnings.first?.message.contains(words) == true, "\(warnings)", sourceLocation: sourceLocation)
    }

    @Test func aCertificateWithoutNamesIsServedToNobody() throws {
        try kit.make("a", names: [])
        expectWarning(of: "a.crt", "no subject alternative names")
        try kit.make("b", names: ["b.test"])
        expectWarning(of: "a.crt", "no subject alternative names")
    }

    @Test func oneForAddressesIsServedWhereItIsAlone() throws {
        try kit.make("a", names: [], addresses: ["192.0.2.7"])
        #expect(warnings().isEmpty)
        try kit.make("b", names: ["b.test"], addresses: ["192.0.2.8"])
        expectWarning(of: "a.crt", "no DNS name among the subject alternative names")
    }

    @Test func validityIsLookedAt() throws {
        try kit.make("a", names: ["a.test"])
        #expect(warnings().isEmpty)
        #expect(warnings(at: Self.now + 26 * Self.day).isEmpty)
        expectWarning(of: "a.crt", "the certificate expires on 20", at: Self.now + 28 * Self.day)
        expectWarning(of: "a.crt", "the certificate expired on 20", at: Self.now + 31 * Self.day)
        expectWarning(of: "a.crt", "the certificate is not valid before 20", at: Self.now - Self.day)
    }

    @Test func aKeyThatEverybodyMayReadIsWarnedOf() throws {
        try kit.make("a", names: ["a.test"])
        for mode in [0o400, 0o600, 0o640, 0o660] {
            try kit.setMode(mode, of: "a.key")
            #expect(warnings().isEmpty)
        }
        for (mode, word) in [(0o644, "read"), (0o604, "read"), (0o602, "change")] {
            try kit.setMode(mode, of: "a.key")
            expectWarning(of: "a.crt", "may \(word) the private key in \(kit.path)/a.key: chmod o= \(kit.path)/a.key")
        }
        try kit.setMode(0o600, of: "a.key")
        try kit.setMode(0o644, of: "a.crt")
        #expect(warnings().isEmpty)
        try kit.write(try kit.text("a.crt") + kit.text("a.key"), to: "a.pem")
        try kit.remove("a.crt", "a.key")
        #expect(warnings().isEmpty)
        try kit.setMode(0o644, of: "a.pem")
        expectWarning(of: "a.pem", "may read the private key in \(kit.path)/a.pem")
    }

    @Test func ofTwoForOneNameTheOneServesThatIsValidLonger() throws {
        try kit.make("a", names: ["a.test", "both.test"], days: 20)
        try kit.make("b", names: ["b.test", "both.test"], days: 30)
        try kit.make("c", names: ["both.test"], key: .rsa)
        expectWarning(
            of: "a.crt",
            "not served for both.test: \(kit.path)/b.crt has an ECDSA certificate for the same, which is valid longer")
        for (name, file) in [("a.test", "a"), ("b.test", "b"), ("both.test", "b")] {
            let link = try TLSLink(.make(kit), TLSClient(serverName: name))
            #expect(link.shakeHands().server == .done(0))
            #expect(link.client.serverSerial == (try kit.serial(file + ".crt")), "\(name)")
        }
        let link = try TLSLink(.make(kit), TLSClient(serverName: "both.test", signatures: "rsa_pss_rsae_sha256"))
        #expect(link.shakeHands().server == .done(0))
        #expect(link.client.serverSerial == (try kit.serial("c.crt")))
    }

    @Test func oneThatIsValidNowStandsBeforeOneThatIsNot() throws {
        try kit.make("a", names: ["one.test"])
        try kit.make("b", names: ["one.test"], from: "20900101000000Z", until: "20910101000000Z")
        let words = warnings().map(\.description)
        let start = "2090-01-01T00:00:00Z"
        #expect(words.contains { $0.hasPrefix("\(kit.path)/b.crt: the certificate is not valid before \(start)") })
        #expect(words.contains { $0.hasPrefix("\(kit.path)/b.crt: not served for one.test: ") }, "\(words)")
        #expect(words.contains { $0.contains("which is valid now; take one of the two away") })
        let link = try TLSLink(.make(kit), TLSClient(serverName: "one.test"))
        #expect(link.shakeHands().server == .done(0))
        #expect(link.client.serverSerial == (try kit.serial("a.crt")))
    }

    @Test func ofTwoThatAreAlikeTheFirstByNameServes() throws {
        try kit.make("b", names: ["one.test"])
        for file in ["a", "c"] {
            try kit.write(try kit.text("b.crt") + kit.text("b.key"), to: file + ".pem")
        }
        let said = warnings().map(\.description)
        #expect(
            said
                == ["b.crt", "c.pem"].map { file in
                    "\(kit.path)/\(file): not served for one.test: \(kit.path)/a.pem has an ECDSA certificate for the "
                        + "same, whose file comes first; take one of the two away"
                })
    }

    @Test func manyNamesAreComparedInOnePass() throws {
        let names = (0..<2000).map { "n\($0).test" }
        try kit.make("a", names: names)
        try kit.make("b", names: names, days: 40)
        let said = warnings()
        #expect(said.count == 1 && said[0].message.contains(" and 1995 more: "), "\(said)")
    }
}
