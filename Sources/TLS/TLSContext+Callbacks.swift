import CSSL
import Glibc

/// What OpenSSL asks a context during a handshake. Each thunk recovers the context and calls a typed method.
///
/// The order is OpenSSL's: ClientHello, ticket, server name, certificates, protocol.
extension TLSContext {
    func installCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe SSL_CTX_set_client_hello_cb(
            pointer,
            { connection, alert, context in
                guard let connection = unsafe connection, let context = unsafe context,
                    let state = unsafe TransportBIO.state(of: connection)
                else { return SSL_CLIENT_HELLO_ERROR }
                let reason = unsafe TLSContext.recover(context).choose(for: connection, &state.pointee)
                guard let reason else { return SSL_CLIENT_HELLO_SUCCESS }
                unsafe alert?.pointee = reason
                return SSL_CLIENT_HELLO_ERROR
            }, context)
        _ = unsafe CSSL_CTX_set_tlsext_servername_callback(pointer) { connection, _, _ in
            // It has been chosen by already; this lets OpenSSL acknowledge the name and keep it in the session.
            let name = unsafe SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name)
            return unsafe name == nil ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK
        }
        unsafe SSL_CTX_set_cert_cb(
            pointer,
            { connection, context in
                guard let connection = unsafe connection, let context = unsafe context,
                    let state = unsafe TransportBIO.state(of: connection)
                else { return 0 }
                return unsafe TLSContext.recover(context).install(state.pointee.choice, on: connection) ? 1 : 0
            }, context)
        if !applicationProtocols.isEmpty { unsafe installProtocolChoice(context) }
        unsafe installTickets(context)
        unsafe SSL_CTX_set_info_callback(pointer) { connection, event, value in
            guard let connection = unsafe connection, unsafe TLSContext.asksAnew(connection, event, value) else {
                return
            }
            unsafe TransportBIO.state(of: connection)?.pointee.keyUpdates.count(at: TLSContext.monotonicSeconds())
        }
    }

    /// Whether a step of OpenSSL's is one of a handshake that was over: called at steps of handshakes and for alerts,
    /// and not for what is read and written behind them.
    private static func asksAnew(_ connection: OpaquePointer, _ event: Int32, _ value: Int32) -> Bool {
        if event & SSL_CB_LOOP != 0 {
            let state = unsafe SSL_get_state(connection)
            return state == TLS_ST_SR_KEY_UPDATE || state == TLS_ST_SW_KEY_UPDATE
        }
        return event & SSL_CB_ALERT != 0 && event & SSL_CB_WRITE != 0 && value & 0xFF == SSL_AD_NO_RENEGOTIATION
    }

    private func installProtocolChoice(_ context: UnsafeMutableRawPointer) {
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { connection, chosen, chosenCount, offered, offeredCount, context in
                guard let context = unsafe context, let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
                let offers = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                guard let range = unsafe TLSContext.recover(context).chooseProtocol(among: offers) else {
                    let state = unsafe connection.flatMap { unsafe TransportBIO.state(of: $0) }
                    unsafe state?.pointee.refuse(protocols: offers)
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe chosen?.pointee = unsafe offered + range.lowerBound
                unsafe chosenCount?.pointee = UInt8(range.count)
                return SSL_TLSEXT_ERR_OK
            }, context)
    }

    static func recover(_ pointer: UnsafeMutableRawPointer) -> TLSContext {
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
}
