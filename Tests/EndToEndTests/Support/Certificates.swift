import Foundation

/// A certificate authority of one test, and the identities that it signs into a folder.
final class Certificates: Sendable {
    /// The kind of a key.
    enum Key: String, CaseIterable, Sendable {
        case ecdsa
        case rsa
    }

    let folder: TemporaryFolder
    /// The folder that `certificates:` names.
    let path: String
    /// The authority's certificate, for clients to trust.
    let authority: String

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        path = try folder.makeFolder("certs")
        authority = "\(folder.path)/authority/ca.pem"
        try folder.makeFolder("authority")
        try openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=Martlet tests", "-keyout", "authority/ca.key", "-out", "authority/ca.pem"])
    }

    /// An authority with one ECDSA identity for `shop.example.com` and `localhost`.
    static func forShop(in folder: TemporaryFolder) throws -> Certificates {
        let certificates = try Certificates(in: folder)
        try certificates.issue("shop", names: ["shop.example.com", "localhost"], serial: 1000)
        return certificates
    }

    /// Makes a key and a certificate, `NAME.pem` holding both, and puts them into the folder in one step.
    ///
    /// - Parameters:
    ///   - serial: shown by clients, so that a test knows which certificate it met.
    ///   - days: from now on for which it is valid.
    func issue(
        _ file: String, names: [String], serial: Int, key: Key = .ecdsa, days: Int = 2, into target: String? = nil
    ) throws {
        let alternatives = names.map { "DNS:\($0)" }.joined(separator: ",")
        let extensions = names.isEmpty ? "" : "subjectAltName=\(alternatives)\n"
        try folder.write(extensions + "basicConstraints=CA:FALSE\n", to: "authority/\(file).ext")
        let kind =
            switch key {
            case .ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsa: ["-newkey", "rsa:2048"]
            }
        try openssl(
            ["req", "-new", "-nodes", "-subj", "/CN=\((names.first ?? file).prefix(60))"] + kind
                + ["-keyout", "authority/\(file).key", "-out", "authority/\(file).csr"])
        try openssl(
            ["x509", "-req", "-in", "authority/\(file).csr", "-CA", "authority/ca.pem", "-CAkey", "authority/ca.key"]
                + ["-set_serial", "\(serial)", "-days", "\(days)", "-extfile", "authority/\(file).ext"]
                + ["-out", "authority/\(file).crt"])
        let pem = try folder.read("authority/\(file).crt") + folder.read("authority/\(file).key")
        try write(pem, to: "\(target ?? "certs")/\(file).pem")
    }

    /// Copies an identity made before, in one step, so that no reader sees half of it.
    func place(_ file: String, from source: String) throws {
        try write(try folder.read("\(source)/\(file).pem"), to: "certs/\(file).pem")
    }

    /// Writes a file with a key, which is its owner's alone.
    private func write(_ pem: String, to file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.write(pem, to: file))
    }

    /// Writes something that is no certificate over an identity.
    func breakIdentity(_ file: String) throws {
        try folder.write("-----BEGIN CERTIFICATE-----\nnot base64 at all\n", to: "certs/\(file).pem")
    }

    private func openssl(_ arguments: [String]) throws {
        _ = try ChildProcess.run(Tool.openssl.path(), arguments, folder: folder.path).succeeded()
    }
}
