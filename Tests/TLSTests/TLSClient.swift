import CSSL
import Glibc

/// A TLS client over memory, whose bytes the test carries. The only file of these tests with unsafe code.
@safe
final class TLSClient {
    enum Version {
        case tls11, tls12, tls13

        fileprivate var number: Int32 {
            switch self {
            case .tls11: TLS1_1_VERSION
            case .tls12: TLS1_2_VERSION
            case .tls13: TLS1_3_VERSION
            }
        }
    }

    enum Step: Equatable {
        case done
        case wouldBlock
        /// The server's close_notify.
        case ended
        case failed(String)
    }

    /// A session that a later client may resume.
    @safe
    final class Session {
        fileprivate let pointer: OpaquePointer

        fileprivate init(taking pointer: OpaquePointer) {
            unsafe self.pointer = unsafe pointer
        }

        deinit {
            unsafe SSL_SESSION_free(pointer)
        }

        /// Whether both hold the same ticket.
        func isSame(as other: Session) -> Bool { ticket == other.ticket }

        private var ticket: [UInt8] {
            var bytes: UnsafePointer<UInt8>?
            var count = 0
            unsafe SSL_SESSION_get0_ticket(pointer, &bytes, &count)
            return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        }

        /// Seconds for which the server lets its ticket be used.
        var ticketLifetimeSeconds: Int { unsafe Int(SSL_SESSION_get_ticket_lifetime_hint(pointer)) }
    }

    private let context: OpaquePointer
    private let connection: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    /// - Parameters:
    ///   - serverName: for SNI, or none.
    ///   - protocols: for ALPN, or none.
    ///   - signatures: OpenSSL's list of signature algorithms that are offered; `nil` for its own.
    ///   - ciphers: OpenSSL's list of cipher suites for TLS 1.2 and older; `nil` for its own.
    ///   - verifies: whether the server's certificate must be trusted, and none is.
    init(
        _ version: Version = .tls13, serverName: String? = "one.test", protocols: [String] = [],
        signatures: String? = nil, ciphers: String? = nil, verifies: Bool = false,
        resuming session: Session? = nil
    ) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let connection = unsafe SSL_new(context),
            let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem())
        else { preconditionFailure("OpenSSL has no memory") }
        unsafe self.context = unsafe context
        unsafe self.connection = unsafe connection
        unsafe self.incoming = unsafe incoming
        unsafe self.outgoing = unsafe outgoing
        unsafe SSL_ctrl(connection, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version.number), nil)
        unsafe SSL_ctrl(connection, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version.number), nil)
        if var name = serverName.map({ Array($0.utf8CString) }) {
            unsafe SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
        }
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { unsafe SSL_set_alpn_protos(connection, list, UInt32(list.count)) }
        if var signatures = signatures.map({ Array($0.utf8CString) }) {
            unsafe SSL_ctrl(connection, SSL_CTRL_SET_SIGALGS_LIST, 0, &signatures)
        }
        if verifies { unsafe SSL_set_verify(connection, SSL_VERIFY_PEER, nil) }
        if let ciphers { unsafe SSL_set_cipher_list(connection, ciphers) }
        if let session { unsafe SSL_set_session(connection, session.pointer) }
        unsafe SSL_set_bio(connection, incoming, outgoing)
        unsafe SSL_set_connect_state(connection)
    }

    deinit {
        // Freed without having been closed, it would take back the session that a later client is to resume.
        unsafe SSL_set_shutdown(connection, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(connection)
        unsafe SSL_CTX_free(context)
    }

    /// Whether the calling thread's error queue holds nothing.
    static var isErrorQueueEmpty: Bool { ERR_peek_error() == 0 }

    func handshake() -> Step {
        ERR_clear_error()
        return step(unsafe SSL_do_handshake(connection))
    }

    /// Decrypts what was fed.
    func read() -> (bytes: [UInt8], step: Step) {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 20_000)
        while true {
            var count = 0
            ERR_clear_error()
            let result = unsafe SSL_read_ex(connection, &block, block.count, &count)
            guard result == 1 else { return (all, step(result)) }
            all += block[..<count]
        }
    }

    func write(_ bytes: [UInt8]) -> Step {
        var count = 0
        ERR_clear_error()
        return step(unsafe SSL_write_ex(connection, bytes, bytes.count, &count))
    }

    func sendCloseNotify() {
        ERR_clear_error()
        unsafe SSL_shutdown(connection)
        ERR_clear_error()
    }

    /// Asks for new keys in a way that TLS 1.2 allows and the server does not.
    func renegotiate() -> Step {
        ERR_clear_error()
        unsafe SSL_renegotiate(connection)
        return step(unsafe SSL_do_handshake(connection))
    }

    /// Takes new keys.
    ///
    /// - Parameter asksForOthers: whether the server is to take new ones as well.
    func updateKeys(asksForOthers: Bool) -> Step {
        ERR_clear_error()
        unsafe SSL_key_update(connection, asksForOthers ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED)
        return step(unsafe SSL_do_handshake(connection))
    }

    /// Takes what is to be sent.
    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(outgoing))
        guard !bytes.isEmpty else { return [] }
        unsafe BIO_read(outgoing, &bytes, Int32(bytes.count))
        return bytes
    }

    /// Hands over what was received.
    func feed(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        unsafe BIO_write(incoming, bytes, Int32(bytes.count))
    }

    /// The session with its newest ticket; `nil` when there is none.
    var session: Session? {
        guard let session = unsafe SSL_get1_session(connection) else { return nil }
        let kept = unsafe Session(taking: session)
        return unsafe SSL_SESSION_is_resumable(session) == 1 && SSL_SESSION_has_ticket(session) == 1 ? kept : nil
    }

    var isResumed: Bool { unsafe SSL_session_reused(connection) == 1 }

    var applicationProtocol: String {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(connection, &name, &count)
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// The serial number of the certificate that the server showed.
    var serverSerial: String {
        guard let certificate = unsafe SSL_get1_peer_certificate(connection) else { return "" }
        defer { unsafe X509_free(certificate) }
        return unsafe Self.serial(of: certificate)
    }

    /// The serial numbers of the certificates that the server sent, in their order.
    var chainSerials: [String] {
        guard let chain = unsafe SSL_get_peer_cert_chain(connection) else { return [] }
        return unsafe (0..<OPENSSL_sk_num(chain)).map { index in
            unsafe OPENSSL_sk_value(chain, index).map { unsafe Self.serial(of: OpaquePointer($0)) } ?? ""
        }
    }

    private static func serial(of certificate: OpaquePointer) -> String {
        guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
        defer { unsafe BN_free(number) }
        guard let text = unsafe BN_bn2hex(number) else { return "" }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        return unsafe String(cString: text)
    }

    /// Certificates that the server sent, the leaf counted.
    var chainCount: Int {
        unsafe Int(OPENSSL_sk_num(SSL_get_peer_cert_chain(connection)))
    }

    private func step(_ result: Int32) -> Step {
        switch unsafe SSL_get_error(connection, result) {
        case SSL_ERROR_NONE: return .done
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .ended
        default:
            let words = unsafe ERR_reason_error_string(ERR_peek_last_error()).map { unsafe String(cString: $0) }
            ERR_clear_error()
            return .failed(words ?? "no reason")
        }
    }
}

