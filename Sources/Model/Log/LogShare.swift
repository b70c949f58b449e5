/// A share of all lines, or of all requests, in steps of a hundredth of a percent.
public struct LogShare: Sendable, Hashable {
    /// What ``parts`` is of.
    public static let whole = 10_000
    /// All of them.
    public static let all = LogShare(parts: whole)

    /// Ten-thousandths, `1 ... 10,000`.
    public let parts: Int

    /// Makes a share.
    public init(parts: Int) {
        precondition((1...Self.whole).contains(parts), "a share is more than nothing, and not more than all")
        self.parts = parts
    }
}

extension LogShare: LosslessStringConvertible {
    /// Reads `10%` or `0.25%`.
    public init?(_ description: String) {
        guard description.hasSuffix("%") else { return nil }
        let pieces = description.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        let isNumber = pieces.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
        guard isNumber, (1...2).contains(pieces.count), pieces[0].count <= 3, let percent = Int(pieces[0]) else {
            return nil
        }
        var hundredths = 0
        if pieces.count == 2 {
            guard pieces[1].count <= 2, let digits = Int(pieces[1]) else { return nil }
            hundredths = pieces[1].count == 1 ? digits * 10 : digits
        }
        let parts = percent * 100 + hundredths
        guard (1...Self.whole).contains(parts) else { return nil }
        self.init(parts: parts)
    }

    /// As it is written in a configuration.
    public var description: String {
        let hundredths = parts % 100
        guard hundredths > 0 else { return "\(parts / 100)%" }
        let digits = hundredths < 10 ? "0\(hundredths)" : hundredths % 10 == 0 ? "\(hundredths / 10)" : "\(hundredths)"
        return "\(parts / 100).\(digits)%"
    }
}
