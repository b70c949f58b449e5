import Limiting
import Model
import Reactor

/// How many connections an address may have open at a listener, and begin there in a time. Immutable but for its
/// counts; shared by all workers.
struct ConnectionGate: Sendable {
    /// What becomes of a connection.
    enum Verdict {
        /// It may go on; what is given back when it is closed, where those that are open are counted.
        case goesOn(Counted?)
        /// The address has as many open as it may.
        case hasOpen(most: Int)
        /// It has begun as many lately as it may.
        case hasBegun(Rate)
    }

    private let open: (most: Int, table: CountTable)?
    private let begun: AddressRate?
    private let secrets: Limiters.Secrets

    /// - Parameter book: has the counts.
    /// - Returns: `nil`: an address may have any number of them.
    init?(_ listener: ListenerConfiguration, _ book: inout LimiterBook) {
        let place = "listener \(listener.address)"
        open = listener.connectionsPerAddress.map { ($0, book.count(at: place)) }
        begun = listener.connectionRate.map { AddressRate($0, at: place + " connections", &book) }
        secrets = book.secrets
        guard open != nil || begun != nil else { return nil }
    }

    /// Counts a connection.
    ///
    /// - Parameters:
    ///   - address: 128 bits, IPv4 mapped.
    ///   - now: nanoseconds of the monotonic clock.
    func enter(_ address: UInt128, now: Int) -> Verdict {
        let hash = secrets.hash(of: address)
        if let begun, !begun.take(hash, now: now) { return .hasBegun(begun.rate) }
        guard let open else { return .goesOn(nil) }
        guard open.table.enter(hash, most: open.most) else { return .hasOpen(most: open.most) }
        return .goesOn(Counted(table: open.table, hash: hash))
    }
}
