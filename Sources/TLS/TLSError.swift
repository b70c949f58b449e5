import CSSL
import Glibc

/// What went wrong in OpenSSL, in words.
public struct TLSError: Error, Equatable, Sendable {
    /// The kinds that the caller treats differently.
    public enum Kind: Sendable {
        /// The peer ended the connection without close_notify (RFC 8446, section 6.1).
        case truncated
        /// The connection broke below TLS.
        case transport
        /// The peer broke the protocol, refused us, or has nothing in common with us.
        case `protocol`
        /// The peer speaks HTTP without TLS.
        case plainHTTP
        /// OpenSSL could not do its work: memory, a key or a certificate.
        case `internal`
    }

    /// Why a handshake has come to nothing, as it is counted.
    public enum Cause: String, Sendable, CaseIterable {
        /// No certificate is for the name that the client has asked for, or it has asked for none.
        case name
        /// The client offers no application protocol that is spoken.
        case protocols
        /// The client speaks no version that is spoken.
        case version
        /// Client and server have no cipher suite, group or signature algorithm in common.
        case cipher
        /// The client does not trust the certificate.
        case distrust
        /// The client gave up for another reason.
        case alert
        /// What came is no TLS.
        case foreign
        /// Anything else.
        case other
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// Why a handshake has come to nothing, where it was one.
    public let cause: Cause
    /// OpenSSL's reasons, outermost first, and for a transport failure the system's.
    public let words: String

    /// Describes a failure.
    public init(_ kind: Kind, _ cause: Cause = .other, words: String) {
        self.kind = kind
        self.cause = cause
        self.words = words
    }

    /// Takes all that OpenSSL has queued in this thread.
    static func takeQueue(_ kind: Kind) -> TLSError {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            let reason = words(of: code)
            if reasons.last != reason { reasons.append(reason) }
        }
        return TLSError(kind, words: reasons.isEmpty ? "no reason given" : reasons.reversed().joined(separator: ": "))
    }

    private static func words(of code: UInt) -> String {
        // What a system call reports has no reason of OpenSSL's, only errno.
        if CSSL_error_library(code) == ERR_LIB_SYS {
            return unsafe String(cString: strerror(CSSL_error_reason(code)))
        }
        return unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    static func system(_ code: Int32) -> TLSError {
        TLSError(.transport, words: unsafe String(cString: strerror(code)))
    }
}

extension TLSError: CustomStringConvertible {
    public var description: String { words }
}
