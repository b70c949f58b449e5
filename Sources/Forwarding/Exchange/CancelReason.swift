/// Why an exchange was given up that neither side has ended.
enum CancelReason {
    case clientGone
    case drained
    case tunnelIdle

    /// The stable code that the access log prints.
    var code: StaticString {
        switch self {
        case .clientGone: "client-gone"
        case .drained: "drain-timeout"
        case .tunnelIdle: "tunnel-timeout"
        }
    }
}
