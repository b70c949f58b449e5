/// The cookie of `mode: insert`, its Set-Cookie values made once for each member of a balancer.
public struct InsertedCookie: Sendable {
    private let plain: [[UInt8]]
    private let secure: [[UInt8]]

    /// Makes the values for a balancer.
    ///
    /// - Parameters:
    ///   - balancer: the balancer's declared name, `[A-Za-z0-9_.-]+`.
    ///   - members: the members' declared names, likewise, in the order of their indices.
    public init(balancer: String, members: [String]) {
        let name = Self.name(balancer: balancer)
        plain = members.map { Array("\(name)=\($0); Path=/; HttpOnly; SameSite=Lax".utf8) }
        secure = members.map { Array("\(name)=\($0); Path=/; HttpOnly; SameSite=Lax; Secure".utf8) }
    }

    /// The cookie's name.
    ///
    /// - Parameter balancer: the balancer's declared name.
    public static func name(balancer: String) -> String {
        "MARTLET_" + balancer
    }

    /// The value of the Set-Cookie field (RFC 6265, section 4.1) that ties a client to a member; nothing is allocated.
    ///
    /// - Parameters:
    ///   - member: the member's index.
    ///   - isSecure: whether the client came over TLS, so that the cookie is not to be sent without it.
    public func value(member: Int, isSecure: Bool) -> [UInt8] {
        isSecure ? secure[member] : plain[member]
    }

    /// Tells whether an answer must set the cookie: unless the first one the client sent names the member that was
    /// chosen.
    ///
    /// - Parameters:
    ///   - candidates: what was read from the request with ``AffinityKeys/init(insertedBy:)``.
    ///   - member: the index of the member that answers.
    public static func isNeeded(_ candidates: RouteCandidates, member: Int) -> Bool {
        candidates.count == 0 || candidates[0].member != member
    }
}
