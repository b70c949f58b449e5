import Limiting
import Model

/// Who may ask by address: `allow` and `deny` of one level, with what it inherits. Looking somebody up allocates
/// nothing.
struct AddressGate: Sendable {
    /// Whom a list names.
    private struct Names: Sendable {
        let addresses: AddressSet
        /// Whether it names those who have no address.
        let hasUnix: Bool

        init(_ entries: [AccessEntry], _ lists: [String: [AddressRange]]) {
            let ranges = entries.flatMap { entry -> [AddressRange] in
                switch entry {
                case .range(let range): [range]
                // One that could not be read is no reason to let anybody in: the assembler makes no edge of it.
                case .file(let path): lists[path] ?? []
                case .all, .nobody, .unix: []
                }
            }
            addresses = entries.contains(.all) ? .all : AddressSet(ranges)
            hasUnix = entries.contains(.all) || entries.contains(.unix)
        }

        /// - Parameter address: `nil`: that of the client of a UNIX-domain listener.
        func has(_ address: UInt128?) -> Bool {
            address.map(addresses.contains) ?? hasUnix
        }
    }

    private let allowed: Names?
    private let denied: Names?

    /// - Parameter lists: what stands in files, by their paths.
    /// - Returns: `nil` where everybody may ask.
    init?(_ configuration: AccessConfiguration, _ lists: [String: [AddressRange]]) {
        guard configuration.isGuarded else { return nil }
        allowed = configuration.allowed.map { Names($0, lists) }
        denied = configuration.denied.map { Names($0, lists) }
    }

    /// Why somebody may not ask.
    enum Reason {
        /// He is named by `deny`, or is not by `allow`.
        case deny, allow
    }

    /// Whether somebody may ask.
    ///
    /// - Parameter address: 128 bits, IPv4 mapped; `nil`: the client of a UNIX-domain listener.
    /// - Returns: `nil`: he may.
    func reason(against address: UInt128?) -> Reason? {
        if let denied, denied.has(address) { return .deny }
        if let allowed, !allowed.has(address) { return .allow }
        return nil
    }
}
