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
