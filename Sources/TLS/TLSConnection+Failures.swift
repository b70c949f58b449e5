import CSSL

/// Why a handshake has failed, in words that an operator can act on.
extension TLSConnection {
    /// Puts a failure into words.
    ///
    /// - Parameters:
    ///   - error: as it is read from OpenSSL's queue.
    ///   - code: the last one of the queue.
    func explain(_ error: TLSError, code: UInt) -> TLSError {
        let state = unsafe state.pointee
        if !state.refusal.isEmpty { return TLSError(.protocol, state.refusalCause, words: state.refusal) }
        if error.kind == .truncated {
            return TLSError(.truncated, words: "the client ended the connection" + state.askedName)
        }
        guard error.kind == .protocol else { return error }
        if let bytes = state.opening.foreignBytes { return Self.explain(foreign: bytes) }
        let reason = CSSL_error_library(code) == ERR_LIB_SSL ? CSSL_error_reason(code) : 0
        return TLSError(
            .protocol, Self.cause(of: reason), words: (words(of: reason) ?? error.words) + state.askedName)
    }

    private static func cause(of reason: Int32) -> TLSError.Cause {
        switch reason {
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
            SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS:
            .cipher
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW: .version
        case SSL_AD_REASON_OFFSET...: meansDistrust(reason - SSL_AD_REASON_OFFSET) ? .distrust : .alert
        default: .other
        }
    }

    /// Whether an alert says that the client does not trust the certificate.
    private static func meansDistrust(_ number: Int32) -> Bool {
        switch number {
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_CERTIFICATE_EXPIRED, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA,
            SSL_AD_UNSUPPORTED_CERTIFICATE:
            true
        default: false
        }
    }

    private static func explain(foreign bytes: [UInt8]) -> TLSError {
        let line = Opening.firstLine(bytes)
        if Opening.isRequest(bytes) {
            // A query may hold what no log is to have, whatever is hidden in the access log.
            let query = line.firstIndex(of: UInt8(ascii: "?"))
            let shown = query.map { Array(line[...$0]) + Array("***".utf8) } ?? Array(line)
            return TLSError(.plainHTTP, .foreign, words: "plain HTTP on a TLS port: \(String(quoting: shown))")
        }
        if line.starts(with: "PROXY ".utf8) || bytes.starts(with: "\r\n\r\n\0\r\nQUIT\n".utf8) {
            return TLSError(
                .protocol, .foreign, words: "not TLS: it begins with a head of the PROXY protocol, which is not read")
        }
        return TLSError(.protocol, .foreign, words: "not TLS: it begins with \(String(quoting: bytes, countMax: 32))")
    }

    private func words(of reason: Int32) -> String? {
        switch reason {
        case SSL_R_NO_SHARED_CIPHER:
            "no shared cipher suite: the client offers none that goes with TLS 1.2 or 1.3 and the certificate's key"
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            "no shared signature algorithm: the client takes none that the certificate's key can make"
        case SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS:
            "no shared group for the exchange of keys"
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW:
            "no shared version: the client \(highestVersion), TLS 1.2 and 1.3 are spoken here"
        case SSL_AD_REASON_OFFSET...:
            Self.words(ofAlert: reason - SSL_AD_REASON_OFFSET)
        default: nil
        }
    }

    private var highestVersion: String {
        guard unsafe SSL_version(pointer) < TLS1_2_VERSION, let name = unsafe SSL_get_version(pointer) else {
            return "speaks another one"
        }
        return "speaks \(unsafe String(cString: name)) at most"
    }

    private static func words(ofAlert number: Int32) -> String {
        let name = unsafe SSL_alert_desc_string_long(number).map { unsafe String(cString: $0) } ?? "\(number)"
        return meansDistrust(number)
            ? "the client does not trust the certificate (alert \"\(name)\")"
            : "the client gave up (alert \"\(name)\")"
    }
}

extension TransportBIO.State {
    /// Why the name that the client has asked for, or that it has asked for none, ends the handshake.
    var refusalOfName: String {
        guard let serverName else { return "the client sent no SNI and no default is declared" }
        return "no certificate for \(String(quoting: serverName.utf8)) (SNI)"
    }

    /// The name that the client has asked for, to be put behind something.
    fileprivate var askedName: String {
        serverName.map { " (SNI \(String(quoting: $0.utf8)))" } ?? ""
    }

    /// Notes that none of a client's protocols is one of ours.
    ///
    /// - Parameter offers: length-prefixed names.
    mutating func refuse(protocols offers: UnsafeBufferPointer<UInt8>) {
        var names: [String] = []
        var offset = 0
        while offset < offers.count, names.count < 5 {
            let end = unsafe min(offset + 1 + Int(offers[offset]), offers.count)
            names.append(String(quoting: unsafe Array(offers[(offset + 1)..<end]), countMax: 20))
            offset = end
        }
        let more = offset < offers.count ? " …" : ""
        refusalCause = .protocols
        refusal = "no shared application protocol (ALPN): the client offers \(names.joined(separator: ", "))\(more)"
    }
}
