import Limiting
import Model

/// Whose word counts, and who is told more, by their addresses. Immutable; shared by all workers.
struct Trust: Sendable {
    /// Whose `X-Forwarded-*` fields are appended to (`trusted-proxies`), but for those at UNIX-domain listeners.
    let proxies: AddressSet
    /// Who is told why he got his member when he asks (`explain-from`).
    let explained: AddressSet

    init(_ configuration: EdgeConfiguration) {
        proxies = AddressSet(configuration.trustedProxies)
        explained = AddressSet(configuration.explainFrom)
    }
}
