import Balancing

/// Members for the tests: a, b, c … with the given factors in hundredths.
func specifications(_ factors: [Int], retry: Int64 = 60_000) -> [MemberSpecification] {
    factors.enumerated().map { index, hundredths in
        MemberSpecification(
            name: name(index), loadFactor: LoadFactor(hundredths: hundredths) ?? .one, retryMilliseconds: retry)
    }
}

/// A balancer of such members.
func farm(_ factors: [Int], retry: Int64 = 60_000, isForcingRecovery: Bool = true) -> Balancer {
    Balancer(name: "shop", members: specifications(factors, retry: retry), isForcingRecovery: isForcingRecovery)
}

/// The name of a member: a to z, then m26 and so on.
func name(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))) : "m\(index)"
}

/// A set of members.
func members(_ indices: Int...) -> MemberSet {
    var set = MemberSet()
    for index in indices { set.insert(index) }
    return set
}

/// Preferences in this order.
func preferring(_ indices: Int..., unknown: Bool = false) -> MemberPreferences {
    var preferences = MemberPreferences()
    for index in indices { preferences.append(index) }
    preferences.hasUnknownRoute = unknown
    return preferences
}

extension Balancer {
    /// Names of the members that `count` requests without a session are given to.
    func elect(_ count: Int, now: Int64 = 0) -> String {
        (0..<count).map { _ in choose(now: now).map { name(of: $0.member) } ?? "-" }.joined(separator: " ")
    }

    /// The name of a member.
    func name(of member: Int) -> String {
        members[member].name
    }
}
