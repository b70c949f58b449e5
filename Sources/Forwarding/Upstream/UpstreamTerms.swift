import Model

/// What a member declares for connections to it.
struct UpstreamTerms: Hashable {
    /// Milliseconds for it to accept one; `nil`: `timeouts.connect`.
    let connectMillis: Int?
    /// Milliseconds for its answer's head, and between two bytes of the content; `nil`: `timeouts.answer` and
    /// `timeouts.body`.
    let answerMillis: Int?
    /// Milliseconds that one may be idle.
    let idleMillis: Int
    /// Whether one is used again.
    let reuses: Bool
    /// Whether the kernel probes silent ones.
    let probes: Bool
    /// What a member of AJP asks for; `nil`: nothing.
    let secret: Secret?
    /// Bytes of the longest packet, over AJP.
    let packetBytes: Int
    /// Milliseconds for the answer to a ping before a connection that was idle is lent, over AJP; `nil`: none is sent.
    let pingMillis: Int?

    /// Takes them from a member's configuration.
    ///
    /// - Parameter secret: what it asks for, wherever that is declared.
    init(_ member: MemberConfiguration, secret: Secret?) {
        connectMillis = member.connectionTimeoutMilliseconds
        answerMillis = member.timeoutMilliseconds
        idleMillis = member.idleMilliseconds
        reuses = member.keepsConnections
        probes = member.probesConnections
        self.secret = secret
        packetBytes = member.packetBytes ?? MemberConfiguration.packetRange.lowerBound
        pingMillis = member.speaks == .ajp ? member.pingMilliseconds : nil
    }
}
