import Model

/// What is served to the clients of a listener. Immutable; shared by all workers.
package final class Entrance: Sendable {
    /// What a listener is found again by in another edge.
    package struct Key: Hashable, Sendable {
        /// As it is declared.
        let address: ListenAddress
        /// How many listeners before it have the same: several may ask for any free port.
        let ordinal: Int

        /// A listener's key.
        package init(_ address: ListenAddress, ordinal: Int = 0) {
            self.address = address
            self.ordinal = ordinal
        }
    }

    /// `nil`: a listener that is no more.
    let key: Key?
    /// Who answers for a host and a path.
    let sites: SiteTable
    /// Where its clients are sent; `nil`: they are served.
    let redirect: SecureRedirect?
    /// Who names its clients by the PROXY protocol; `nil`: nobody.
    let introducers: Introducers?
    /// Who may ask here at all, and how much; `nil`: everybody, whatever he likes.
    let gate: Gate?
    /// How many connections an address may have open and begin; `nil`: any number.
    let connections: ConnectionGate?
    /// How many streams of HTTP/2 an address may begin; `nil`: any number.
    let streams: AddressRate?

    init(
        key: Key?, sites: SiteTable, redirect: SecureRedirect? = nil, introducers: Introducers? = nil,
        gate: Gate? = nil, connections: ConnectionGate? = nil, streams: AddressRate? = nil
    ) {
        self.key = key
        self.sites = sites
        self.redirect = redirect
        self.introducers = introducers
        self.gate = gate
        self.connections = connections
        self.streams = streams
    }
}
