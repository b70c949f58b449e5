import Bytes
import HTTP
import Model

/// A request's gzip content on its way to a member that asks for it inflated.
extension Exchange {
    /// Makes ready to inflate the request's content, if it is to be inflated.
    func beginInflating(_ head: borrowing RequestHead, source: Span<UInt8>, balancer: Balancer, limits: Limits) {
        guard balancer.configuration.inflatesRequests, head.hasInflatableContent(in: source) else { return }
        let inflation = bench.stores.takeInflation()
        inflation.begin(
            slab: bench.takeSlab(), contentBytesMax: facts.contentBytesMax,
            expansionMax: limits.requestExpansionMax)
        outbound.inflation = inflation
        outbound.isChunked = true
    }

    /// Takes gzip from the client's stream.
    ///
    /// The last byte of it is not said to be taken while what it gave waits in the slab, because the stream would end
    /// the content otherwise and not come back.
    func inflate(_ content: Span<UInt8>, with inflation: Inflation) -> Int {
        guard !content.isEmpty else { return 0 }
        var offset = inflation.holdsByte ? 1 : 0
        inflation.holdsByte = false
        while sendInflated(inflation) {
            if offset == content.count, inflation.isDrained { return offset }
            do throws(Inflation.Failure) {
                let consumed = try inflation.inflate(content.extracting(offset..<content.count))
                offset += consumed
                record.requestBytes += consumed
            } catch {
                refuseLater(refusal(of: error))
                return offset
            }
        }
        outbound.isClientPaused = true
        inflation.holdsByte = offset == content.count
        return inflation.holdsByte ? offset - 1 : offset
    }

    /// Gathers what was inflated behind the request's head.
    ///
    /// - Returns: whether there was room for everything.
    private func sendInflated(_ inflation: Inflation) -> Bool {
        guard let slab = inflation.slab else { return false }
        while !slab.isEmpty {
            let taken = slab.withReadable { gather($0) }
            slab.consume(taken)
            if taken == 0 { return false }
        }
        return true
    }

    private func refusal(of failure: Inflation.Failure) -> Refusal {
        switch failure {
        case .broken: Refusal(.contentCodingBroken)
        case .tooLarge: Refusal(.requestBody, limit: facts.contentBytesMax)
        case .expandsTooMuch: Refusal(.requestExpansion, limit: bench.edge.configuration.limits.requestExpansionMax)
        }
    }
}
