import Bytes
import CSSL
import Glibc

/// The server's end of one TLS connection over a non-blocking socket (an `SSL`).
///
/// Confined to one worker's thread. Does not own the socket, which must stay open until this object is gone.
///
/// Safe because the `SSL` and the transport's state live as long as the object, and OpenSSL gets pointers into spans
/// for the time of one call only.
@safe
public final class TLSConnection {
    /// What a step of the connection came to.
    public enum Outcome: Equatable, Sendable {
        /// The handshake is complete, or this many bytes were moved.
        case done(Int)
        /// Nothing more until the socket is ready again, for reading or for writing.
        case wouldBlock
        /// The peer has closed its direction with close_notify.
        case ended
        /// The connection is broken and must be closed without close_notify.
        case failed(TLSError)
    }

    let pointer: OpaquePointer
    private let context: TLSContext
    let state: UnsafeMutablePointer<TransportBIO.State>
    /// The end or failure that came behind bytes which were handed out first, or that the handshake came to.
    private var heldBack: Outcome?
    private var hasSentCloseNotify = false
    /// The first host that was found to be this connection's to answer for: nearly all of its requests are for it.
    private var ownHost: [UInt8] = []

    /// Begins a connection on an accepted socket.
    ///
    /// - Parameters:
    ///   - context: the worker's context for the listener's policy.
    ///   - descriptor: the socket's number.
    public init(context: TLSContext, descriptor: Int32) throws(TLSError) {
        unsafe (pointer, state) = unsafe try TransportBIO.connect(
            context.pointer, TransportBIO.State(descriptor: descriptor))
        unsafe SSL_set_accept_state(pointer)
        self.context = context
    }

    deinit {
        unsafe TransportBIO.release(pointer, state)
    }

    /// Whether reading again is of no use before the socket tells of something new.
    ///
    /// The last read left nothing in the kernel's buffer nor in OpenSSL's, and no end or failure is held back. An end
    /// of the stream that the event loop has already told of is not seen by this: read until ``Outcome/ended`` or a
    /// failure then. See ``onReadable()``.
    public var isDrained: Bool {
        unsafe heldBack == nil && state.pointee.isDrained && SSL_has_pending(pointer) == 0
    }

    /// Says that the event loop has told of bytes since the last read.
    ///
    /// Without it what that read has found would be believed when OpenSSL hands out what it had left: bytes that have
    /// come meanwhile would wait for an event that has been.
    public func onReadable() {
        unsafe state.pointee.isDrained = false
    }

    /// Goes on with the handshake.
    ///
    /// A failure's words name the cause, with the name that the client asked for. Of a failure of the kind
    /// ``TLSError/Kind/plainHTTP`` nothing has been sent: the client may be answered on the socket.
    public func handshake() -> Outcome {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(pointer)
        guard result != 1 else {
            unsafe state.pointee.opening = .tls
            unsafe state.pointee.serverName = nil
            return .done(0)
        }
        let code = ERR_peek_last_error()
        let outcome = outcome(of: result)
        guard case .failed(let error) = outcome else { return outcome }
        let failure = Outcome.failed(explain(error, code: code))
        heldBack = failure
        return failure
    }

    /// How a client's bytes begin that are no TLS, 4 KiB at most; empty when they are.
    public var plainBytes: [UInt8] { unsafe state.pointee.opening.foreignBytes ?? [] }

    /// Reads decrypted bytes into the buffer's room, until it is full or the kernel has no more.
    ///
    /// Without room nothing is read and it is ``Outcome/wouldBlock``. Bytes that came before an end or a failure are
    /// handed out first, and the next read tells of it.
    public func read(into buffer: Buffer) -> Outcome {
        if let heldBack { return heldBack }
        return buffer.append { (output: inout OutputSpan<UInt8>) in
            unsafe output.withUnsafeMutableBufferPointer { target, initializedCount in
                while initializedCount < target.count {
                    var count = 0
                    ERR_clear_error()
                    let result = unsafe SSL_read_ex(
                        pointer, target.baseAddress.map { unsafe $0 + initializedCount },
                        target.count - initializedCount, &count)
                    guard result == 1 else {
                        let outcome = outcome(of: result)
                        guard initializedCount > 0 else { return outcome }
                        if outcome != .wouldBlock { heldBack = outcome }
                        break
                    }
                    initializedCount += count
                    if isDrained { break }
                }
                return initializedCount > 0 ? .done(initializedCount) : .wouldBlock
            }
        }
    }

