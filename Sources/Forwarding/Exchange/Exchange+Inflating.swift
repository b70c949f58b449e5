import Bytes
import HTTP

/// A request's gzip content on its way to a member that asks for it inflated.
extension Exchange {
    /// Makes ready to inflate the request's content, if it is to be inflated.
    func beginInflating(_ head: borrowing RequestHead, source: Span<UInt8>, farm: Farm, limits: Limits) {
        guard farm.configuration.inflatesRequests, head.hasInflatableContent(in: source) else { return }
        let inflation = worker.takeInflation()
        inflation.begin(
            slab: worker.buffers.small(), contentBytesMax: contentBytesMax, expansionMax: limits.requestExpansionMax)
        self.inflation = inflation
        isRequestChunked = true
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
                refuse(refusal(of: error))
                return offset
            }
        }
        // The member's end may have been found meanwhile, and the exchange be over.
        guard self.inflation === inflation else { return offset }
        isClientPaused = true
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
            guard self.inflation === inflation else { return false }
            slab.consume(taken)
            if taken == 0 { return false }
        }
        return true
    }

    private func refusal(of failure: Inflation.Failure) -> Refusal {
        switch failure {
        case .broken: .contentCodingBroken
        case .tooLarge: .contentTooLarge(limit: contentBytesMax)
        case .expandsTooMuch: .contentExpands(limit: worker.edge.configuration.limits.requestExpansionMax)
        }
    }
}
