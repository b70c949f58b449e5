import Limiting
import Reactor

extension SocketAddress {
    /// Tells whether the address lies in a set. A UNIX-domain peer lies in none.
    func isIn(_ addresses: AddressSet) -> Bool {
        guard !addresses.isEmpty, let bits = mappedBits else { return false }
        return addresses.contains(bits)
    }
}
