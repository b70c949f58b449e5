import CSSL

/// One worker's OpenSSL: algorithms fetched for it alone, so that workers share no lock of the library's caches.
///
/// `Sendable` because OpenSSL locks a library context itself; the main thread parses certificates and builds contexts
/// in a worker's library while the worker serves (OpenSSL, OSSL_LIB_CTX(3)).
@safe
public final class TLSLibrary: @unchecked Sendable {
    let pointer: OpaquePointer
    /// AES-256-CBC, fetched once for session tickets.
    let ticketCipher: OpaquePointer

    /// The OpenSSL that the process has been given, in its own words.
    public static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }

    /// Makes a library context with OpenSSL's default provider.
    public init() throws(TLSError) {
        ERR_clear_error()
        guard let library = unsafe OSSL_LIB_CTX_new() else { throw .takeQueue(.internal) }
        guard let cipher = unsafe EVP_CIPHER_fetch(library, "AES-256-CBC", nil) else {
            unsafe OSSL_LIB_CTX_free(library)
            throw .takeQueue(.internal)
        }
        unsafe pointer = unsafe library
        unsafe ticketCipher = unsafe cipher
    }

    deinit {
        unsafe EVP_CIPHER_free(ticketCipher)
        unsafe OSSL_LIB_CTX_free(pointer)
    }
}
