import Balancing
import Bytes
import HTTP
import Reactor

extension Exchange {
    /// Takes what the member says in the answer of how it is, which is not for clients.
    ///
    /// - Parameter head: final; its offsets point into `source`.
    func hearHeartbeat(_ head: borrowing ResponseHead, source: Span<UInt8>) {
        guard let name = farm?.heartbeatField, !name.isEmpty else { return }
        let nothing: [UInt8] = []
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard source.extracting(field.name).equalsIgnoringCase(name.span) else { continue }
            if let message = HeartbeatMessage(source.extracting(field.value)) {
                member?.state.heartbeat.take(message, now: Int64(worker.loop.nowMillis))
            }
            splice(field.value, with: nothing.span)
        }
    }
}
