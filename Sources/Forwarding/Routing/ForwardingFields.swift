import HTTP
import Model

/// By which fields proxies tell of clients, and members are told. Immutable; shared by all workers.
struct ForwardingFields: Sendable {
    /// Whether trusted proxies are believed in `Forwarded`, and in no `X-Forwarded-…`.
    let readsForwarded: Bool
    private let writesXForwarded: Bool
    private let writesForwarded: Bool

    init(_ configuration: ForwardedConfiguration) {
        readsForwarded = configuration.reads == .forwarded
        writesXForwarded = configuration.writes.contains(.xForwarded)
        writesForwarded = configuration.writes.contains(.forwarded)
    }

    /// Says what members are told of a client.
    ///
    /// - Parameter approach: what the peer says of whom it stands for.
    func apply(to rewrite: inout RequestRewrite, _ approach: Approach, _ peer: ClientPeer) {
        guard readsForwarded || writesForwarded else { return rewrite.peerIsTrusted = peer.isTrusted }
        rewrite.writesXForwarded = writesXForwarded
        rewrite.writesForwarded = writesForwarded
        rewrite.approach = approach
        rewrite.isSecure = peer.isSecure
        // What is not read is not believed, and what is not written is said by nobody.
        rewrite.peerIsTrusted = peer.isTrusted && !readsForwarded && writesXForwarded
    }
}
