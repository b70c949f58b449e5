import Model
import Reactor

/// What a name stands for: what it was answered last, and what an answer before that had and is still held.
package struct NameRecords: Sendable, Equatable {
    /// An address or a service that an answer has left out, and since when, in milliseconds of the monotonic clock.
    package struct Missed<Record: Hashable & Sendable>: Sendable, Hashable {
        let record: Record
        let since: Int64
    }

    /// A host's addresses, in the order in which they were answered first.
    package private(set) var addresses: [SocketAddress] = []
    /// A service's places, in a stated order.
    package private(set) var services: [NameLookup.Finding.Service] = []
    /// Addresses that are answered no more.
    package private(set) var missedAddresses: [Missed<SocketAddress>] = []
    /// Places that are answered no more.
    private(set) var missedServices: [Missed<NameLookup.Finding.Service>] = []

    /// Hosts of a service of which no address was ever told, in a stated order.
    private(set) var lostTargets: [String] = []

    /// Nothing was answered yet.
    package init() {}

    /// Takes an answer.
    ///
    /// The resolver gives addresses in any order, and those of a name with several in another one each time: while they
    /// are the same as before, they stay in their order, so that the pool of connections to them goes on.
    ///
    /// - Parameters:
    ///   - hold: for how many milliseconds what it leaves out is held.
    ///   - now: milliseconds of the monotonic clock.
    package mutating func take(_ finding: NameLookup.Finding, holding hold: Int, at now: Int64) {
        let oldAddresses = addresses
        if Set(finding.addresses) != Set(oldAddresses) { addresses = finding.addresses }
        missedAddresses = Self.missed(
            missedAddresses, old: oldAddresses, new: Set(addresses), hold: hold, now: now, by: { $0 })
        let oldServices = services
        let known = Dictionary(
            (oldServices + missedServices.map(\.record)).map { ($0.key, $0.addresses) }, uniquingKeysWith: { $1 })
        var lost: [String] = []
        services = finding.services.sorted(by: Self.precedes).compactMap { service in
            let old = known[service.key] ?? []
            var service = service
            // The hosts' addresses turn round as well. A host that nobody has told of is where it was.
            if service.addresses.isEmpty || Set(old) == Set(service.addresses) { service.addresses = old }
            guard service.addresses.isEmpty else { return service }
            if lost.last != service.target { lost.append(service.target) }
            return nil
        }
        lostTargets = lost
        missedServices = Self.missed(
            missedServices, old: oldServices, new: Set(services.map(\.key)), hold: hold, now: now, by: \.key)
    }

    /// When the first of what is held is held no longer; `nil`: nothing is.
    ///
    /// - Parameter hold: for how many milliseconds it is.
    func release(after hold: Int) -> Int64? {
        (missedAddresses.map(\.since) + missedServices.map(\.since)).min().map { $0 + Int64(hold) }
    }

    private static func missed<Record, Key: Hashable>(
        _ missed: [Missed<Record>], old: [Record], new: Set<Key>, hold: Int, now: Int64, by key: (Record) -> Key
    ) -> [Missed<Record>] {
        let known = Set(missed.map { key($0.record) })
        let gone = old.filter { !new.contains(key($0)) && !known.contains(key($0)) }
        let held = (missed + gone.map { Missed(record: $0, since: now) }).filter { one in
            !new.contains(key(one.record)) && now - one.since < Int64(hold)
        }
        // More than a balancer has room for are nobody's: of a server that tells of others each time, the last ones.
        return held.suffix(BalancerConfiguration.membersMax)
    }

    private static func precedes(
        _ one: NameLookup.Finding.Service, _ other: NameLookup.Finding.Service
    ) -> Bool {
        (one.target, one.port, one.priority) < (other.target, other.port, other.priority)
    }
}

extension NameLookup.Finding.Service {
    /// What tells a place from others of its service.
    struct Key: Hashable {
        let target: String
        let port: UInt16
    }

    /// What tells it from others.
    var key: Key { Key(target: target, port: port) }
}
