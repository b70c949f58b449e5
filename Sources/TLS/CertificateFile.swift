import CSSL
import Glibc

/// Reads one certificate with its chain and key from PEM files.
@safe
struct CertificateFile {
    /// Bytes of a PEM file at most; a long chain with its key has 20 KB.
    static let bytesMax = 1 << 20
    /// What a file holds, and who may do what with it.
    private struct Text {
        let bytes: [UInt8]
        let mode: mode_t
    }

    let path: String
    /// Where the key is when the certificate's file holds none.
    let keyPath: String

    /// Reads and checks the files.
    ///
    /// Blocks on the disk: never called on a worker.
    ///
    /// - Parameter now: seconds since 1970, by which validity is judged.
    /// - Returns: the identity, and what is most likely not meant so.
    /// - Throws: a fault of the certificate's file, also for what is wrong with a separate key.
    func load(now: Int) throws(CertificateFault) -> (identity: Identity, warnings: [CertificateFault]) {
        let text = try read(path)
        let certificates = try certificates(in: text.bytes)
        let (key, keyFile, mode) = try key(besides: text)
        try check(key, of: keyFile, for: certificates)
        guard let algorithm = key.algorithm else {
            throw fault("the key's algorithm cannot sign for TLS: expected ECDSA, RSA or Ed25519")
        }
        let chain = CertificateChain(certificates, now: now)
        guard chain.certificates.count <= CertificateChain.countMax else {
            throw fault(
                "more than \(CertificateChain.countMax) certificates of the file belong to one chain: "
                    + "take those away that clients do without")
        }
        let leaf = chain.certificates[0]
        let names = leaf.names
        let identity = Identity(
            path: path, names: names.hosts, hasOtherNames: names.hasOthers, algorithm: algorithm, serial: leaf.serial,
            notBefore: leaf.notBefore, notAfter: leaf.notAfter, certificates: chain.certificates.map(\.der),
            key: key.der)
        let doubts = CertificateDoubts(chain, now: now).words + CertificateDoubts.words(ofKeyIn: keyFile, mode: mode)
        return (identity, doubts.map(fault))
    }

    /// The first certificate is the one that is served, as with nginx, HAProxy and Apache.
    private func check(
        _ key: PrivateKey, of file: String, for certificates: [Certificate]
    ) throws(CertificateFault) {
        guard !key.belongs(to: certificates[0]) else { return }
        if let index = certificates.firstIndex(where: key.belongs) {
            throw fault(
                "the first certificate (\(certificates[0].subject)) is not the one that the private key was made for: "
                    + "put certificate \(index + 1) (\(certificates[index].subject)) first")
        }
        throw fault("the private key in \(file) does not belong to the certificate; put the key made for it there")
    }

    private func fault(_ message: String) -> CertificateFault {
        CertificateFault(path: path, message: message)
    }

    private func certificates(in text: [UInt8]) throws(CertificateFault) -> [Certificate] {
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
        return certificates
    }

    private func key(
        besides text: Text
    ) throws(CertificateFault) -> (key: PrivateKey, file: String, mode: mode_t) {
        if let key = try key(in: text.bytes, of: path) { return (key, path, text.mode) }
        let separate: Text
        do throws(CertificateFault) {
            separate = try read(keyPath)
        } catch {
            throw fault("no private key: none in the file, and \(keyPath) \(error.message)")
        }
        guard let key = try key(in: separate.bytes, of: keyPath) else {
            throw fault("no private key in \(keyPath): expected PEM with BEGIN PRIVATE KEY")
        }
        return (key, keyPath, separate.mode)
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

    /// - Throws: a fault whose message goes on behind the file's name.
    private func read(_ file: String) throws(CertificateFault) -> Text {
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
            if got == 0 { return Text(bytes: Array(bytes[..<count]), mode: status.st_mode) }
            guard got > 0 else { throw fault("cannot be read: \(unsafe String(cString: strerror(errno)))") }
            count += got
        }
        throw fault("is larger than \(Self.bytesMax) bytes")
    }
}
