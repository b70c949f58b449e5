import Balancing
import HTTP
import Model
import Reactor

/// What the access log says of the exchange once it is over.
extension Exchange {
    /// Writes the line, if it is not left out.
    ///
    /// - Parameter own: what the client is answered now.
    func logEnd(_ own: (answer: OwnAnswer, code: StaticString)?, of peer: ClientPeer, _ plan: LogPlan) {
        let (record, ended) = (record, bench.clock.now)
        guard !plan.leavesOut(record, nanoseconds: ended - record.began, random: bench.random) else { return }
        let line = AccessLogLine(
            plan: plan, record: record, note: facts.note, ruling: ruling, peer: peer, origin: facts.origin,
            decision: decision(asked: []), memberAddress: memberAddress, tries: course.tries, sizes: sizes(own, plan),
            ended: ended, wall: Clock.wallNanoseconds(), times: bench.journal.times)
        bench.journal.write(line)
    }

    private func sizes(_ own: (answer: OwnAnswer, code: StaticString)?, _ plan: LogPlan) -> MessageSizes {
        guard plan.needs.contains(.sizes), let client else { return MessageSizes() }
        let contents = MessageSizes(request: record.requestBytes, answer: record.contentBytes)
        return client.sizes(contents: contents, own: own)
    }

    /// Where the member is that has had the request last.
    private var memberAddress: [UInt8] {
        guard record.addressIndex >= 0, let balancer, let choice = record.choice else { return [] }
        let names = balancer.addressNames[choice.member]
        return names.indices.contains(record.addressIndex) ? names[record.addressIndex] : []
    }
}
