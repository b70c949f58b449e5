import CSSL
import Glibc

/// What OpenSSL asks a context during a handshake. Each thunk recovers the context and calls a typed method.
extension TLSContext {
    func installCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe CSSL_CTX_set_tlsext_servername_arg(pointer, context)
        _ = unsafe CSSL_CTX_set_tlsext_servername_callback(pointer) { connection, alert, context in
            guard let connection = unsafe connection, let context = unsafe context else { return SSL_TLSEXT_ERR_NOACK }
            let name = unsafe SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name)
            let serverName = unsafe name.map { unsafe String(cString: $0) }
            guard let reason = unsafe TLSContext.recover(context).install(on: connection, serverName: serverName) else {
                return serverName == nil ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK
            }
            unsafe alert?.pointee = reason
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        if !applicationProtocols.isEmpty { unsafe installProtocolChoice(context) }
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
    }

    private func installProtocolChoice(_ context: UnsafeMutableRawPointer) {
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, chosenCount, offered, offeredCount, context in
                guard let context = unsafe context, let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
                let offers = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                guard let range = unsafe TLSContext.recover(context).chooseProtocol(among: offers) else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe chosen?.pointee = unsafe offered + range.lowerBound
                unsafe chosenCount?.pointee = UInt8(range.count)
                return SSL_TLSEXT_ERR_OK
            }, context)
    }

    private static func recover(_ pointer: UnsafeMutableRawPointer) -> TLSContext {
        unsafe Unmanaged<TLSContext>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// The first of our protocols that the client offers (RFC 7301, section 3.2).
    ///
    /// - Parameter offers: length-prefixed names, checked by OpenSSL.
    /// - Returns: the name's range in `offers`.
    private func chooseProtocol(among offers: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        for ours in applicationProtocols {
            var offset = 0
            while offset < offers.count {
                let start = offset + 1
                let end = unsafe start + Int(offers[offset])
                guard end <= offers.count else { return nil }
                if unsafe offers[start..<end].elementsEqual(ours.utf8) { return start..<end }
                offset = end
            }
        }
        return nil
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

    private static func monotonicSeconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec
    }
}
