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
    /// By the number of a state, the member's index; -1: it is none of this balancer's.
    private let indices: [Int16]
    /// By worker, how much was read.
    private var read: RigidArray<UInt64>
    /// Whose changes are being read.
    private var worker = 0
    /// The next one of all; `nil`: what has changed is enough.
    private var next: Int? = 0

    /// - Parameter states: by the members' indices.
    init(_ states: [MemberState], _ changes: StateChanges) {
        self.changes = changes
        self.states = RigidArray(capacity: states.count, copying: states)
        var indices = [Int16](repeating: -1, count: (states.map(\.number).max() ?? -1) + 1)
        for (index, state) in states.enumerated() { indices[state.number] = Int16(index) }
        self.indices = indices
        read = RigidArray(repeating: 0, count: changes.workers)
        readAll()
    }

    private init(copying other: borrowing ObservedLoads) {
        (changes, indices) = (other.changes, other.indices)
        states = other.states.clone()
        read = other.read.clone()
        (worker, next) = (other.worker, other.next)
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
        while worker < changes.workers {
            let place = read[worker]
            guard changes.loads[worker].end > place else {
                worker += 1
                continue
            }
            guard let number = changes.loads[worker].number(at: place) else {
                readAll()
                return nextChanged()
            }
            read[worker] = place + 1
            if number < indices.count, indices[number] >= 0 { return Int(indices[number]) }
        }
        worker = 0
        return nil
    }

    /// What a member has under way.
    func busyness(of member: Int) -> Int { states[member].inFlightCount }

    /// What was sent to a member and came from it.
    func traffic(of member: Int) -> (sent: UInt64, received: UInt64) {
        (states[member].sentBytes, states[member].receivedBytes)
    }

    private mutating func readAll() {
        for worker in 0..<read.count { read[worker] = changes.loads[worker].end }
        (worker, next) = (0, 0)
    }
}
