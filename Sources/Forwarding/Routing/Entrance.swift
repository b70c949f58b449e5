import Model

/// What is served to the clients of a listener. Immutable; shared by all workers.
package final class Entrance: Sendable {
    /// The listener's address as it is declared; `nil`: a listener that is no more.
    let address: ListenAddress?
    /// Who answers for a host and a path.
    let sites: SiteTable
    /// Where its clients are sent; `nil`: they are served.
    let redirect: SecureRedirect?
    /// Who names its clients by the PROXY protocol; `nil`: nobody.
    let introducers: Introducers?

    init(
        address: ListenAddress?, sites: SiteTable, redirect: SecureRedirect? = nil, introducers: Introducers? = nil
    ) {
        self.address = address
        self.sites = sites
        self.redirect = redirect
        self.introducers = introducers
    }
}
