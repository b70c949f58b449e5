/// What an exchange knows of its session. Pooled with it.
final class Tie {
    /// The hash of its session's identifier, where sessions are counted.
    var session: UInt64?
    /// Whether its session names the member by a former name.
    var hasFormerRoute = false
    /// What is known of the session where it is written into cookies.
    var affinity = AffinityState()

    func reset() {
        session = nil
        hasFormerRoute = false
        if affinity.isUsed { affinity = AffinityState() }
    }
}
