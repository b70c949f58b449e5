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
    ///
    /// - Throws: a fault of the certificate's file, also for what is wrong with a separate key.
    func load() throws(CertificateFault) -> Identity {
        let text = try read(path)
        let certificates = try chain(in: text)
        let (key, keyFile) = try key(besides: text)
        guard key.belongs(to: certificates[0]) else {
            throw fault(
                "the private key in \(keyFile) does not belong to the certificate; put the key made for it there")
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
        var certificates: [Certificate] = []
        let (last, words) = unsafe parse(text) { bio in
            while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
                unsafe certificates.append(Certificate(taking: certificate))
            }
        }
        // The PEM reader says NO_START_LINE when it has read the last one.
        guard last == PEM_R_NO_START_LINE else {
            throw fault("certificate \(certificates.count + 1) of the file cannot be read: \(words)")
        }
        guard !certificates.isEmpty else {
            throw fault("no certificate in the file: expected PEM with BEGIN CERTIFICATE")
        }
        guard certificates.count <= Self.chainMax else {
            throw fault("\(certificates.count) certificates in one file: expected at most \(Self.chainMax)")
        }
        return certificates
    }

    private func key(besides text: [UInt8]) throws(CertificateFault) -> (key: PrivateKey, file: String) {
        if let key = try key(in: text, of: path) { return (key, path) }
        let separate: [UInt8]
        do throws(CertificateFault) {
            separate = try read(keyPath)
        } catch {
            throw fault("no private key: none in the file, and \(keyPath) \(error.message)")
        }
        guard let key = try key(in: separate, of: keyPath) else {
            throw fault("no private key in \(keyPath): expected PEM with BEGIN PRIVATE KEY")
        }
        return (key, keyPath)
    }

    /// - Returns: the first key in the text, `nil` when there is none.
    private func key(in text: [UInt8], of file: String) throws(CertificateFault) -> PrivateKey? {
        var block: PEMBlock?
        let (last, words) = unsafe parse(text) { bio in
            repeat { block = unsafe PEMBlock(next: bio) } while block?.isPrivateKey == false
        }
        guard let block else {
            if last == PEM_R_NO_START_LINE { return nil }
            throw fault("the private key in \(file) cannot be read: \(words)")
        }
        guard !block.isEncrypted else {
            throw fault(
                "the private key in \(file) is encrypted; "
                    + "store it without a passphrase (openssl pkey) and guard the file")
        }
        ERR_clear_error()
        guard let key = PrivateKey(der: block.content, library: nil) else {
            throw fault("the private key in \(file) cannot be read: \(TLSError.takeQueue(.internal).words)")
        }
        return key
    }

    /// Reads PEM through a BIO that lives as long as `body`.
    ///
    /// - Returns: the PEM reader's last reason, `nil` when another library spoke last or none did, and all reasons in
    ///   words.
    private func parse(_ text: [UInt8], _ body: (OpaquePointer) -> Void) -> (reason: Int32?, words: String) {
        unsafe text.withUnsafeBufferPointer { bytes in
            ERR_clear_error()
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
                return (nil, TLSError.takeQueue(.internal).words)
            }
            defer { unsafe BIO_free(bio) }
            unsafe body(bio)
            let last = ERR_peek_last_error()
            let reason = CSSL_error_library(last) == ERR_LIB_PEM ? CSSL_error_reason(last) : nil
            return (reason, TLSError.takeQueue(.internal).words)
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

    /// - Throws: a fault whose message goes on behind the file's name.
    private func read(_ file: String) throws(CertificateFault) -> [UInt8] {
        // A pipe without a writer must not hold us up.
        let number = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw fault("cannot be opened: \(unsafe String(cString: strerror(errno)))") }
        defer { _ = close(number) }
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("is not a regular file")
        }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(number, bytes.baseAddress.map { unsafe $0 + count }, bytes.count - count)
            }
            if got == 0 { return Array(bytes[..<count]) }
            guard got > 0 else { throw fault("cannot be read: \(unsafe String(cString: strerror(errno)))") }
            count += got
        }
        throw fault("is larger than \(Self.bytesMax) bytes")
    }
}
