/// A connection that a pool keeps while it is idle, and lends whole.
package protocol KeptUpstream: UpstreamStream {
    /// The next older one among the idle connections of the pool.
    var older: (any KeptUpstream)? { get set }

    /// Whether nothing has happened while it was idle, and it is young enough.
    func isReusable() -> Bool

    /// Lends it to an exchange.
    func begin(_ exchange: Exchange)
}