    /// Encrypts and writes some of `bytes`: one record, behind what is left of the last one.
    ///
    /// After ``Outcome/wouldBlock`` the next write must begin with the same bytes, as many or more: their record may be
    /// partly sent.
    public func write(_ bytes: Span<UInt8>) -> Outcome {
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress, source.count > 0 else { return .wouldBlock }
            var count = 0
            ERR_clear_error()
            let result = unsafe SSL_write_ex(pointer, base, source.count, &count)
            return result == 1 ? .done(count) : outcome(of: result)
        }
    }

    /// Tells the peer that no more will be written (close_notify).
    ///
    /// - Returns: whether it was handed to the kernel or never can be; `false` when the socket must become writable
    ///   first.
    public func sendCloseNotify() -> Bool {
        // A second SSL_shutdown would read, and take the client's bytes for a breach of the protocol.
        guard !hasSentCloseNotify, unsafe SSL_is_init_finished(pointer) == 1 else { return true }
        ERR_clear_error()
        let result = unsafe SSL_shutdown(pointer)
        defer { ERR_clear_error() }
        hasSentCloseNotify = unsafe result >= 0 || SSL_get_error(pointer, result) != SSL_ERROR_WANT_WRITE
        return hasSentCloseNotify
    }

    /// Lets OpenSSL keep its read and write buffers between records.
    ///
    /// A new connection gives them back whenever they are empty, so that one which turns out to be idle never holds
    /// any; on a busy one that costs 6 % of a request.
    public func keepBuffers() {
        _ = unsafe CSSL_clear_mode(pointer, CSSL_MODE_RELEASE_BUFFERS)
    }

    /// Gives OpenSSL's buffers back, now and whenever they are empty, until ``keepBuffers()``.
    public func releaseBuffers() {
        _ = unsafe CSSL_set_mode(pointer, CSSL_MODE_RELEASE_BUFFERS)
        _ = unsafe SSL_free_buffers(pointer)
    }

    /// Whether the client and we have agreed on a protocol by ALPN (RFC 7301).
    ///
    /// - Parameter name: the protocol's registered name.
    public func speaks(_ name: StaticString) -> Bool {
        var chosen: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(pointer, &chosen, &count)
        return unsafe UnsafeBufferPointer(start: chosen, count: Int(count)).elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Whether a request for this host belongs on another connection (RFC 9110, section 15.5.20): an identity covers
    /// it, but not the one that this connection was made with.
    ///
    /// - Parameter host: without port.
    public func isMisdirected(_ host: Span<UInt8>) -> Bool {
        let known = ownHost
        if host.count > 0, host.equals(known.span) { return false }
        guard !isForeign(host) else { return true }
        // No name is longer (RFC 1035, section 2.3.4).
        if known.isEmpty, host.count <= 255 { ownHost = unsafe host.withUnsafeBufferPointer { unsafe Array($0) } }
        return false
    }

    private func isForeign(_ host: Span<UInt8>) -> Bool {
        let name = unsafe SSL_get_servername(pointer, TLSEXT_NAMETYPE_host_name)
        let isServerName = unsafe host.withUnsafeBufferPointer { host in
            guard let name = unsafe name, let base = host.baseAddress else { return false }
            return unsafe strlen(name) == host.count && strncasecmp(name, base, host.count) == 0
        }
        if isServerName { return false }
        let wanted = unsafe host.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        return context.table.isMisdirected(wanted, over: unsafe state.pointee.choice)
    }

    /// The name that the client has asked for (SNI, RFC 6066, section 3); empty for none.
    public var askedName: [UInt8] {
        guard let name = unsafe SSL_get_servername(pointer, TLSEXT_NAMETYPE_host_name) else { return [] }
        return unsafe Array(String(cString: name).utf8)
    }

    /// The protocol version in the words of OpenSSL, `TLSv1.3` for instance.
    public var version: StaticString {
        unsafe SSL_version(pointer) == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"
    }

    /// The cipher suite's name in the words of OpenSSL.
    public var cipher: String {
        unsafe CSSL_get_cipher_name(pointer).map { unsafe String(cString: $0) } ?? ""
    }

    /// Bits of the key that the cipher suite encrypts with.
    public var keyBits: UInt16 {
        UInt16(clamping: unsafe SSL_CIPHER_get_bits(SSL_get_current_cipher(pointer), nil))
    }

    /// Whether the session was resumed from a ticket.
    public var isResumed: Bool {
        unsafe SSL_session_reused(pointer) == 1
    }

    /// Whether the client has asked for new keys so often that nothing more is read.
    public var isFlooding: Bool { unsafe state.pointee.keyUpdates.isExceeded }

    private func outcome(of result: Int32) -> Outcome {
        switch unsafe SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            return .wouldBlock
        case SSL_ERROR_ZERO_RETURN:
            return .ended
        default:
            if unsafe state.pointee.failure != 0 {
                ERR_clear_error()
                return .failed(.system(unsafe state.pointee.failure))
            }
            if isFlooding {
                ERR_clear_error()
                return .failed(TLSError(.protocol, words: "more than \(KeyUpdateScore.most) key updates at once"))
            }
            if unsafe state.pointee.hasEnded {
                ERR_clear_error()
                return .failed(TLSError(.truncated, words: "the peer ended the connection without close_notify"))
            }
            return .failed(.takeQueue(.protocol))
        }
    }
}
