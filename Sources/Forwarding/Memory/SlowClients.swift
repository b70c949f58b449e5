import Reactor

/// Finds the clients that hold the most and have taken nothing since the look before.
package struct SlowClients {
    /// A client at a look.
    private struct Sight {
        let registration: Registration
        let output: StuckOutput
    }

    private let countMax: Int
    private var seen: [Sight] = []
    /// What those had taken that held the most at the look before.
    private var former: [Registration: Int] = [:]

    /// - Parameter countMax: how many are remembered from one look to the next.
    package init(countMax: Int) {
        self.countMax = countMax
    }

    /// Notes a client of this look that takes no more for now.
    package mutating func note(_ registration: Registration, _ output: StuckOutput) {
        seen.append(Sight(registration: registration, output: output))
        if seen.count >= 2 * countMax { keepGreatest() }
    }

    /// Ends the look.
    ///
    /// - Returns: those that took nothing since the look before, who holds the most first.
    package mutating func endLook() -> [(registration: Registration, heldBytes: Int)] {
        keepGreatest()
        let stuck = seen.filter { former[$0.registration] == $0.output.movedBytes }
        former = [:]
        for sight in seen { former[sight.registration] = sight.output.movedBytes }
        seen.removeAll(keepingCapacity: true)
        return stuck.map { ($0.registration, $0.output.heldBytes) }
    }

    /// Forgets everything.
    package mutating func forget() {
        seen = []
        former = [:]
    }

    private mutating func keepGreatest() {
        seen.sort { $0.output.heldBytes > $1.output.heldBytes }
        if seen.count > countMax { seen.removeLast(seen.count - countMax) }
    }
}
