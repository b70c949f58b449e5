import Foundation
import TLS

/// A temporary folder in which certificates are made; it is removed with this object.
final class CertificateKit {
    /// What a key is made with.
    enum Key: String {
        case ec = "ec -pkeyopt ec_paramgen_curve:P-256"
        case rsa = "rsa:2048"
        case shortRSA = "rsa:1024"
        case ed25519 = "ed25519"
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-tests-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var path: String { folder.path }

    /// Makes `FILE.crt` and `FILE.key`, self-signed or issued by the certificate of another file.
    ///
    /// - Parameters:
    ///   - days: how long it is valid, from now.
    ///   - addresses: further subject alternative names.
    ///   - extensions: further extensions, as OpenSSL's configuration has them.
    func make(
        _ file: String, names: [String], key: Key = .ec, issuer: String? = nil, isAuthority: Bool = false,
        days: Int = 30, addresses: [String] = [], extensions: [String] = []
    ) throws {
        var more = ["-subj", "/CN=\(file)", "-days", "\(days)"] + extensions.flatMap { ["-addext", $0] }
        let alternatives = names.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }
        if !alternatives.isEmpty { more += ["-addext", "subjectAltName=" + alternatives.joined(separator: ",")] }
        more += ["-addext", "basicConstraints=critical,CA:" + (isAuthority ? "TRUE" : "FALSE")]
        if let issuer { more += ["-CA", issuer + ".crt", "-CAkey", issuer + ".key"] }
        try OpenSSLCommand.run(
            "req -x509 -newkey \(key.rawValue) -nodes -keyout \(file).key -out \(file).crt", more, in: folder)
    }

    /// Makes a self-signed `FILE.crt` and `FILE.key` that is valid between two times, written YYYYMMDDHHMMSSZ.
    func make(_ file: String, names: [String], from start: String, until end: String) throws {
        let records = folder.appendingPathComponent("records")
        try FileManager.default.createDirectory(at: records, withIntermediateDirectories: true)
        try write("", to: "records/index")
        let alternatives = names.map { "DNS:" + $0 }.joined(separator: ",")
        try write(
            """
            [ca]
            default_ca = own
            [own]
            database = records/index
            new_certs_dir = records
            rand_serial = yes
            default_md = sha256
            policy = any
            x509_extensions = extensions
            [any]
            commonName = supplied
            [extensions]
            subjectAltName = \(alternatives)

            """, to: "records/settings")
        try OpenSSLCommand.run(
            "req -new -newkey \(Key.ec.rawValue) -nodes -keyout \(file).key -out records/request",
            ["-subj", "/CN=\(file)"], in: folder)
        try OpenSSLCommand.run(
            "ca -batch -selfsign -notext -config records/settings -in records/request -keyfile \(file).key "
                + "-startdate \(start) -enddate \(end) -out \(file).crt", in: folder)
    }

    /// Issues another certificate for the key of `FILE.key`, as `CERTIFICATE.crt`.
    func certify(_ file: String, as certificate: String, issuer: String) throws {
        try OpenSSLCommand.run(
            "req -x509 -key \(file).key -days 30 -CA \(issuer).crt -CAkey \(issuer).key -out \(certificate).crt",
            ["-subj", "/CN=\(file)", "-addext", "basicConstraints=critical,CA:TRUE"], in: folder)
    }

    func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(file))
        try setMode(0o600, of: file)
    }

    func setMode(_ mode: Int, of file: String) throws {
        let path = folder.appendingPathComponent(file).path
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func remove(_ files: String...) throws {
        for file in files { try FileManager.default.removeItem(at: folder.appendingPathComponent(file)) }
    }

    func serial(_ file: String) throws -> String {
        let line = try OpenSSLCommand.run("x509 -noout -serial -in \(file)", in: folder)
        return String(line.dropFirst("serial=".count).prefix { !$0.isNewline })
    }

    /// The folder's identities, none of which may be at fault.
    func identities() throws -> [Identity] {
        let (identities, faults, _) = CertificateFolder.load(path: path)
        if let fault = faults.first { throw fault }
        return identities
    }
}

extension TLSContext {
    /// A context over a kit's folder with what a test does not care about filled in.
    static func make(
        _ kit: CertificateKit, defaultName: String? = nil, protocols: [String] = ["http/1.1"], policy: String = "test",
        ring: TicketKeyRing? = nil, library: TLSLibrary? = nil
    ) throws -> TLSContext {
        guard let table = IdentityTable(identities: try kit.identities(), defaultName: defaultName) else {
            throw TLSError(.internal, words: "no identity for the default name")
        }
        return try TLSContext(
            policy: Policy(name: policy, applicationProtocols: protocols), table: table,
            ticketKeys: ring ?? TicketKeyRing(now: 0), library: library ?? TLSLibrary())
    }
}
