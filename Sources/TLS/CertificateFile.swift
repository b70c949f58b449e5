import CSSL
import Glibc

/// Reads one certificate with its chain and key from PEM files.
@safe
struct CertificateFile {
    /// Bytes of a PEM file at most; a long chain with its key has 20 KB.
    static let bytesMax = 1 << 20
    /// Certificates in a chain at most.
    static let chainMax = 16

    let path: String
    /// Where the key is when the certificate's file holds none.
    let keyPath: String

    /// Reads and checks the files.
    ///
    /// Blocks on the disk: never called on a worker.
    func load() throws(CertificateFault) -> Identity {
        let text = try Self.read(path)
        let certificates = try chain(in: text)
        let key = try key(besides: text)
        guard key.belongs(to: certificates[0]) else {
            throw fault("the private key does not belong to the certificate; put the key made for it into \(keyPath)")
        }
        guard let algorithm = key.algorithm else {
            throw fault("the key's algorithm cannot sign for TLS: expected ECDSA, RSA or Ed25519")
        }
        try checkOrder(certificates)
        return Identity(
            path: path, names: certificates[0].names, algorithm: algorithm, serial: certificates[0].serial,
            notAfter: certificates[0].notAfter, certificates: certificates.map(\.der), key: key.der)
    }

    private func fault(_ message: String) -> CertificateFault {
        CertificateFault(path: path, message: message)
    }

    private func chain(in text: [UInt8]) throws(CertificateFault) -> [Certificate] {
        let bio = unsafe BIO_new_mem_buf(text, Int32(text.count))
        defer { unsafe BIO_free(bio) }
        var certificates: [Certificate] = []
        ERR_clear_error()
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            unsafe certificates.append(Certificate(taking: certificate))
        }
        let last = ERR_peek_last_error()
        let error = TLSError.takeQueue(.internal)
        // The PEM reader says NO_START_LINE when it has read the last one.
        guard CSSL_error_library(last) == ERR_LIB_PEM && CSSL_error_reason(last) == PEM_R_NO_START_LINE else {
            throw fault("certificate \(certificates.count + 1) of the file cannot be read: \(error.words)")
        }
        guard !certificates.isEmpty else {
            throw fault("no certificate in the file: expected PEM with BEGIN CERTIFICATE")
        }
        guard certificates.count <= Self.chainMax else {
            throw fault("\(certificates.count) certificates in one file: expected at most \(Self.chainMax)")
        }
        return certificates
    }

    private func key(besides text: [UInt8]) throws(CertificateFault) -> PrivateKey {
        if let key = try key(in: text, of: path) { return key }
        let separate: [UInt8]
        do {
            separate = try Self.read(keyPath)
        } catch {
            throw fault("no private key: neither in the file nor in \(keyPath) (\(error.message))")
        }
        guard let key = try key(in: separate, of: keyPath) else {
            throw CertificateFault(path: keyPath, message: "no private key in the file: expected PEM with BEGIN PRIVATE KEY")
        }
        return key
    }

    private func key(in text: [UInt8], of file: String) throws(CertificateFault) -> PrivateKey? {
        // OpenSSL's decoder calls a file without a key "unsupported", as it does a damaged one.
        guard String(decoding: text, as: UTF8.self).contains("PRIVATE KEY-----") else { return nil }
        let bio = unsafe BIO_new_mem_buf(text, Int32(text.count))
        defer { unsafe BIO_free(bio) }
        ERR_clear_error()
        // Without a callback OpenSSL would ask for a passphrase on the terminal.
        if let key = unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) {
            return unsafe PrivateKey(taking: key)
        }
        let last = ERR_peek_last_error()
        let error = TLSError.takeQueue(.internal)
        guard CSSL_error_library(last) == ERR_LIB_PEM else {
            throw CertificateFault(path: file, message: "the private key cannot be read: \(error.words)")
        }
        switch CSSL_error_reason(last) {
        case PEM_R_NO_START_LINE:
            return nil
        case PEM_R_BAD_PASSWORD_READ, PEM_R_PROBLEMS_GETTING_PASSWORD:
            throw CertificateFault(
                path: file,
                message: "the private key is encrypted; store it without a passphrase (openssl pkey) and guard the file")
        default:
            throw CertificateFault(path: file, message: "the private key cannot be read: \(error.words)")
        }
    }

    /// Each certificate must be issued by the next, or clients cannot follow the chain (RFC 8446, section 4.4.2).
    private func checkOrder(_ certificates: [Certificate]) throws(CertificateFault) {
        for index in certificates.indices.dropFirst() where !certificates[index].issued(certificates[index - 1]) {
            throw fault(
                "certificate \(index + 1) of the file did not issue certificate \(index): "
                    + "expected the server's certificate first and each issuer behind the one it issued")
        }
    }

    private static func read(_ path: String) throws(CertificateFault) -> [UInt8] {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            throw CertificateFault(path: path, message: "cannot be opened: \(unsafe String(cString: strerror(errno)))")
        }
        defer { _ = close(number) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(number, bytes.baseAddress.map { unsafe $0 + count }, bytes.count - count)
            }
            if got == 0 { return Array(bytes[..<count]) }
            guard got > 0 else {
                throw CertificateFault(path: path, message: "cannot be read: \(unsafe String(cString: strerror(errno)))")
            }
            count += got
        }
        throw CertificateFault(path: path, message: "the file is larger than \(bytesMax) bytes")
    }
}
