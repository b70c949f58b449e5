import Model
import Reactor

extension SocketAddress {
    /// Tells whether the address lies in one of the ranges. A UNIX-domain peer lies in none.
    func isIn(_ ranges: [AddressRange]) -> Bool {
        guard !ranges.isEmpty, let bits = mappedBits else { return false }
        return ranges.contains { $0.contains(bits) }
    }
}
