/// A connection that a pool keeps while it is idle, and lends whole.
package protocol KeptUpstream: UpstreamStream {
    /// Its place among the idle connections of the pool.
    var link: IdleLink { get }

    /// Whether nothing has happened while it was idle, and it is young enough.
    func isReusable() -> Bool

    /// Lends it to an exchange.
    func begin(_ exchange: Exchange)
}
