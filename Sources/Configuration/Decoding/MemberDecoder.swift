import Forwarding

/// Decodes members.
enum MemberDecoder {
    private static let countMax = BalancerConfiguration.membersMax

    /// Decodes the members of a balancer and refuses doubled routes.
    static func decode(_ slot: Slot?, from folder: BaseFolder) -> [MemberConfiguration] {
        guard let slot, let entries = slot.named() else { return [] }
        if entries.count > countMax {
            slot.complain("expected at most \(countMax) members, found \(entries.count)", cure: "split the balancer")
        }
        var members: [MemberConfiguration] = []
        var owners: [String: (name: String, origin: Origin)] = [:]
        for entry in entries {
            let name = entry.parsedName(Words.name)
            guard let section = entry.slot.section() else { continue }
            let declaredRoute = section["route"]?.parsed(Words.name)
            if let route = declaredRoute ?? (section["route"] == nil ? name : nil) {
                if let owner = owners[route] {
                    let message = "the route \(route.quoted) is that of member \(owner.name) at \(owner.origin) already"
                    if let slot = section["route"] { slot.complain(message) } else { entry.complain(message) }
                } else {
                    owners[route] = (entry.name, entry.nameOrigin)
                }
            }
            let url = section["url"]?.parsed { text throws(GrammarError) in try MemberURL.parse(text, from: folder) }
            let factor = section.value("load-factor")
            let retry = section.value("retry")
            let idle = section.value("ttl")
            guard let name, let url else { continue }
            members.append(
                MemberConfiguration(
                    name: name, route: declaredRoute, address: url.address, speaks: url.speaks,
                    loadFactorHundredths: factor, retryMilliseconds: retry, idleMilliseconds: idle))
        }
        return members
    }
}
