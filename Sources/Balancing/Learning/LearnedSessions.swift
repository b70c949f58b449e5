/// Which member has a session, as was learned from the members' answers.
///
/// What a balancer sees of a ``LearnedTable``, which outlives reloads: members have numbers there that are never used
/// again, so the balancers before and after a reload can read and write it at once. A place with a number that no
/// member has any more is free.
public struct LearnedSessions: Sendable {
    private let table: LearnedTable
    private let idleTicks: Int32
    /// The members' numbers, from 1 on.
    private let numbers: [String: UInt16]
    /// By a number, the index of the member that has it, or -1; nobody has 0.
    private let members: [Int32]
    /// By a member's index, its number.
    private let owners: [UInt16]

    private static let tickMilliseconds: Int64 = 250

    /// Makes a table, or goes on with one.
    ///
    /// - Parameters:
    ///   - names: the members' names by their indices.
    ///   - formerNames: what they were called before a reload; `nil`: the same.
    ///   - capacity: sessions that are kept for certain, `Limits.learnedSessions`.
    ///   - idleMilliseconds: how long a session is kept without being seen, `Limits.idleMilliseconds`.
    ///   - predecessor: those of this balancer before a reload.
    ///   - now: milliseconds of the monotonic clock.
    public init(
        names: [String], formerNames: [String?], capacity: Int, idleMilliseconds: Int64,
        replacing predecessor: LearnedSessions? = nil, now: Int64 = 0
    ) {
        precondition(Limits.learnedSessions.contains(capacity), "a table of no such size")
        idleTicks = Int32(idleMilliseconds / Self.tickMilliseconds)
        var members = predecessor.map { [Int32](repeating: -1, count: $0.members.count) } ?? [-1]
        // Numbers are not used again, so they come to an end some time, and all begins anew.
        let isFull = members.count + names.count > Int(UInt16.max)
        if isFull { members = [-1] }
        let known = isFull ? [:] : predecessor?.numbers ?? [:]
        var numbers: [String: UInt16] = [:]
        for (index, name) in names.enumerated() {
            let number = known[name] ?? formerNames[index].flatMap { known[$0] } ?? UInt16(members.count)
            if Int(number) == members.count { members.append(-1) }
            members[Int(number)] = Int32(index)
            numbers[name] = number
        }
        self.numbers = numbers
        self.members = members
        owners = names.map { numbers[$0] ?? 0 }
        guard let predecessor, !isFull, predecessor.table.capacity != capacity else {
            table = isFull ? LearnedTable(capacity: capacity) : predecessor?.table ?? LearnedTable(capacity: capacity)
            return
        }
        table = LearnedTable(capacity: capacity)
        let taken = predecessor.table.taken()
        // Whoever has not come back must find those there who have.
        for entry in taken.filter(\.hasReturned) + taken.filter({ !$0.hasReturned }) {
            guard let member = member(of: entry, now: Self.tick(now)) else { continue }
            learn(entry.session, member: member, tick: entry.seen, hasReturned: entry.hasReturned)
        }
    }

    /// The member that has a session, and is seen to have it now; `nil` where nobody is known to.
    ///
    /// - Parameters:
    ///   - session: the keyed hash of its identifier.
    ///   - now: milliseconds of the monotonic clock.
    ///   - isRehearsal: whether it is not seen, as somebody only asks.
    public func member(of session: UInt64, now: Int64, isRehearsal: Bool = false) -> Int? {
        let tick = Self.tick(now)
        return table.with(session) { entries, first, second in
            guard let place = Self.find(session, in: entries, first, second) else { return nil }
            let entry = entries[place]
            guard let member = member(of: entry, now: tick) else {
                if isFree(entry, now: tick) { entries[place].owner = 0 }
                return nil
            }
            if !isRehearsal {
                entries[place].seen = tick
                entries[place].hasReturned = true
            }
            return member
        }
    }

    /// Learns whose a session is, new or known.
    ///
    /// - Parameters:
    ///   - session: the keyed hash of its identifier.
    ///   - member: the member's index.
    ///   - now: milliseconds of the monotonic clock.
    public func learn(_ session: UInt64, member: Int, now: Int64) {
        learn(session, member: member, tick: Self.tick(now))
    }

    /// Forgets a session that has ended.
    public func forget(_ session: UInt64) {
        table.with(session) { entries, first, second in
            if let place = Self.find(session, in: entries, first, second) { entries[place].owner = 0 }
        }
    }

