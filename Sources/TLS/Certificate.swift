import CSSL
import Glibc

/// An X.509 certificate that OpenSSL has parsed.
///
/// Safe because the pointer is valid from init to deinit and leaves this room's functions only while the object lives.
@safe
final class Certificate {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Parses DER for the algorithms of `library`.
    convenience init?(der: [UInt8], library: TLSLibrary) {
        guard let empty = unsafe X509_new_ex(library.pointer, nil) else { return nil }
        var parsed: OpaquePointer? = unsafe empty
        let isParsed = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_X509(&parsed, &position, bytes.count) != nil
        }
        guard isParsed, let pointer = unsafe parsed else {
            // When it fails, d2i_X509 has freed what it was given and cleared the pointer, or has left both alone.
            unsafe X509_free(parsed)
            return nil
        }
        unsafe self.init(taking: pointer)
    }

    /// The DNS names of the SAN extension, lower case.
    var names: [String] {
        guard let extensions = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(extensions)
        defer { unsafe GENERAL_NAMES_free(stack) }
        var names: [String] = []
        let count = unsafe CSSL_general_names_count(stack)
        for index in 0..<count {
            guard let name = unsafe CSSL_general_name(stack, index), unsafe name.pointee.type == GEN_DNS,
                let text = unsafe name.pointee.d.dNSName, let bytes = unsafe ASN1_STRING_get0_data(text)
            else { continue }
            let length = unsafe Int(ASN1_STRING_length(text))
            let value = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
            names.append(value.lowercased())
        }
        return names
    }

    /// The serial number in upper-case hexadecimal digits.
    var serial: String {
        guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(pointer), nil) else { return "" }
        defer { unsafe BN_free(number) }
        guard let text = unsafe BN_bn2hex(number) else { return "" }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        return unsafe String(cString: text)
    }

    /// Seconds since 1970 at which it expires.
    var notAfter: Int {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(X509_get0_notAfter(pointer), &parts) == 1 else { return 0 }
        return unsafe timegm(&parts)
    }

    /// Whether this certificate's subject and key issued `other`.
    func issued(_ other: Certificate) -> Bool {
        unsafe X509_check_issued(pointer, other.pointer) == X509_V_OK
    }

    /// The certificate in DER.
    var der: [UInt8] {
        unsafe encoded { unsafe i2d_X509(pointer, $0) }
    }
}

/// A private key that OpenSSL has parsed. Safe for the reason that ``Certificate`` is.
@safe
final class PrivateKey {
    let pointer: OpaquePointer

    init(taking pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Parses DER for the algorithms of `library`, or of the process's own without.
    convenience init?(der: [UInt8], library: TLSLibrary?) {
        let parsed = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey_ex(nil, &position, bytes.count, library?.pointer, nil)
        }
        guard let pointer = unsafe parsed else { return nil }
        unsafe self.init(taking: pointer)
    }

    /// What the key signs with; `nil` when it cannot sign for TLS.
    var algorithm: Identity.Algorithm? {
        switch unsafe EVP_PKEY_get_base_id(pointer) {
        case EVP_PKEY_EC: .ecdsa
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: .rsa
        case EVP_PKEY_ED25519, EVP_PKEY_ED448: .eddsa
        default: nil
        }
    }

    /// Whether it is the key of the certificate.
    func belongs(to certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(certificate.pointer, pointer) == 1
    }

    /// The key in DER.
    var der: [UInt8] {
        unsafe encoded { unsafe i2d_PrivateKey(pointer, $0) }
    }
}

private func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
    let count = Int(write(nil))
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, written in
        var position = bytes.baseAddress
        written = unsafe Int(write(&position))
    }
}
