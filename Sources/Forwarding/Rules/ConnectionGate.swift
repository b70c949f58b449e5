import Limiting
import Model
import Reactor

/// How many connections an address may have open at a listener. Immutable but for its counts; shared by all workers.
struct ConnectionGate: Sendable {
    /// Of each address.
    let most: Int
    private let table: CountTable
    private let secrets: Limiters.Secrets

    /// - Parameters:
    ///   - address: the listener's.
    ///   - book: has the counts.
    init(_ most: Int, at address: ListenAddress, _ book: inout LimiterBook) {
        self.most = most
        table = book.count(at: "listener \(address)")
        secrets = book.secrets
    }

    /// Counts a connection.
    ///
    /// - Parameter address: 128 bits, IPv4 mapped.
    /// - Returns: `nil`: there are as many as there may be.
    func enter(_ address: UInt128) -> Counted? {
        let hash = SipHash.hash64(
            address: address, prefixLength: RateGate.networkBits, key: secrets.addresses)
        return table.enter(hash, most: most) ? Counted(table: table, hash: hash) : nil
    }
}
