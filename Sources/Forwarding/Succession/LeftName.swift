import Reactor

/// What a member's name was answered last, for the process that takes this one's place: name servers may be silent just
/// then. What an answer has left out, and is held still, is not in it.
package struct LeftName: Codable, Sendable {
    /// A place of a service.
    struct Place: Codable {
        /// The host that has it.
        let target: String
        let port: UInt16
        let priority: UInt16
        let weight: UInt16
        /// In digits.
        let addresses: [String]
    }

    private let host: String
    private let port: UInt16
    /// Whether it is a service's name, and no host's.
    private let isService: Bool
    /// A host's, in digits.
    private let addresses: [String]
    /// A service's.
    private let places: [Place]
    /// When it was answered, in milliseconds of the monotonic clock, which is one for all processes.
    let readMillis: Int64?

    /// - Parameter known: what is known of the name; `nil` makes none.
    init?(_ name: NameLookup.Name, _ known: Published<NameRecords, SocketAddress.ResolutionError>) {
        guard let records = known.value else { return nil }
        (host, port, isService) = (name.host, name.port, name.kind == .services)
        addresses = records.addresses.map(\.host)
        places = records.services.map { service in
            Place(
                target: service.target, port: service.port, priority: service.priority, weight: service.weight,
                addresses: service.addresses.map(\.host))
        }
        readMillis = known.readMillis
    }

    /// Whose it is.
    var name: NameLookup.Name {
        isService ? NameLookup.Name(service: host) : NameLookup.Name(host: host, port: port)
    }

    /// What was answered, as far as it can be read.
    var finding: NameLookup.Finding {
        func read(_ addresses: [String], _ port: UInt16) -> [SocketAddress] {
            addresses.compactMap { SocketAddress(host: $0, port: port) }
        }
        guard isService else { return NameLookup.Finding(addresses: read(addresses, port)) }
        return NameLookup.Finding(
            services: places.map { place in
                NameLookup.Finding.Service(
                    target: place.target, port: place.port, priority: place.priority, weight: place.weight,
                    addresses: read(place.addresses, place.port))
            })
    }
}
