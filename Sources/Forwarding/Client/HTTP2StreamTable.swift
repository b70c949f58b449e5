/// The open streams of a client's HTTP/2 connection by their numbers, in chains through the streams themselves.
///
/// In place of a `Dictionary`, whose accesses span calls and would be checked for exclusivity at run time, and which
/// takes some 90 instructions to hash a number. Clients' numbers are odd and grow, mostly by two (RFC 9113, section
/// 5.1.1), so their lower bits spread them. Who leaves numbers out to have all of his streams in one chain makes it as
/// long as `limits.http2-streams` at most. Belongs to one worker's thread.
final class HTTP2StreamTable {
    private static let chainCount = 32

    private var chains = InlineArray<32, HTTP2Stream?>(repeating: nil)
    private var count = 0
    /// Bytes of the connection that were received so far.
    var receivedCount = 0

    /// Whether no stream is open.
    var isEmpty: Bool { count == 0 }

    /// Whether so few are open that one may wait until its client has ended it.
    var areFew: Bool { count <= HTTP2Limits.endingStreamsMax }

    /// The stream with a number.
    subscript(number: Int32) -> HTTP2Stream? {
        var stream = chains[Self.chain(of: number)]
        while let known = stream, known.number != number { stream = known.next }
        return stream
    }

    /// All streams, in any order.
    var all: [HTTP2Stream] {
        var all: [HTTP2Stream] = []
        for chain in chains.indices {
            var stream = chains[chain]
            while let known = stream {
                all.append(known)
                stream = known.next
            }
        }
        return all
    }

    /// Puts a stream in whose number no other one has.
    func insert(_ stream: HTTP2Stream) {
        let chain = Self.chain(of: stream.number)
        stream.next = chains[chain].take()
        chains[chain] = stream
        count += 1
    }

    /// Takes a stream out.
    ///
    /// - Returns: the stream; `nil` when it is not there.
    func remove(_ number: Int32) -> HTTP2Stream? {
        let chain = Self.chain(of: number)
        guard var stream = chains[chain] else { return nil }
        if stream.number == number {
            chains[chain] = stream.next.take()
            count -= 1
            return stream
        }
        while let next = stream.next {
            if next.number == number {
                stream.next = next.next.take()
                count -= 1
                return next
            }
            stream = next
        }
        return nil
    }

    /// Takes all streams out.
    func removeAll() -> [HTTP2Stream] {
        var all: [HTTP2Stream] = []
        for chain in chains.indices {
            // Taken out, since a stream that is assigned over is released within the access.
            var stream = chains[chain].take()
            while let known = stream {
                stream = known.next.take()
                all.append(known)
            }
        }
        count = 0
        return all
    }

    private static func chain(of number: Int32) -> Int { Int(number >> 1) & (chainCount - 1) }
}
