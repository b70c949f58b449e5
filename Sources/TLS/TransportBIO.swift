import CSSL
import Glibc

/// The layer between OpenSSL and a non-blocking socket: recv and send, remembering what OpenSSL hides.
///
/// With edge-triggered epoll the caller must know whether the kernel's buffer was emptied: a read that brought less
/// than was asked for has emptied it, and the read that would say so (EAGAIN) is saved.
@safe
enum TransportBIO {
    /// What the callbacks note for one connection. Lives as long as its ``TLSConnection``.
    struct State {
        let descriptor: Int32
        /// Whether the last read emptied the kernel's buffer.
        var isDrained = false
        /// Whether the peer has ended its direction.
        var hasEnded = false
        /// `errno` of a failed read or write, 0 for none.
        var failure: Int32 = 0
        /// How the peer's bytes begin.
        var opening = Opening.unseen
        /// What the peer asks of the handshake when it is over.
        var keyUpdates = KeyUpdateScore()
        /// The name that the client has asked for, as long as the handshake lasts.
        var serverName: String?
        /// Which identities the connection is for, an index into the choices of its context's table.
        var choice = 0
        /// Why we have ended the handshake, in words; empty when we have not.
        var refusal = ""
        /// What that is for.
        var refusalCause = TLSError.Cause.name
    }

    /// What a callback of OpenSSL's notes about its connection.
    static func state(of connection: OpaquePointer) -> UnsafeMutablePointer<State>? {
        unsafe BIO_get_data(SSL_get_rbio(connection))?.assumingMemoryBound(to: State.self)
    }

    /// The callbacks, made once for the process.
    ///
    /// OpenSSL only reads a method after it was built, from any thread.
    nonisolated(unsafe) static let method: OpaquePointer? = unsafe makeMethod()

    private static func makeMethod() -> OpaquePointer? {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR
        guard let method = unsafe BIO_meth_new(kind, "martlet transport") else { return nil }
        unsafe BIO_meth_set_read(method) { bio, bytes, count in unsafe TransportBIO.receive(bio, bytes, count) }
        unsafe BIO_meth_set_write(method) { bio, bytes, count in unsafe TransportBIO.send(bio, bytes, count) }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return unsafe method
    }

    /// Makes a BIO over a state that outlives it.
    private static func make(_ state: UnsafeMutablePointer<State>) -> OpaquePointer? {
        guard let method = unsafe method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, state)
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    /// Begins a connection over a socket, with a state that ``release(_:_:)`` lets go of.
    ///
    /// - Throws: when OpenSSL has no memory for it.
    static func connect(
        _ context: OpaquePointer, _ initial: State
    ) throws(TLSError) -> (connection: OpaquePointer, state: UnsafeMutablePointer<State>) {
        ERR_clear_error()
        guard let connection = unsafe SSL_new(context) else { throw .takeQueue(.internal) }
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        unsafe state.initialize(to: initial)
        guard let bio = unsafe make(state) else {
            unsafe release(connection, state)
            throw .takeQueue(.internal)
        }
        unsafe SSL_set_bio(connection, bio, bio)
        return unsafe (connection, state)
    }

    /// Frees what ``connect(_:_:)`` has made.
    static func release(_ connection: OpaquePointer, _ state: UnsafeMutablePointer<State>) {
        unsafe SSL_free(connection)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    private static func receive(_ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
        guard let state = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: State.self) else { return -1 }
        unsafe CSSL_BIO_clear_retry(bio)
        // What OpenSSL has read before it goes through; nothing more does.
        if unsafe state.pointee.keyUpdates.isExceeded { return -1 }
        let received = unsafe recv(state.pointee.descriptor, bytes, Int(count), 0)
        if received > 0 {
            unsafe state.pointee.isDrained = received < Int(count)
            if unsafe !state.pointee.opening.isTLS {
                unsafe state.pointee.opening.add(UnsafeRawBufferPointer(start: bytes, count: received))
            }
            return Int32(received)
        }
        if received == 0 {
            unsafe state.pointee.hasEnded = true
            return 0
        }
        let code = errno
        if code == EAGAIN || code == EINTR {
            unsafe state.pointee.isDrained = code == EAGAIN
            unsafe CSSL_BIO_retry_read(bio)
        } else {
            unsafe state.pointee.failure = code
        }
        return -1
    }

    private static func send(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
        guard let state = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: State.self) else { return -1 }
        unsafe CSSL_BIO_clear_retry(bio)
        let sent = unsafe Glibc.send(state.pointee.descriptor, bytes, Int(count), Int32(MSG_NOSIGNAL))
        if sent >= 0 { return Int32(sent) }
        let code = errno
        if code == EAGAIN || code == EINTR {
            unsafe CSSL_BIO_retry_write(bio)
        } else {
            unsafe state.pointee.failure = code
        }
        return -1
    }
}
