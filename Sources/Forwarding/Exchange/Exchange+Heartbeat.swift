import Balancing
import Bytes
import HTTP
import Reactor

extension Exchange {
    /// Takes what the member says in the answer of how it is, which is not for clients.
    ///
    /// - Parameter head: final; its offsets point into `source`.
    func hearHeartbeat(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        var index = heartbeat(in: head, source: source)
        while let found = index {
            let value = head.fields[found].value
            if let message = HeartbeatMessage(source.extracting(value)) {
                member?.state.heartbeat.take(message, now: Int64(bench.clock.nowMillis))
            }
            bench.stores.edits.replace(value, with: Span())
            index = heartbeat(in: head, source: source, from: found + 1)
        }
    }

    /// The index of the first field in which the member says how it is.
    ///
    /// - Parameter first: the index of the first field that is looked at.
    func heartbeat(in head: borrowing ResponseHead, source: Span<UInt8>, from first: Int = 0) -> Int? {
        guard let name = balancer?.heartbeatField else { return nil }
        for index in first..<head.fields.count
        where source.extracting(head.fields[index].name).equalsIgnoringCase(name.span) {
            return index
        }
        return nil
    }
}
