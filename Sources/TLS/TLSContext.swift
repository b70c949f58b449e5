import CSSL

/// One worker's TLS for one policy: protocol settings, the identities by name and the ticket keys (an `SSL_CTX`).
///
/// Built off the worker and handed to it; from then on confined to the worker's thread. A reload builds a
/// new one where identities or settings have changed, and connections keep the one that they were accepted with.
///
/// Safe because the `SSL_CTX` lives as long as the object, and each connection keeps the object alive.
@safe
public final class TLSContext {
    /// What all contexts of a policy have in common across workers and reloads.
    public struct Policy: Sendable {
        /// Distinguishes policies in tickets, so that a session of one never resumes under another.
        public let name: String
        /// Protocols offered by ALPN, the preferred one first (RFC 7301).
        public let applicationProtocols: [String]

        /// Describes a policy.
        public init(name: String, applicationProtocols: [String]) {
            self.name = name
            self.applicationProtocols = applicationProtocols
        }
    }

    /// Seconds for which a ticket may be used (RFC 8446, section 4.6.1 allows 7 days).
    static let ticketLifetimeSeconds = 2 * 60 * 60

    let pointer: OpaquePointer
    let library: TLSLibrary
    let table: IdentityTable
    let ticketKeys: TicketKeyRing
    let applicationProtocols: [String]
    /// Parsed identities by their index in ``table``, made when first asked for.
    private var loaded: [LoadedIdentity?]
    /// What sessions of a choice of ``table`` must have in common to be resumed, made when first asked for.
    private var ticketScopes: [[UInt8]]
    private let policyName: String
    /// The choice that every connection starts with, because there is no other or because it is the fallback.
    private let preset: Int?

    /// Builds a context.
    ///
    /// - Parameters:
    ///   - policy: settings.
    ///   - table: identities by name; at least one.
    ///   - ticketKeys: the process's ring.
    ///   - library: the worker's.
    public init(
        policy: Policy, table: IdentityTable, ticketKeys: TicketKeyRing, library: TLSLibrary
    ) throws(TLSError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new_ex(library.pointer, nil, TLS_server_method()) else {
            throw .takeQueue(.internal)
        }
        unsafe pointer = unsafe context
        self.library = library
        self.table = table
        self.ticketKeys = ticketKeys
        applicationProtocols = policy.applicationProtocols
        loaded = Array(repeating: nil, count: table.identities.count)
        ticketScopes = Array(repeating: [], count: table.choices.count)
        policyName = policy.name
        preset = table.fallback
        configure()
        for index in preset.map({ table.choices[$0] }) ?? [] { try unsafe load(index).install(onContext: pointer) }
        installCallbacks()
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
        // Keys and certificates use the library's tables while they are freed: they must go before it.
        loaded = []
    }

    private func configure() {
        _ = unsafe CSSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION)
        unsafe SSL_CTX_set_options(
            pointer,
            CSSL_OP_NO_RENEGOTIATION | CSSL_OP_NO_COMPRESSION | CSSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION)
        // Forward secrecy and authenticated encryption only (RFC 9325, section 4.2).
        _ = unsafe SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20")
        _ = unsafe CSSL_CTX_set_mode(
            pointer,
            CSSL_MODE_ENABLE_PARTIAL_WRITE | CSSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | CSSL_MODE_NO_AUTO_CHAIN
                | CSSL_MODE_RELEASE_BUFFERS)
        unsafe CSSL_CTX_set_read_ahead(pointer, 1)
        _ = unsafe CSSL_CTX_set_session_cache_mode(pointer, CSSL_SESS_CACHE_OFF)
        // One ticket a handshake: the second one costs a fifth of a full handshake.
        _ = unsafe SSL_CTX_set_num_tickets(pointer, 1)
        _ = unsafe SSL_CTX_set_timeout(pointer, Self.ticketLifetimeSeconds)
    }

    /// Decides by the name in a ClientHello which identities a connection is for, and with that which sessions may be
    /// resumed on it.
    ///
    /// OpenSSL looks for the session right behind this: a ticket whose scope is another one is passed over, and a full
    /// handshake follows (RFC 6066, section 3; RFC 8446, section 4.6.1).
    ///
    /// - Parameter state: of the connection; notes the choice or, in words, why there is none.
    /// - Returns: `nil`, or the alert that must end the handshake (RFC 6066, section 3; RFC 8446, section 6.2).
    func choose(for connection: OpaquePointer, _ state: inout TransportBIO.State) -> Int32? {
        switch unsafe ServerName(inHelloOf: connection) {
        case .none: state.serverName = nil
        case .name(let name): state.serverName = name
        case .malformed:
            state.refusal = "the server name (SNI) of its ClientHello cannot be read"
            return SSL_AD_DECODE_ERROR
        }
        guard let choice = table.find(state.serverName) else {
            state.refusal = state.refusalOfName
            return SSL_AD_UNRECOGNIZED_NAME
        }
        state.choice = choice
        let scope = ticketScope(of: choice)
        guard unsafe SSL_set_session_id_context(connection, scope, UInt32(scope.count)) == 1 else {
            return SSL_AD_INTERNAL_ERROR
        }
        return nil
    }

    private func ticketScope(of choice: Int) -> [UInt8] {
        if !ticketScopes[choice].isEmpty { return ticketScopes[choice] }
        let text = Array("\(policyName)\0\(table.names(of: choice))".utf8)
        var digest = [UInt8](repeating: 0, count: Int(SSL_MAX_SID_CTX_LENGTH))
        unsafe SHA256(text, text.count, &digest)
        ticketScopes[choice] = digest
        return digest
    }

    /// Puts a choice of identities on a connection whose session is not resumed.
    ///
    /// - Returns: whether OpenSSL takes them.
    func install(_ choice: Int, on connection: OpaquePointer) -> Bool {
        if choice == preset { return true }
        unsafe SSL_certs_clear(connection)
        return table.choices[choice].allSatisfy { index in
            guard let identity = try? load(index) else { return false }
            return unsafe SSL_use_cert_and_key(
                connection, identity.certificate.pointer, identity.key.pointer, identity.chain, 1) == 1
        }
    }

    private func load(_ index: Int) throws(TLSError) -> LoadedIdentity {
        if let identity = loaded[index] { return identity }
        let identity = try LoadedIdentity(table.identities[index], library: library)
        loaded[index] = identity
        return identity
    }
}
