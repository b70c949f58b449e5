import Foundation
import TLS
import Testing

@Suite(.tags(.tls), .timeLimit(.minutes(10))) struct CertificateFolderTests {
    let kit: CertificateKit

    init() throws {
        kit = try CertificateKit()
    }

    private func load() -> (identities: [Identity], faults: [CertificateFault]) {
        let (identities, faults, _) = CertificateFolder.load(path: kit.path)
        return (identities, faults)
    }

    /// The only fault, which must be of `file` and say `words`.
    private func expectFault(of file: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let faults = load().faults
        #expect(faults.count == 1, "\(faults)", sourceLocation: sourceLocation)
        #expect(faults.first?.path == kit.path + "/" + file, sourceLocation: sourceLocation)
        #expect(faults.first?.message.contains(words) == true, "\(faults)", sourceLocation: sourceLocation)
    }

    @Test func theKeyMayBeInsideOrBeside() throws {
        try kit.make("a", names: ["a.test", "*.A.test"])
        try kit.make("b", names: ["b.test"], key: .rsa)
        try kit.write(try kit.text("b.key") + kit.text("b.crt"), to: "b.pem")
        try kit.remove("b.key", "b.crt")
        try kit.make("c", names: ["c.test"], key: .ed25519)
        try kit.write(try kit.text("c.crt") + kit.text("c.key"), to: "c.pem")
        try kit.remove("c.key", "c.crt")
        let (identities, faults) = load()
        #expect(faults.isEmpty)
        #expect(identities.map(\.names) == [["a.test", "*.a.test"], ["b.test"], ["c.test"]])
        #expect(identities.map(\.algorithm) == [.ecdsa, .rsa, .eddsa])
        #expect(identities[0].serial == (try kit.serial("a.crt")))
        #expect(identities.map(\.path) == ["a.crt", "b.pem", "c.pem"].map { kit.path + "/" + $0 })
        #expect(abs(identities[0].notAfter - Int(Date().timeIntervalSince1970) - 30 * 86_400) < 3600)
        #expect(identities[0].description.hasPrefix("a.test, *.a.test (ECDSA, serial "))
        #expect(CertificateFolder.load(path: kit.path + "/").identities.map(\.path) == identities.map(\.path))
    }

    @Test func keysOfOlderFormsAreRead() throws {
        try kit.make("rsa", names: ["rsa.test"], key: .rsa)
        try OpenSSLCommand.run("rsa -in rsa.key -traditional -out rsa.key", in: kit.folder)
        #expect(try kit.text("rsa.key").contains("BEGIN RSA PRIVATE KEY"))
        try kit.make("ec", names: ["ec.test"])
        let parameters = try OpenSSLCommand.run("ecparam -name prime256v1", in: kit.folder)
        let key = try OpenSSLCommand.run("ec -in ec.key", in: kit.folder)
        #expect(key.contains("BEGIN EC PRIVATE KEY") && parameters.contains("BEGIN EC PARAMETERS"))
        try kit.write(parameters + key, to: "ec.key")
        #expect(load().faults.isEmpty && load().identities.count == 2)
    }

    @Test func wordsAroundTheBlocksAreLeftAlone() throws {
        try kit.make("a", names: ["a.test"])
        let words = "Subject: CN=a\r\n\r\n# renewed by hand\r\n"
        let text = try kit.text("a.crt").replacingOccurrences(of: "\n", with: "\r\n")
        try kit.write(words + text + words, to: "a.crt")
        #expect(load().faults.isEmpty && load().identities.count == 1)
    }

    @Test func otherFilesAndFoldersAreLeftAlone() throws {
        try kit.make("a", names: ["a.test"])
        try kit.write("no certificate", to: "README.md")
        try kit.write("no certificate", to: ".hidden.pem")
        try kit.write("no certificate", to: "a.crt.bak")
        try FileManager.default.createDirectory(
            at: kit.folder.appendingPathComponent("deeper"), withIntermediateDirectories: true)
        try kit.write("no certificate", to: "deeper/x.pem")
        #expect(load().faults.isEmpty && load().identities.count == 1)
    }

    @Test func anExpiredCertificateIsLoaded() throws {
        try kit.make("a", names: ["a.test"])
        try OpenSSLCommand.run("x509 -in a.crt -signkey a.key -days -1 -out a.crt", in: kit.folder)
        let (identities, faults) = load()
        #expect(faults.isEmpty && identities.count == 1)
        #expect(identities[0].notAfter < Int(Date().timeIntervalSince1970))
    }

    @Test func aKeyMayBeMissingForeignEncryptedOrBroken() throws {
        try kit.make("a", names: ["a.test"])
        let key = try kit.text("a.key")
        try kit.remove("a.key")
        expectFault(
            of: "a.crt", "no private key: none in the file, and \(kit.path)/a.key cannot be opened: No such file")
        try kit.write("nothing", to: "a.key")
        expectFault(of: "a.crt", "no private key in \(kit.path)/a.key: expected PEM")
        try OpenSSLCommand.run("genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out a.key", in: kit.folder)
        expectFault(of: "a.crt", "the private key in \(kit.path)/a.key does not belong to the certificate")
        try OpenSSLCommand.run("genpkey -algorithm ed25519 -out a.key", in: kit.folder)
        expectFault(of: "a.crt", "does not belong to the certificate")
        try kit.write(key, to: "plain")
        try OpenSSLCommand.run("pkey -in plain -aes256 -passout pass:secret -out a.key", in: kit.folder)
        #expect(try kit.text("a.key").contains("BEGIN ENCRYPTED PRIVATE KEY"))
        expectFault(of: "a.crt", "a.key is encrypted")
        try OpenSSLCommand.run("ec -in plain -aes256 -passout pass:secret -out a.key", in: kit.folder)
        #expect(try kit.text("a.key").contains("Proc-Type: 4,ENCRYPTED"))
        expectFault(of: "a.crt", "a.key is encrypted")
        let lines = key.split(separator: "\n")
        try kit.write(
            lines[0] + "\nAAAA" + lines[1].dropFirst(4) + "\n" + lines[2...].joined(separator: "\n") + "\n", to: "a.key"
        )
        expectFault(of: "a.crt", "a.key cannot be read")
        try kit.write(key.replacingOccurrences(of: "M", with: "!"), to: "a.key")
        expectFault(of: "a.crt", "a.key cannot be read: bad base64 decode")
        try kit.write(lines.dropLast().joined(separator: "\n"), to: "a.key")
        expectFault(of: "a.crt", "a.key cannot be read: bad end line")
        try kit.write(key, to: "a.key")
        #expect(load().faults.isEmpty)
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func aCertificateMayBeEmptyBrokenOrHuge() throws {
        try kit.make("a", names: ["a.test"])
        let text = try kit.text("a.crt")
        try kit.write("", to: "a.crt")
        expectFault(of: "a.crt", "no certificate in the file")
        try kit.write("garbage\0\u{1}\n-----", to: "a.crt")
        expectFault(of: "a.crt", "no certificate in the file")
        try kit.write(try kit.text("a.key"), to: "a.crt")
        expectFault(of: "a.crt", "no certificate in the file")
        try kit.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "a.crt")
        expectFault(of: "a.crt", "certificate 1 of the file cannot be read")
        try kit.write(text + "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", to: "a.crt")
        expectFault(of: "a.crt", "certificate 2 of the file cannot be read: bad base64 decode")
        try kit.write(String(text.dropLast(30)), to: "a.crt")
        expectFault(of: "a.crt", "certificate 1 of the file cannot be read: bad end line")
        try kit.write(text + String(repeating: "#", count: 1 << 20), to: "a.crt")
        expectFault(of: "a.crt", "is larger than 1048576 bytes")
        #expect(TLSClient.isErrorQueueEmpty)
    }

    @Test func whatIsNoFileIsNotWaitedFor() throws {
        try kit.make("a", names: ["a.test"])
        try FileManager.default.createDirectory(
            at: kit.folder.appendingPathComponent("b.pem"), withIntermediateDirectories: true)
        expectFault(of: "b.pem", "is not a regular file")
        try kit.remove("b.pem")
        Native.makePipe(kit.path + "/b.pem")
        expectFault(of: "b.pem", "is not a regular file")
        try kit.remove("b.pem")
        try FileManager.default.createSymbolicLink(
            at: kit.folder.appendingPathComponent("b.pem"),
            withDestinationURL: kit.folder.appendingPathComponent("gone"))
        expectFault(of: "b.pem", "cannot be opened")
    }

    @Test func whatOpenSSLWillNotServeIsFoundAtOnce() throws {
        try kit.make("weak", names: ["weak.test"], key: .shortRSA)
        expectFault(of: "weak.crt", "OpenSSL refuses to serve it: ee key too small")
    }

    @Test func aKeyThatCannotSignIsRefused() throws {
        try kit.make("root", names: [], isAuthority: true)
        try OpenSSLCommand.run("genpkey -algorithm x25519 -out x.key", in: kit.folder)
        try OpenSSLCommand.run("pkey -in x.key -pubout -out x.pub", in: kit.folder)
        try OpenSSLCommand.run("req -new -key root.key -out x.csr", ["-subj", "/CN=x"], in: kit.folder)
        try OpenSSLCommand.run(
            "x509 -req -in x.csr -force_pubkey x.pub -CA root.crt -CAkey root.key -out x.crt", in: kit.folder)
        try kit.remove("root.crt")
        expectFault(of: "x.crt", "cannot sign for TLS")
    }

    @Test func aNameMayHaveOneCertificateOfEachKind() throws {
        try kit.make("a", names: ["a.test", "b.test"])
        try kit.make("b", names: ["b.test"], key: .rsa)
        try kit.make("c", names: ["b.test"], key: .ed25519)
        #expect(load().faults.isEmpty && load().identities.count == 3)
    }

    @Test func oneBadFileLeavesTheOthersAlone() throws {
        try kit.make("a", names: ["a.test"])
        try kit.make("b", names: ["b.test"])
        try kit.make("c", names: ["c.test"])
        try kit.write("broken", to: "b.crt")
        let (identities, faults) = load()
        #expect(identities.map(\.names) == [["a.test"], ["c.test"]])
        #expect(faults.map(\.path) == [kit.path + "/b.crt"])
        #expect(faults.first?.description.hasPrefix(kit.path + "/b.crt: no certificate") == true)
    }

    @Test func aCertificateWithoutANameServesWhereItIsAlone() throws {
        try kit.make("a", names: [])
        let (identities, faults) = load()
        #expect(faults.isEmpty && identities.map(\.names) == [[]])
        #expect(identities[0].description.hasPrefix(kit.path + "/a.crt (ECDSA"))
        let link = try TLSLink(.make(kit), TLSClient(serverName: nil))
        #expect(link.shakeHands().server == .done(0))
    }

    @Test func anEmptyOrMissingFolderIsAFault() throws {
        #expect(load().faults.map(\.message) == ["no certificate in the folder: expected X.pem, or X.crt with X.key"])
        let missing = CertificateFolder.load(path: kit.path + "/none")
        #expect(missing.identities.isEmpty && missing.faults.map(\.path) == [kit.path + "/none"])
        #expect(missing.faults.first?.message == "cannot be opened: No such file or directory")
    }
}