/// What the tests ask of the kernel and of OpenSSL's bookkeeping.
enum Native {
    /// Two connected, non-blocking stream sockets.
    static func socketPair() -> (Int32, Int32) {
        var numbers: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let result = unsafe socketpair(AF_UNIX, kind, 0, &numbers)
        precondition(result == 0, "socketpair failed")
        return (numbers[0], numbers[1])
    }

    /// Writes what the socket takes.
    static func send(_ number: Int32, _ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads what there is, `limit` bytes at most.
    static func receive(_ number: Int32, limit: Int = 1 << 20) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: limit)
        let count = unsafe recv(number, &block, limit, 0)
        return Array(block.prefix(max(0, count)))
    }

    /// Ends both directions for all who hold the socket.
    static func shutDown(_ number: Int32) {
        _ = shutdown(number, Int32(SHUT_RDWR))
    }

    /// Makes a named pipe.
    static func makePipe(_ path: String) {
        _ = unsafe mkfifo(path, 0o600)
    }

    /// Waits until a descriptor is readable.
    static func waitReadable(_ number: Int32, millis: Int32) -> Bool {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&request, 1, millis) > 0
    }

    /// Kibibytes of memory that this process holds.
    static func residentKibibytes() -> Int {
        let number = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        defer { _ = close(number) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(number, &text, text.count)
        let words = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4 : 0
    }

    /// Begins to count the `SSL` objects that are made and freed from now on in this process.
    static func countConnections() {
        _ = unsafe CRYPTO_get_ex_new_index(
            CRYPTO_EX_INDEX_SSL, 0, nil,
            { _, _, _, _, _, _ in Native.made.increment() }, nil,
            { _, _, _, _, _, _ in Native.freed.increment() })
    }

    static let made = Counter()
    static let freed = Counter()
}
