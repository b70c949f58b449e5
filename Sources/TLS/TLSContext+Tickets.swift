import CSSL
import Glibc

/// Sealing and opening of session tickets (RFC 5077, RFC 8446, section 4.6.1).
extension TLSContext {
    func installTickets(_ context: UnsafeMutableRawPointer) {
        _ = unsafe SSL_CTX_set_ex_data(pointer, 0, context)
        _ = unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(pointer) { connection, name, vector, cipher, mac, isSealing in
            guard let connection = unsafe connection, let name = unsafe name, let vector = unsafe vector,
                let context = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), 0)
            else { return -1 }
            let recovered = unsafe TLSContext.recover(context)
            if isSealing == 1 {
                return unsafe recovered.beginSealing(name: name, vector: vector, cipher: cipher, mac: mac)
            }
            let result = unsafe recovered.beginOpening(name: name, vector: vector, cipher: cipher, mac: mac)
            // A TLS 1.3 client uses a ticket once (RFC 8446, section C.4), so it needs another one.
            return unsafe result == 1 && SSL_version(connection) == TLS1_3_VERSION ? 2 : result
        }
        _ = unsafe SSL_CTX_set_session_ticket_cb(
            pointer, nil,
            { connection, session, _, _, status, _ in
                guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW,
                    let connection = unsafe connection, let session = unsafe session,
                    unsafe TLSContext.mayResume(session, on: connection)
                else { return SSL_TICKET_RETURN_IGNORE_RENEW }
                return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW
            }, nil)
    }

    /// Whether a client may go on with a session under the name that it has sent.
    ///
    /// TLS 1.2 wants the very name of the session (RFC 6066, section 3). TLS 1.3 leaves it to the client, which may use
    /// any name of the certificate (RFC 8446, section 4.6.1); that it is of the same one is seen to by the scope.
    private static func mayResume(_ session: OpaquePointer, on connection: OpaquePointer) -> Bool {
        guard unsafe SSL_version(connection) != TLS1_3_VERSION else { return true }
        guard let state = unsafe TransportBIO.state(of: connection) else { return false }
        guard let name = unsafe SSL_SESSION_get0_hostname(session) else {
            return unsafe state.pointee.serverName == nil
        }
        return unsafe state.pointee.serverName.map { unsafe strcasecmp($0, name) == 0 } ?? false
    }

    private func beginSealing(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer?,
        mac: OpaquePointer?
    ) -> Int32 {
        let key = ticketKeys.sealingKey(now: Self.monotonicSeconds())
        guard unsafe RAND_bytes_ex(library.pointer, vector, 16, 0) == 1 else { return -1 }
        for offset in 0..<16 { unsafe name[offset] = key.name[offset] }
        let isReady = unsafe withUnsafeBytes(of: key.cipherKey) { secret in
            unsafe EVP_EncryptInit_ex(
                cipher, library.ticketCipher, nil, secret.baseAddress?.assumingMemoryBound(to: UInt8.self), vector)
        }
        return unsafe isReady == 1 && setMACKey(key, on: mac) ? 1 : -1
    }

    /// - Returns: 1 to open the ticket, 2 to open and replace it, 0 to ignore it (a full handshake follows), -1 on
    ///   failure.
    private func beginOpening(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer?,
        mac: OpaquePointer?
    ) -> Int32 {
        guard let (key, isOld) = unsafe ticketKeys.openingKey(named: name, now: Self.monotonicSeconds()) else {
            return 0
        }
        let isReady = unsafe withUnsafeBytes(of: key.cipherKey) { secret in
            unsafe EVP_DecryptInit_ex(
                cipher, library.ticketCipher, nil, secret.baseAddress?.assumingMemoryBound(to: UInt8.self), vector)
        }
        guard isReady == 1, unsafe setMACKey(key, on: mac) else { return -1 }
        return isOld ? 2 : 1
    }

    private func setMACKey(_ key: TicketKeyRing.Key, on mac: OpaquePointer?) -> Bool {
        var secret = key.authenticationKey
        var digest: InlineArray<7, UInt8> = [0x53, 0x48, 0x41, 0x32, 0x35, 0x36, 0]  // SHA256
        return unsafe withUnsafeMutableBytes(of: &secret) { secret in
            unsafe withUnsafeMutableBytes(of: &digest) { digest in
                let name = unsafe digest.baseAddress?.assumingMemoryBound(to: CChar.self)
                var parameters: InlineArray<3, OSSL_PARAM> = unsafe [
                    OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret.baseAddress, secret.count),
                    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe withUnsafeMutableBytes(of: &parameters) { parameters in
                    unsafe EVP_MAC_CTX_set_params(
                        mac, parameters.baseAddress?.assumingMemoryBound(to: OSSL_PARAM.self)) == 1
                }
            }
        }
    }

    static func monotonicSeconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec
    }
}
