import Bytes
import HTTP

/// Finds which of many declared ends a path has that all read alike, without comparing it with the others.
///
/// A path's last bytes are hashed from its end on, as far as there is a suffix of such a length. Of few suffixes each
/// is compared. Immutable; looking up allocates nothing.
package struct SuffixIndex: Sendable {
    private let suffixes: [[UInt8]]
    private let ignoresCase: Bool
    /// The index of a suffix plus one, or 0 for a free slot; empty where all are compared.
    private let slots: [UInt32]
    /// Whether there are suffixes of a length.
    private let hasLength: [Bool]

    /// Makes an index in which each suffix leads to its position.
    ///
    /// - Parameters:
    ///   - suffixes: the best ones first; of equal ones the first counts.
    ///   - ignoresCase: whether letters of ASCII are the same in both cases. Suffixes are in lower case then.
    package init(_ suffixes: [[UInt8]], ignoresCase: Bool = false) {
        self.suffixes = suffixes
        self.ignoresCase = ignoresCase
        guard suffixes.count > PathIndex.listedMax else {
            (slots, hasLength) = ([], [])
            return
        }
        var capacity = 2
        while capacity < suffixes.count * 2 { capacity *= 2 }
        var slots = [UInt32](repeating: 0, count: capacity)
        var hasLength = [Bool](repeating: false, count: (suffixes.map(\.count).max() ?? 0) + 1)
        for index in suffixes.indices {
            var hash = PathHash()
            for byte in suffixes[index].reversed() { hash.add(byte) }
            var slot = hash.slot(of: capacity)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt32(index + 1)
            hasLength[suffixes[index].count] = true
        }
        (self.slots, self.hasLength) = (slots, hasLength)
    }

    /// The best suffix of a path.
    ///
    /// - Parameters:
    ///   - path: a target's, that all read alike (``PathTree/isPlain(_:)``).
    ///   - compared: counts suffixes that it was compared with.
    package func best(of path: Span<UInt8>, compared: inout Int) -> Int? {
        guard !slots.isEmpty else {
            for index in suffixes.indices {
                compared += 1
                if has(path, index) { return index }
            }
            return nil
        }
        var best: Int?
        var hash = PathHash()
        for count in 1..<max(1, min(hasLength.count, path.count)) {
            let byte = path[path.count - count]
            hash.add(ignoresCase ? byte.asciiLowercased : byte)
            guard hasLength[count], let found = declared(path, count, hash, &compared) else { continue }
            best = min(best ?? found, found)
        }
        return best
    }

    private func declared(_ path: Span<UInt8>, _ count: Int, _ hash: PathHash, _ compared: inout Int) -> Int? {
        var slot = hash.slot(of: slots.count)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if suffixes[index].count == count {
                compared += 1
                if has(path, index) { return index }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func has(_ path: Span<UInt8>, _ index: Int) -> Bool {
        let suffix = suffixes[index]
        return PathSuffix.ends(path, with: suffix.span, ignoringCase: ignoresCase)
    }
}
