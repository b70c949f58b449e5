import CSSL

/// Tries identities as a worker will, so that what OpenSSL refuses is known before it is served.
///
/// Safe because the `SSL_CTX` lives as long as the object.
@safe
final class IdentityProbe {
    private let library: TLSLibrary
    private let context: OpaquePointer

    init() throws(TLSError) {
        library = try TLSLibrary()
        guard let context = unsafe SSL_CTX_new_ex(library.pointer, nil, TLS_server_method()) else {
            throw .takeQueue(.internal)
        }
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// Parses an identity from its bytes and puts it on a context, where the security level is asked.
    ///
    /// - Throws: a fault for a short key or a weak signature among others.
    func check(_ identity: Identity) throws(CertificateFault) {
        do throws(TLSError) {
            try unsafe LoadedIdentity(identity, library: library).install(onContext: context)
        } catch {
            throw CertificateFault(
                path: identity.path, message: "OpenSSL refuses to serve it: \(error.words); make a stronger certificate"
            )
        }
    }
}
