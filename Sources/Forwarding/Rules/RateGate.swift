import Bytes
import HTTP
import Limiting
import Model
import Session

/// How many requests somebody may send in a time. Immutable but for its buckets; shared by all workers. A class, so
/// that asking it copies nothing.
final class RateGate: Sendable {
    /// Who has a bucket of his own.
    private enum Key: Sendable {
        case address
        case cookie([UInt8])
        /// In lower case.
        case field([UInt8])
    }

    /// What somebody has no token of.
    struct Shortage {
        /// How many tokens a full bucket has.
        let burst: Int
        /// Until there is one, rounded up.
        let seconds: Int
    }

    private let buckets: BucketTable
    /// Where it is declared, and how it is written.
    let name: String
    private let key: Key
    private let secrets: Limiters.Secrets
    /// The next one inside; `nil`: none is. A chain and no array, as an element would be retained to be asked: all
    /// workers would write its count of references.
    private let inner: RateGate?

    /// - Parameters:
    ///   - inner: is asked behind it.
    ///   - book: has the buckets.
    init(_ rate: RateConfiguration, before inner: RateGate?, _ book: inout LimiterBook) {
        self.inner = inner
        buckets = book.table(of: rate)
        secrets = book.secrets
        name = "rate-limit \(rate.rate)" + (rate.place.isEmpty ? "" : " of \(rate.place)")
        key =
            switch rate.key {
            case .address: .address
            case .cookie(let name): .cookie(Array(name.utf8))
            case .field(let name): .field(Array(name.utf8))
            }
    }

    /// Takes a token from the bucket of who asks, here and then from those inside.
    ///
    /// - Returns: `nil`: he had one of each; else what the first one says that had none, with nothing taken behind it.
    func take(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker, in ruling: Ruling
    ) -> Shortage? {
        let hash = hash(head, in: bytes, from: peer, asker)
        if let seconds = take(hash, now: Int64(asker.now), in: ruling) {
            return Shortage(burst: buckets.allowance.burst, seconds: seconds)
        }
        return inner?.take(head, in: bytes, from: peer, asker, in: ruling)
    }

    /// - Returns: `nil`: he had one; else the seconds until there is one, rounded up.
    private func take(_ hash: UInt64, now: Int64, in ruling: Ruling) -> Int? {
        let verdict: Verdict
        if let rehearsal = ruling.rehearsal {
            let (foreseen, left) = buckets.peek(hash, now: now)
            rehearsal.limits.append(
                Explanation.Limit(rule: name, left: left, of: buckets.allowance.burst))
            verdict = foreseen
        } else {
            verdict = buckets.take(hash, now: now)
        }
        guard case .refused(let wait) = verdict else { return nil }
        // Beyond a bucket's whole time nothing is said: a burst has a token at least.
        return Int(max(1, (wait - 1) / 1_000_000_000 + 1))
    }

    private func hash(
        _ head: borrowing RequestHead, in bytes: Span<UInt8>, from peer: ClientPeer, _ asker: Asker
    ) -> UInt64 {
        switch key {
        case .address: return asker.hash(of: peer, secrets)
        case .cookie(let name):
            var index = head.fields.index(of: .cookie)
            while let found = index {
                let cookies = bytes.extracting(head.fields[found].value)
                var reader = CookieReader()
                if let value = reader.next(named: name.span, in: cookies), !value.isEmpty {
                    return SipHash.hash64(cookies.extracting(value), key: secrets.values)
                }
                index = head.fields.index(of: .cookie, from: found + 1)
            }
        case .field(let name):
            for index in 0..<head.fields.count
            where bytes.extracting(head.fields[index].name).equalsIgnoringCase(name.span) {
                let value = bytes.extracting(head.fields[index].value)
                if !value.isEmpty { return SipHash.hash64(value, key: secrets.values) }
            }
        }
        return asker.hash(of: peer, secrets)
    }
}
