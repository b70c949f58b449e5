import CSSL

/// TLS as a client: the protocol's settings, and whom to believe (an `SSL_CTX`).
///
/// Confined to the thread that makes it. Reads files when it is made.
///
/// Safe because the `SSL_CTX` lives as long as the object, and each connection keeps the object alive.
@safe
public final class TLSClientContext {
    let pointer: OpaquePointer
    /// Whether a server must prove who it is.
    let verifies: Bool

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - verifies: whether servers must prove who they are.
    ///   - authoritiesPath: a file of certificates in PEM that may have signed theirs; `nil`: the system's.
    ///   - applicationProtocols: what is offered by ALPN (RFC 7301), the preferred one first; empty: nothing.
    /// - Throws: where the file cannot be read or has no certificate.
    public init(
        verifies: Bool, authoritiesPath: String?, applicationProtocols: [String] = []
    ) throws(TLSError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw .takeQueue(.internal) }
        unsafe pointer = unsafe context
        self.verifies = verifies
        _ = unsafe CSSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION)
        unsafe SSL_CTX_set_options(pointer, CSSL_OP_NO_RENEGOTIATION | CSSL_OP_NO_COMPRESSION)
        _ = unsafe CSSL_CTX_set_mode(
            pointer, CSSL_MODE_ENABLE_PARTIAL_WRITE | CSSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
        _ = unsafe CSSL_CTX_set_session_cache_mode(pointer, CSSL_SESS_CACHE_OFF)
        let names = applicationProtocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !names.isEmpty { unsafe SSL_CTX_set_alpn_protos(pointer, names, UInt32(names.count)) }
        guard verifies else { return }
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        let isLoaded =
            if let authoritiesPath {
                unsafe SSL_CTX_load_verify_locations(pointer, authoritiesPath, nil)
            } else {
                unsafe SSL_CTX_set_default_verify_paths(pointer)
            }
        guard isLoaded == 1 else {
            let error = TLSError.takeQueue(.internal)
            throw TLSError(.internal, words: authoritiesPath.map { "\($0): \(error.words)" } ?? error.words)
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}
