import Balancing
import Model
import Session

/// `mode: sealed`, ready to be used.
final class SealedAffinity: Sendable {
    /// What is declared.
    let configuration: SealedConfiguration
    /// The names of the session's cookie and parameter; empty: not read.
    let cookie: [UInt8]
    let parameter: [UInt8]
    /// Takes values apart.
    let reader: SealedValueReader
    /// The members' routes, with the separator in front.
    let routes: [[UInt8]]
    /// Seconds for which a token holds.
    let life: UInt64
    /// The members' identifiers.
    let identifiers: [UInt64]
    /// The identifiers in ascending order, with their members.
    private let order: [(identifier: UInt64, member: Int)]

    init(_ configuration: SealedConfiguration, of balancer: BalancerConfiguration) {
        self.configuration = configuration
        cookie = Array((configuration.cookie ?? "").utf8)
        parameter = Array((configuration.parameter ?? "").utf8)
        reader = SealedValueReader(separator: configuration.separator, routes: balancer.leadingRoutes)
        routes = balancer.members.map { [configuration.separator] + Array($0.route.utf8) }
        life = UInt64(configuration.life / 1_000)
        identifiers = balancer.members.map { Self.identifier(of: $0.name) }
        // Also by what they were called before a reload.
        let known = balancer.members.enumerated().flatMap { index, member in
            [member.name, member.formerName].compactMap { $0.map { (Self.identifier(of: $0), index) } }
        }
        order = known.sorted { $0 < $1 }
    }

    /// The member with an identifier; `nil`: nobody, or nobody any more.
    func member(_ identifier: UInt64) -> Int? {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle].identifier < identifier { low = middle + 1 } else { high = middle }
        }
        return low < order.count && order[low].identifier == identifier ? order[low].member : nil
    }

    /// A hash of the declared name, and so the same on every node and after every reload; never 0.
    private static func identifier(of name: String) -> UInt64 {
        var hash = StableHash()
        for byte in name.utf8 { hash.add(byte) }
        return max(1, hash.value)
    }
}
