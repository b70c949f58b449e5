import Limiting
import Model

/// A place that is closed for a while. Immutable; shared by all workers.
final class Maintenance: Sendable {
    /// To whom it stays open.
    private let allowed: AddressSet
    /// 0: clients are told nothing of when to come again.
    private let retryAfterSeconds: Int

    /// - Returns: `nil` where the place is open.
    init?(_ configuration: MaintenanceConfiguration?) {
        guard let configuration, configuration.isOn else { return nil }
        allowed = AddressSet(configuration.allowed)
        retryAfterSeconds = ((configuration.retryAfter ?? 0) + 999) / 1_000
    }

    /// What somebody is answered; `nil`: nothing, it is open to them.
    func answer(to peer: ClientPeer, _ asker: Asker) -> OwnAnswer? {
        let isAllowed = asker.origin == 0 ? peer.address.isIn(allowed) : allowed.contains(asker.origin)
        guard !isAllowed else { return nil }
        return OwnAnswer(Refusal(.maintenance, retryAfterSeconds: retryAfterSeconds), rule: "maintenance")
    }
}
