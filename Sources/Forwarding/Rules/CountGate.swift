import Limiting

/// How many exchanges an address may have under way. Immutable but for its counts; shared by all workers. A class, so
/// that asking it copies nothing.
final class CountGate: Sendable {
    /// Of each address.
    private let most: Int
    private let table: CountTable
    /// Where it is declared, and how it is written.
    private let name: String
    private let secrets: Limiters.Secrets

    /// - Parameters:
    ///   - place: where it is declared.
    ///   - book: has the counts.
    init(_ most: Int, at place: String, _ book: inout LimiterBook) {
        self.most = most
        table = book.count(at: place)
        secrets = book.secrets
        name = "limits.exchanges-per-address of \(place)"
    }

    /// Counts an exchange until its ruling is reset.
    ///
    /// - Returns: `nil`: there was room; else how many he may have.
    func enter(_ peer: ClientPeer, _ asker: Asker, in ruling: Ruling) -> Int? {
        let hash = asker.hash(of: peer, secrets)
        if let rehearsal = ruling.rehearsal {
            let left = max(0, most - table.count(of: hash))
            rehearsal.limits.append(Explanation.Limit(rule: name, left: left, of: most))
            return left > 0 ? nil : most
        }
        guard table.enter(hash, most: most) else { return most }
        ruling.keep(Counted(table: table, hash: hash))
        return nil
    }
}
