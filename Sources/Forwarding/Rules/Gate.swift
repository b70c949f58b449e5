import Bytes
import HTTP
import Limiting
import Model

/// Who may ask, and how much: what a listener says, or a place with all that it inherits. Immutable but for the tables
/// that it counts in; shared by all workers. Judging allocates nothing where a request goes on; nor does it copy, as
/// this is a class.
final class Gate: Sendable {
    /// Where it is declared.
    enum Level: Sendable {
        /// At a listener, where nobody inside can widen it.
        case listener
        /// At the top, a site or a path.
        case place
    }

    private let level: Level
    private let addresses: AddressGate?
    /// The outermost, which knows those inside it.
    private let rates: RateGate?
    private let exchanges: CountGate?
    private let refusals: RefusalCounts

    /// - Parameters:
    ///   - rates: the outermost first, each with its place.
    ///   - exchanges: how many an address may have under way, and where that is declared.
    ///   - book: knows what stands in files, and what was counted before.
    /// - Returns: `nil` where everybody may ask for whatever he likes.
    init?(
        _ level: Level, _ access: AccessConfiguration, rates: [RateConfiguration],
        exchanges: (most: Int, place: String)? = nil, _ book: inout RuleBook
    ) {
        let addresses = AddressGate(access, book.files.lists)
        guard addresses != nil || !rates.isEmpty || exchanges != nil else { return nil }
        var names: Set<Limiters.RateName> = []
        // What is said twice is counted once.
        let distinct = rates.filter { names.insert(Limiters.RateName($0)).inserted }
        var outermost: RateGate?
        for rate in distinct.reversed() { outermost = RateGate(rate, before: outermost, &book.limiters) }
        self.level = level
        self.addresses = addresses
        self.rates = outermost
        self.exchanges = exchanges.map { CountGate($0.most, at: $0.place, &book.limiters) }
        refusals = book.limiters.refusals
    }

    /// Decides whether a request goes on.
    ///
    /// Who is refused by a rate has paid those before it: the outer ones, which count all that he sends.
    ///
    /// - Parameter ruling: keeps what is counted until the exchange is over.
    /// - Returns: `nil`: it does; else what it is answered.
    func judge(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, in ruling: Ruling
    ) -> OwnAnswer? {
        if let reason = addresses?.reason(against: asker.address(of: peer)) {
            count(.address, in: ruling)
            return OwnAnswer(Refusal(.deniedAddress), rule: key(of: reason))
        }
        if let shortage = rates?.take(head, in: bytes, from: peer, asker, in: ruling) {
            count(.rate, in: ruling)
            return OwnAnswer(
                Refusal(.rateLimit, limit: shortage.burst, retryAfterSeconds: shortage.seconds),
                rule: level == .listener ? "listener rate-limit" : "rate-limit")
        }
        if let most = exchanges?.enter(peer, asker, in: ruling) {
            count(.exchanges, in: ruling)
            return OwnAnswer(Refusal(.exchangesLimit, limit: most), rule: "limits.exchanges-per-address")
        }
        return nil
    }

    private func count(_ cause: RefusalCounts.Cause, in ruling: Ruling) {
        if ruling.rehearsal == nil { refusals.count(cause) }
    }

    private func key(of reason: AddressGate.Reason) -> StaticString {
        switch (level, reason) {
        case (.listener, .deny): "listener deny"
        case (.listener, .allow): "listener allow"
        case (.place, .deny): "deny"
        case (.place, .allow): "allow"
        }
    }
}
