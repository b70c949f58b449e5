/// Why an exchange was given up because of its client.
enum CancelReason {
    case clientGone
    case drained

    /// The stable code that the access log prints.
    var code: StaticString {
        switch self {
        case .clientGone: "client-gone"
        case .drained: "drain-timeout"
        }
    }
}
