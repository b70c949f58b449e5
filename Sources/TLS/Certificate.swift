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

    /// What the SAN extension holds.
    struct Names {
        /// DNS names, lower case.
        var hosts: [String] = []
        /// Whether there are names of other kinds, addresses for instance.
        var hasOthers = false
    }

    /// The names of the SAN extension.
    var names: Names {
        var names = Names()
        guard let extensions = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return names }
        let stack = OpaquePointer(extensions)
        defer { unsafe GENERAL_NAMES_free(stack) }
        let count = unsafe CSSL_general_names_count(stack)
        for index in 0..<count {
            guard let name = unsafe CSSL_general_name(stack, index) else { continue }
            guard unsafe name.pointee.type == GEN_DNS, let text = unsafe name.pointee.d.dNSName else {
                names.hasOthers = true
                continue
            }
            unsafe names.hosts.append(Self.string(text).lowercased())
        }
        return names
    }

    /// Where its issuer's certificate can be had (RFC 5280, section 4.2.2.1); `nil` when it does not say.
    var issuerURL: String? {
        guard let extensions = unsafe X509_get_ext_d2i(pointer, NID_info_access, nil, nil) else { return nil }
        let stack = OpaquePointer(extensions)
        defer { unsafe AUTHORITY_INFO_ACCESS_free(stack) }
        let count = unsafe CSSL_access_descriptions_count(stack)
        for index in 0..<count {
            guard let place = unsafe CSSL_access_description(stack, index),
                unsafe OBJ_obj2nid(place.pointee.method) == NID_ad_ca_issuers,
                let location = unsafe place.pointee.location, unsafe location.pointee.type == GEN_URI,
                let text = unsafe location.pointee.d.uniformResourceIdentifier
            else { continue }
            return unsafe Self.string(text)
        }
        return nil
    }

    private static func string(_ text: UnsafeMutablePointer<ASN1_STRING>) -> String {
        guard let bytes = unsafe ASN1_STRING_get0_data(text) else { return "" }
        let length = unsafe Int(ASN1_STRING_length(text))
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }

    /// Whom it was issued for, as RFC 4514 writes names.
    var subject: String { unsafe Self.words(of: X509_get_subject_name(pointer)) }

    /// Who issued it, as RFC 4514 writes names.
    var issuer: String { unsafe Self.words(of: X509_get_issuer_name(pointer)) }

    private static func words(of name: OpaquePointer?) -> String {
        guard let name = unsafe name, let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(bio) }
        unsafe CSSL_print_name(bio, name)
        var block = [UInt8](repeating: 0, count: 200)
        let count = unsafe BIO_read(bio, &block, Int32(block.count))
        return String(decoding: block.prefix(Int(max(0, count))), as: UTF8.self)
    }

    /// The serial number in upper-case hexadecimal digits.
    var serial: String {
        guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(pointer), nil) else { return "" }
        defer { unsafe BN_free(number) }
        guard let text = unsafe BN_bn2hex(number) else { return "" }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        return unsafe String(cString: text)
    }

    /// Seconds since 1970 from which it is valid.
    var notBefore: Int { unsafe Self.seconds(X509_get0_notBefore(pointer)) }

    /// Seconds since 1970 at which it expires.
    var notAfter: Int { unsafe Self.seconds(X509_get0_notAfter(pointer)) }

    /// Whether it is valid at a time, in seconds since 1970.
    func isValid(at now: Int) -> Bool { notBefore <= now && now <= notAfter }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return unsafe timegm(&parts)
    }

    /// Whether it names itself as its issuer, as roots do.
    var isSelfSigned: Bool { unsafe X509_self_signed(pointer, 0) == 1 }

    /// Whether this certificate's subject is the issuer that `other` names, and may issue.
    func issued(_ other: Certificate) -> Bool {
        unsafe X509_check_issued(pointer, other.pointer) == X509_V_OK
    }

    /// Whether this certificate's key signed `other`.
    func signed(_ other: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_verify(other.pointer, X509_get0_pubkey(pointer)) == 1
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
