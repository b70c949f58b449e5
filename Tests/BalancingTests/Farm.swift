import Balancing

/// Members for the tests: a, b, c … with the given factors in hundredths.
func specifications(_ factors: [Int], retry: Int64 = 60_000) -> [MemberSpecification] {
    factors.enumerated().map { index, hundredths in
        MemberSpecification(
            name: name(index), loadFactor: LoadFactor(hundredths: hundredths) ?? .one, retryMilliseconds: retry)
    }
}

/// A balancer of such members.
func farm(
    _ factors: [Int], method: Balancing.Method = .byrequests, retry: Int64 = 60_000, isForcingRecovery: Bool = true,
    workers: Int = 1
) -> Chooser {
    Chooser(
        name: "shop", method: method, members: specifications(factors, retry: retry),
        isForcingRecovery: isForcingRecovery, workers: workers)
}

/// Members as a line tells them: `a:r/1>b=x` is a hot spare of set 1 and of route x that redirects to b; the flags are
/// Apache's letters.
func farm(_ line: String, method: Balancing.Method = .byrequests) -> Chooser {
    let words = line.split(separator: " ")
    let members = words.map { word in
        let (body, route) = word.cut(at: "=")
        let (head, redirect) = body.cut(at: ">")
        let (start, set) = head.cut(at: "/")
        let (name, letters) = start.cut(at: ":")
        return MemberSpecification(
            name: name, route: route.isEmpty ? nil : route, set: Int(set) ?? 0, status: MemberStatus(letters: letters),
            redirect: redirect.isEmpty ? nil : words.firstIndex { $0.hasPrefix(redirect) }, retryMilliseconds: 60_000)
    }
    return Chooser(name: "shop", method: method, members: members)
}

extension Substring {
    fileprivate func cut(at separator: Character) -> (String, String) {
        let parts = split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
}

extension String {
    fileprivate func cut(at separator: Character) -> (String, String) { self[...].cut(at: separator) }
}

extension MemberStatus {
    /// Apache's letters, in either case.
    fileprivate init(letters: String) {
        let flags: [Character: MemberStatus] = [
            "d": .disabled, "s": .stopped, "i": .ignoreErrors, "r": .hotSpare, "h": .hotStandby, "e": .error,
            "n": .draining,
        ]
        self = letters.lowercased().reduce(into: []) { $0.insert(flags[$1] ?? []) }
    }
}

/// The name of a member: a to z, then m26 and so on.
func name(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))) : "m\(index)"
}

/// A key of which the tests know no more than its number.
func key(_ number: Int) -> UInt64 {
    var hash = StableHash()
    for byte in "key \(number)".utf8 { hash.add(byte) }
    return hash.value
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

extension Chooser {
    /// Chooses for the only worker, where no method draws lots unless it is told which.
    func choose(
        _ preferences: MemberPreferences = MemberPreferences(), key: UInt64? = nil,
        excluding tried: MemberSet = MemberSet(), staysWithSession: Bool = false,
        awaitsSessionMember: Bool = false, now: Int64, random: () -> UInt64 = { 0 }
    ) -> Choice? {
        choose(
            preferences, key: key, excluding: tried, staysWithSession: staysWithSession,
            awaitsSessionMember: awaitsSessionMember, worker: 0, now: now, random: random)
    }

    /// Chooses among members in error for the only worker.
    func chooseInError(
        _ preferences: MemberPreferences = MemberPreferences(), excluding tried: MemberSet = MemberSet(), now: Int64,
        random: () -> UInt64
    ) -> Choice? {
        chooseInError(preferences, key: nil, excluding: tried, worker: 0, now: now, random: random)
    }

    /// Names of the members that `count` requests without a session are given to.
    func elect(_ count: Int, now: Int64 = 0) -> String {
        (0..<count).map { _ in choose(now: now).map { name(of: $0.member) } ?? "-" }.joined(separator: " ")
    }

    /// Chooses by a key, and lets go of the member at once; a dash where there is none.
    func owner(of number: Int, excluding tried: MemberSet = MemberSet()) -> String {
        guard let choice = choose(key: key(number), excluding: tried, now: 0) else { return "-" }
        members[choice.member].state.release(sentBytes: 0, receivedBytes: 0)
        return name(of: choice.member)
    }

    /// The name of a member.
    func name(of member: Int) -> String {
        members[member].name
    }
}

extension MemberState {
    /// Ends an exchange of the only worker.
    func release(sentBytes: UInt64, receivedBytes: UInt64) {
        release(sentBytes: sentBytes, receivedBytes: receivedBytes, worker: 0)
    }

    /// Counts an answer to the only worker.
    func countAnswer(_ status: Int, isTrial: Bool, now: Int64) {
        countAnswer(status, isTrial: isTrial, worker: 0, now: now)
    }
}

extension Member {
    /// Puts the member in error.
    @discardableResult
    func fail(now: Int64) -> Bool { fail(evidence: "it was told to", now: now) }

    /// Drains the member as an operator.
    ///
    /// - Returns: whether it was not.
    @discardableResult
    func beginDrain(now: Int64) -> Bool {
        let wasDrained = state.isDrained
        begin(.operatorDrain, evidence: "it was told to", now: now)
        return !wasDrained
    }

    /// Ends that.
    ///
    /// - Returns: whether it was.
    @discardableResult
    func endDrain() -> Bool {
        let wasDrained = state.isDrained
        end(.operatorDrain, evidence: "it was told to", now: 0)
        return wasDrained
    }
}

extension MemberState {
    /// Takes the member out of error.
    func recover() { recover(evidence: "it was told to", now: 0) }
}
