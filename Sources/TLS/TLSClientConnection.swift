import Bytes
import CSSL
import Glibc

/// The client's end of one TLS connection over a non-blocking socket (an `SSL`).
///
/// Confined to one thread. Does not own the socket, which must stay open until this object is gone.
///
/// Safe because the `SSL` and the transport's state live as long as the object, and OpenSSL gets pointers into spans
/// for the time of one call only.
@safe
public final class TLSClientConnection {
    private let pointer: OpaquePointer
    private let context: TLSClientContext
    private let state: UnsafeMutablePointer<TransportBIO.State>

    /// Begins a connection on a connected socket.
    ///
    /// - Parameters:
    ///   - context: the settings.
    ///   - descriptor: the socket's number.
    ///   - name: of the server, or its address in digits: what it is asked for (SNI) and must prove; empty: nothing.
    public init(context: TLSClientContext, descriptor: Int32, name: String) throws(TLSError) {
        unsafe (pointer, state) = unsafe try TransportBIO.connect(
            context.pointer, TransportBIO.State(descriptor: descriptor, opening: .tls))
        unsafe SSL_set_connect_state(pointer)
        self.context = context
        try expect(name)
    }

    deinit {
        unsafe TransportBIO.release(pointer, state)
    }

    private func expect(_ name: String) throws(TLSError) {
        guard !name.isEmpty else { return }
        let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(pointer), name) == 1
        ERR_clear_error()
        guard !isAddress else { return }
        guard unsafe CSSL_set_tlsext_host_name(pointer, name) == 1 else { throw .takeQueue(.internal) }
        guard context.verifies else { return }
        guard unsafe SSL_set1_host(pointer, name) == 1 else { throw .takeQueue(.internal) }
    }

    /// Goes on with the handshake.
    public func handshake() -> TLSConnection.Outcome {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(pointer)
        return result == 1 ? .done(0) : outcome(of: result)
    }

    /// Reads decrypted bytes into the buffer's room; without room it is ``TLSConnection/Outcome/wouldBlock``.
    public func read(into buffer: Buffer) -> TLSConnection.Outcome {
        buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                guard let base = target.baseAddress, target.count > 0 else { return .wouldBlock }
                var count = 0
                ERR_clear_error()
                let result = unsafe SSL_read_ex(pointer, base, target.count, &count)
                guard result == 1 else { return outcome(of: result) }
                initializedCount = count
                return .done(count)
            }
        }
    }

    /// Encrypts and writes some of `bytes`.
    ///
    /// After ``TLSConnection/Outcome/wouldBlock`` the next write must begin with the same bytes, as many or more.
    public func write(_ bytes: Span<UInt8>) -> TLSConnection.Outcome {
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress, source.count > 0 else { return .wouldBlock }
            var count = 0
            ERR_clear_error()
            let result = unsafe SSL_write_ex(pointer, base, source.count, &count)
            return result == 1 ? .done(count) : outcome(of: result)
        }
    }

    /// Whether the server has chosen a protocol by ALPN.
    ///
    /// - Parameter name: the protocol's registered name.
    public func speaks(_ name: StaticString) -> Bool {
        var chosen: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(pointer, &chosen, &count)
        return unsafe UnsafeBufferPointer(start: chosen, count: Int(count)).elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    private func outcome(of result: Int32) -> TLSConnection.Outcome {
        switch unsafe SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN:
            return .ended
        default:
            defer { ERR_clear_error() }
            if unsafe state.pointee.failure != 0 { return .failed(.system(unsafe state.pointee.failure)) }
            if unsafe state.pointee.hasEnded {
                return .failed(TLSError(.truncated, words: "the peer ended the connection without close_notify"))
            }
            let doubt = unsafe SSL_get_verify_result(pointer)
            if context.verifies, doubt != Int(X509_V_OK) {
                let words = unsafe String(cString: X509_verify_cert_error_string(doubt))
                return .failed(TLSError(.protocol, words: "its certificate: \(words)"))
            }
            return .failed(.takeQueue(.protocol))
        }
    }
}
