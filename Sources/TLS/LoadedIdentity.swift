import CSSL

/// An identity parsed for one worker, ready to be put on a connection.
///
/// Safe for the reason that ``Certificate`` is.
@safe
final class LoadedIdentity {
    let identity: Identity
    let certificate: Certificate
    let key: PrivateKey
    /// The certificates behind the leaf, as OpenSSL's stack.
    let chain: OpaquePointer

    /// Parses an identity.
    ///
    /// - Parameter library: must outlive this object, whose keys and certificates use it while they are freed.
    init(_ identity: Identity, library: TLSLibrary) throws(TLSError) {
        ERR_clear_error()
        guard let leaf = Certificate(der: identity.certificates[0], library: library),
            let key = PrivateKey(der: identity.key, library: library), let chain = unsafe CSSL_X509_stack_new()
        else { throw .takeQueue(.internal) }
        self.identity = identity
        certificate = leaf
        self.key = key
        unsafe self.chain = unsafe chain
        for der in identity.certificates.dropFirst() {
            guard let issuer = Certificate(der: der, library: library) else { throw .takeQueue(.internal) }
            unsafe X509_up_ref(issuer.pointer)
            _ = unsafe CSSL_X509_stack_push(chain, issuer.pointer)
        }
    }

    /// Makes it what a context's connections present.
    ///
    /// - Throws: when OpenSSL's security level refuses it.
    func install(onContext context: OpaquePointer) throws(TLSError) {
        ERR_clear_error()
        guard unsafe CSSL_CTX_use_cert_and_key(context, certificate.pointer, key.pointer, chain) == 1 else {
            throw .takeQueue(.internal)
        }
    }

    deinit {
        unsafe CSSL_X509_stack_free(chain)
    }
}
