/// A set of IP addresses, such as those that may see a place. Immutable; looking an address up is a binary search that
/// allocates nothing, of 17 steps among ``Limits/addressRangesMax`` ranges.
public struct AddressSet: Sendable, Hashable {
    /// Where the set begins and where it has ended, by turns and ascending: an address lies in it where the number of
    /// bounds that are not above it is odd. Equal sets have equal bounds, however they were declared.
    private let bounds: [UInt128]

    /// The empty set.
    public static let none = AddressSet([])
    /// Every address of IPv4 and IPv6.
    public static let all = AddressSet([
        AddressRange(0, prefixLength: 0), AddressRange(IPAddress.mapped, prefixLength: 96),
    ])

    /// Makes the set of all addresses in some ranges.
    ///
    /// - Parameter ranges: in any order; they may overlap. Who reads them bounds them by ``Limits/addressRangesMax``,
    ///   which take 3.2 MB.
    public init(_ ranges: some Sequence<AddressRange>) {
        var merged: [ClosedRange<UInt128>] = []
        for range in ranges.flatMap(\.numbers).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // What begins at the end of another one, or one behind it, goes on with it.
            if let last = merged.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        bounds = merged.flatMap { range in
            range.upperBound == .max ? [range.lowerBound] : [range.lowerBound, range.upperBound + 1]
        }
    }

    /// Whether no address is in it.
    public var isEmpty: Bool { bounds.isEmpty }

    /// How many ranges are left of what it was made of, merged; those of IPv4 and IPv6 are numbers of one line, on
    /// which they may meet.
    public var rangeCount: Int { (bounds.count + 1) / 2 }

    /// Tells whether an address is in it.
    ///
    /// - Parameter address: 128 bits, IPv4 mapped.
    public func contains(_ address: UInt128) -> Bool {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] <= address { low = middle + 1 } else { high = middle }
        }
        return low & 1 == 1
    }

    /// Tells whether an address is in it.
    public func contains(_ address: IPAddress) -> Bool {
        contains(address.bits)
    }
}
