import BasicContainers

/// Which members' loads are to be looked at again before an election: those that workers have changed since the last
/// one, as they note themselves (``LoadChanges``), or all where too many were.
///
/// What this worker has done is seen for certain, what another one does at this moment perhaps the next time. Nothing
/// is allocated.
struct ObservedLoads: ~Copyable, Sendable {
    private let changes: StateChanges
    /// Not a usual array, out of which a state would be retained: all workers would write its count of references.
    private let states: RigidArray<MemberState>
    private let censuses: RigidArray<SessionCensus?>
    /// By the number of a state, the member's index; -1: it is none of this balancer's.
    private let indices: [Int16]
    /// By worker, how much was read, and, if sessions or heartbeats matter, of what is reported of these.
    private var read: RigidArray<UInt64>
    /// Whose changes are being read.
    private var source = 0
    /// The next one of all; `nil`: what has changed is enough.
    private var next: Int? = 0

    /// - Parameters:
    ///   - members: all of the balancer, by index.
    ///   - hearsReports: whether sessions or heartbeats matter.
    init(_ members: [Member], _ changes: StateChanges, hearsReports: Bool) {
        self.changes = changes
        let states = members.map(\.state)
        censuses = RigidArray(capacity: members.count, copying: members.map(\.sessions))
        self.states = RigidArray(capacity: states.count, copying: states)
        var indices = [Int16](repeating: -1, count: (states.map(\.number).max() ?? -1) + 1)
        for (index, state) in states.enumerated() { indices[state.number] = Int16(index) }
        self.indices = indices
        read = RigidArray(repeating: 0, count: changes.workers + (hearsReports ? 1 : 0))
        readAll()
    }

    private init(copying other: borrowing ObservedLoads) {
        (changes, indices) = (other.changes, other.indices)
        states = other.states.clone()
        censuses = other.censuses.clone()
        read = other.read.clone()
        (source, next) = (other.source, other.next)
    }

    /// The same once more.
    func duplicate() -> ObservedLoads { ObservedLoads(copying: self) }

    /// The next member to look at; `nil`: that was the last one for now.
    mutating func nextChanged() -> Int? {
        if let member = next, member < states.count {
            next = member + 1
            return member
        }
        next = nil
        while source < read.count {
            let place = read[source]
            guard end(of: source) > place else {
                source += 1
                continue
            }
            switch number(at: place, of: source) {
            case .known(let number):
                read[source] = place + 1
                if number < indices.count, indices[number] >= 0 { return Int(indices[number]) }
            case .overwritten:
                readAll()
                return nextChanged()
            case .unwritten: source += 1
            }
        }
        source = 0
        return nil
    }

    private func end(of source: Int) -> UInt64 {
        source < changes.workers ? changes.loads[source].end : changes.reports.end
    }

    private func number(at place: UInt64, of source: Int) -> ChangedNumber {
        source < changes.workers ? changes.loads[source].number(at: place) : changes.reports.number(at: place)
    }

    /// What a member has under way.
    func busyness(of member: Int) -> Int { states[member].inFlightCount }

    /// What was sent to a member and came from it.
    func traffic(of member: Int) -> (sent: UInt64, received: UInt64) {
        (states[member].sentBytes, states[member].receivedBytes)
    }

    /// How many sessions a member has; 0 where they are not counted.
    func sessions(of member: Int, now: Int64) -> Int64 { Int64(censuses[member]?.count(now: now) ?? 0) }

    /// How a member's heart beats.
    func readyPlaces(of member: Int, now: Int64) -> (places: UInt64, until: Int64) {
        states[member].heartbeat.readyPlaces(now: now)
    }

    /// Lets all be looked at.
    mutating func readAll() {
        for source in 0..<read.count { read[source] = end(of: source) }
        (source, next) = (0, 0)
    }
}
