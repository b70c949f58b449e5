import Bytes
import HTTP

/// Finds which of many declared paths a request's path is, or is below, without comparing it with the others.
///
/// A path is read once in its normal form (``PathReader``); at each border of a segment its hash so far says which
/// declared path may end there. Only what an operator declared is in the table, which is at most half full, so a client
/// cannot make its chains long. Of few paths each is compared. Immutable; looking up allocates nothing.
package struct PathIndex: Sendable {
    /// As many as are compared one by one sooner than a path is hashed.
    package static let listedMax = 8

    private let paths: [[UInt8]]
    /// Which comes before which where several match: of two equal ones the first.
    private let order: [Int]
    /// The index of a path plus one, or 0 for a free slot; empty where all are compared.
    private let slots: [UInt32]
    private let longestBytes: Int

    /// Makes an index in which each path leads to its position.
    ///
    /// - Parameter paths: as a configuration declares them: in normal form, without a slash at their end unless it is
    ///   `/`. Of equal ones the first counts.
    package init(_ paths: [[UInt8]]) {
        self.paths = paths
        order = paths.indices.sorted { one, other in
            paths[one].count != paths[other].count ? paths[one].count > paths[other].count : one < other
        }
        longestBytes = paths.map(\.count).max() ?? 0
        guard paths.count > Self.listedMax else {
            slots = []
            return
        }
        var capacity = 2
        while capacity < paths.count * 2 { capacity *= 2 }
        var slots = [UInt32](repeating: 0, count: capacity)
        for index in paths.indices {
            var hash = PathHash()
            for byte in paths[index] { hash.add(byte) }
            var slot = hash.slot(of: capacity)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt32(index + 1)
        }
        self.slots = slots
    }

    /// The longest path that a target's is, or is below.
    ///
    /// - Parameters:
    ///   - path: a target's path; an empty one is as `/`.
    ///   - isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
    ///   - compared: counts declared paths that it was compared with.
    package func longest(_ path: Span<UInt8>, isPlain: Bool, compared: inout Int) -> Int? {
        guard !slots.isEmpty else {
            for index in order {
                compared += 1
                if SiteTable.matches(path, paths[index], isPlain: isPlain) { return index }
            }
            return nil
        }
        var found = root(&compared)
        guard !path.isEmpty else { return found }
        var (hash, count) = (PathHash(), 0)
        var reader = PathReader(path)
        while count <= longestBytes {
            let byte = isPlain ? (count < path.count ? path[count] : nil) : reader.next()
            if count > 1, byte == nil || byte == UInt8(ascii: "/"),
                let longer = declared(count, hash, &compared, { SiteTable.matches(path, $0, isPlain: isPlain) })
            {
                found = longer
            }
            guard let byte else { break }
            hash.add(byte)
            count += 1
        }
        return found
    }

    /// The path that a target's is.
    ///
    /// - Parameters:
    ///   - path: a target's path; an empty one is as `/`.
    ///   - isPlain: whether all read it alike; see ``PathTree/isPlain(_:)``.
    ///   - compared: counts declared paths that it was compared with.
    package func exact(_ path: Span<UInt8>, isPlain: Bool, compared: inout Int) -> Int? {
        guard !slots.isEmpty else {
            for index in paths.indices {
                compared += 1
                if Self.equals(path, paths[index], isPlain: isPlain) { return index }
            }
            return nil
        }
        guard !path.isEmpty else { return root(&compared) }
        var (hash, count) = (PathHash(), 0)
        var reader = PathReader(path)
        while let byte = isPlain ? (count < path.count ? path[count] : nil) : reader.next() {
            hash.add(byte)
            count += 1
            guard count <= longestBytes else { return nil }
        }
        return declared(count, hash, &compared) { Self.equals(path, $0, isPlain: isPlain) }
    }

    private func root(_ compared: inout Int) -> Int? {
        var hash = PathHash()
        hash.add(UInt8(ascii: "/"))
        return declared(1, hash, &compared) { _ in true }
    }

    /// The declared path of so many bytes that has a hash and is the one.
    private func declared(
        _ count: Int, _ hash: PathHash, _ compared: inout Int, _ isIt: ([UInt8]) -> Bool
    ) -> Int? {
        var slot = hash.slot(of: slots.count)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if paths[index].count == count {
                compared += 1
                if isIt(paths[index]) { return index }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private static func equals(_ path: Span<UInt8>, _ declared: [UInt8], isPlain: Bool) -> Bool {
        if path.isEmpty { return declared.count == 1 }
        return isPlain ? path.equals(declared.span) : PathReader.path(path, equals: declared.span)
    }
}

/// The FNV-1a hash of 32 bits, byte by byte.
struct PathHash {
    private var value: UInt32 = 0x811c_9dc5

    mutating func add(_ byte: UInt8) {
        value = (value ^ UInt32(byte)) &* 0x0100_0193
    }

    /// The slot of a table.
    ///
    /// - Parameter capacity: a power of two.
    func slot(of capacity: Int) -> Int { Int(value) & (capacity - 1) }
}
