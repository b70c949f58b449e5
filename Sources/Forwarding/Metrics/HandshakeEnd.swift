import TLS

/// What a TLS handshake has come to, as it is counted.
enum HandshakeEnd: Int, CaseIterable {
    case full, resumed
    case timeout, clientGone, plainHTTP
    case name, protocols, version, cipher, distrust, alert, foreign, other

    /// Why a handshake has failed.
    init(_ error: TLSError) {
        self =
            switch (error.kind, error.cause) {
            case (.plainHTTP, _): .plainHTTP
            case (.truncated, _), (.transport, _): .clientGone
            case (_, .name): .name
            case (_, .protocols): .protocols
            case (_, .version): .version
            case (_, .cipher): .cipher
            case (_, .distrust): .distrust
            case (_, .alert): .alert
            case (_, .foreign): .foreign
            case (_, .other): .other
            }
    }

    /// The value of the label `reason`; `nil` where it has not failed.
    var reason: StaticString? {
        switch self {
        case .full, .resumed: nil
        case .timeout: "timeout"
        case .clientGone: "client-gone"
        case .plainHTTP: "plain-http"
        case .name: "name"
        case .protocols: "protocols"
        case .version: "version"
        case .cipher: "cipher"
        case .distrust: "distrust"
        case .alert: "alert"
        case .foreign: "not-tls"
        case .other: "other"
        }
    }
}
