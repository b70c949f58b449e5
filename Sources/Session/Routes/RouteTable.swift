import Bytes

/// Declared names, such as the routes of a balancer or the hosts of sites, looked up by bytes.
///
/// An open-addressed hash table that is at most half full, made once. Only what an operator declared is in it, so a
/// client cannot make its chains long, and what is longer than the longest route is refused before it is read.
/// Immutable.
public struct RouteTable: Sendable {
    private let bytes: [UInt8]
    /// Where each route begins in `bytes`, and the end of the last.
    private let starts: [Int]
    /// The index of a route plus one, or 0 for a free slot.
    private let slots: [UInt32]
    private let longest: Int

    /// Makes a table in which each route leads to its position in `routes`.
    ///
    /// - Parameter routes: at most `Limits.namesMax`; of equal ones the first counts, an empty one is never found.
    public init(_ routes: [String]) {
        precondition(routes.count <= Limits.namesMax, "more routes than a table holds")
        var bytes: [UInt8] = []
        var starts = [0]
        for route in routes {
            bytes.append(contentsOf: route.utf8)
            starts.append(bytes.count)
        }
        var capacity = 2
        while capacity < routes.count * 2 { capacity *= 2 }
        var slots = [UInt32](repeating: 0, count: capacity)
        for index in routes.indices where !routes[index].isEmpty {
            var slot = hash(bytes.span.extracting(starts[index]..<starts[index + 1])) & (capacity - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt32(index + 1)
        }
        self.bytes = bytes
        self.starts = starts
        self.slots = slots
        longest = routes.map(\.utf8.count).max() ?? 0
    }

    /// Looks a route up, byte for byte, without allocating.
    ///
    /// - Returns: the index of the member that has it, or `nil`.
    public func member(for route: Span<UInt8>) -> Int? {
        guard !route.isEmpty, route.count <= longest else { return nil }
        var slot = hash(route) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if bytes.span.extracting(starts[index]..<starts[index + 1]).equals(route) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}

/// The FNV-1a hash of 32 bits.
private func hash(_ bytes: Span<UInt8>) -> Int {
    var hash: UInt32 = 0x811c_9dc5
    for offset in bytes.indices {
        hash = (hash ^ UInt32(bytes[offset])) &* 0x0100_0193
    }
    return Int(hash)
}