    /// What is left to another process: the sessions that its members have.
    ///
    /// - Parameters:
    ///   - countMax: how many at most; those that were seen last.
    ///   - now: milliseconds of the monotonic clock.
    public func legacy(countMax: Int, now: Int64) -> LearnedLegacy {
        let tick = Self.tick(now)
        var kept = table.taken().compactMap { entry in
            member(of: entry, now: tick).map { member in
                LearnedLegacy.Entry(
                    session: entry.session, seen: entry.seen, member: UInt16(member), hasReturned: entry.hasReturned)
            }
        }
        if kept.count > countMax {
            kept.sort { Int32(bitPattern: tick &- $0.seen) < Int32(bitPattern: tick &- $1.seen) }
            kept.removeLast(kept.count - countMax)
        }
        let names = numbers.keys.sorted { members[Int(numbers[$0] ?? 0)] < members[Int(numbers[$1] ?? 0)] }
        return LearnedLegacy(members: names, kept)
    }

    /// Learns what another process has left, of those members that are declared still.
    ///
    /// - Parameters:
    ///   - names: the members' names by their indices.
    ///   - formerNames: what they were called before; `nil`: the same.
    ///   - now: milliseconds of the monotonic clock.
    public func take(_ legacy: LearnedLegacy, names: [String], formerNames: [String?], now: Int64) {
        let indices = legacy.members.map { name in
            names.firstIndex(of: name) ?? formerNames.firstIndex { $0 == name }
        }
        let tick = Self.tick(now)
        for entry in legacy.entries {
            guard Int(entry.member) < indices.count, let member = indices[Int(entry.member)],
                Int32(bitPattern: tick &- entry.seen) <= idleTicks
            else { continue }
            learn(entry.session, member: member, tick: entry.seen, hasReturned: entry.hasReturned)
        }
    }

    /// Bytes of the table.
    public var bytes: Int { table.bytes }

    private func learn(_ session: UInt64, member: Int, tick: UInt32, hasReturned: Bool = false) {
        let owner = owners[member]
        table.with(session) { entries, first, second in
            let known = Self.find(session, in: entries, first, second)
            let place = known ?? room(in: entries, first, second, now: tick)
            let hasReturned = hasReturned || known != nil && entries[place].hasReturned
            entries[place] = LearnedTable.Entry(
                session: session, seen: tick, owner: owner, hasReturned: hasReturned)
        }
    }

    /// The place for a new session: a free one of the emptier set, or that of who was seen longest ago, of those who
    /// have not come back if there are any.
    private func room(in entries: [LearnedTable.Entry], _ first: Int, _ second: Int, now: UInt32) -> Int {
        var (free, oldest) = ((count: 0, place: -1), (rank: Int64.min, place: first))
        for set in [first, second] {
            var (count, place) = (0, -1)
            for candidate in set..<set + LearnedTable.ways {
                if isFree(entries[candidate], now: now) {
                    count += 1
                    place = candidate
                }
                let age = Int64(Int32(bitPattern: now &- entries[candidate].seen))
                // Above every age of those who have.
                let rank = entries[candidate].hasReturned ? age : age + 1 << 32
                if rank > oldest.rank { oldest = (rank, candidate) }
            }
            if count > free.count { free = (count, place) }
        }
        return free.count > 0 ? free.place : oldest.place
    }

    /// Who has a place's session; `nil` where it is free, too old, or of a member that is no more.
    private func member(of entry: LearnedTable.Entry, now: UInt32) -> Int? {
        guard Int(entry.owner) < members.count, !isOld(entry, now: now) else { return nil }
        let member = members[Int(entry.owner)]
        return member < 0 ? nil : Int(member)
    }

    /// Whether a place may be given to another session. Not where it is of a member that a later reload has added.
    private func isFree(_ entry: LearnedTable.Entry, now: UInt32) -> Bool {
        guard Int(entry.owner) < members.count else { return false }
        return members[Int(entry.owner)] < 0 || isOld(entry, now: now)
    }

    private func isOld(_ entry: LearnedTable.Entry, now: UInt32) -> Bool {
        Int32(bitPattern: now &- entry.seen) > idleTicks
    }

    private static func find(_ session: UInt64, in entries: [LearnedTable.Entry], _ first: Int, _ second: Int) -> Int? {
        for place in first..<first + LearnedTable.ways
        where entries[place].session == session && entries[place].owner != 0 { return place }
        for place in second..<second + LearnedTable.ways
        where entries[place].session == session && entries[place].owner != 0 { return place }
        return nil
    }

    /// Wraps after 34 years; of differences, the sign counts.
    private static func tick(_ now: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: now / tickMilliseconds)
    }
}
