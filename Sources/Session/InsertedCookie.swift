import Bytes

/// The cookie of `mode: insert`: its value is the member's declared name, with marks of time behind it where the cookie
/// has limits.
public struct InsertedCookie: Sendable {
    /// The cookie's name.
    public let name: [UInt8]
    private let members: MemberRoutes
    private let values: [[UInt8]]

    /// Makes the cookie of a balancer.
    ///
    /// - Parameters:
    ///   - name: the cookie's name.
    ///   - members: the members' declared names, `[A-Za-z0-9_.-]+`, in the order of their indices.
    ///   - formerNames: what they were called; `nil`: the same.
    public init(name: String, members: [String], formerNames: [String?] = []) {
        self.name = Array(name.utf8)
        self.members = MemberRoutes(members, formerRoutes: formerNames)
        values = members.map { Array($0.utf8) }
    }

    /// The name where none is declared.
    ///
    /// - Parameter balancer: the balancer's declared name.
    public static func name(balancer: String) -> String {
        "MARTLET_" + balancer
    }

    /// Takes a value apart that a client has sent.
    ///
    /// - Returns: the index of the member that it names, `nil` for nobody; whether it was called so before; and where
    ///   the marks lie, which may be empty.
    public func read(
        _ value: Range<Int>, in bytes: Span<UInt8>
    ) -> (member: Int?, isFormer: Bool, marks: Range<Int>) {
        let length = bytes.extracting(value).firstOffset(of: InsertedMarks.separator) ?? value.count
        let end = value.lowerBound + length
        let found = members.member(for: bytes.extracting(value.lowerBound..<end))
        return (found?.member, found?.isFormer ?? false, end..<value.upperBound)
    }

    /// The Set-Cookie field line (RFC 6265, section 4.1) that ties a client to a member.
    ///
    /// - Parameters:
    ///   - member: the member's index; `nil`: the cookie is taken away.
    ///   - marks: where it has limits.
    ///   - attributes: as they stand behind the value.
    public func line(member: Int?, marks: InsertedMarks? = nil, attributes: [UInt8]) -> [UInt8] {
        var line = Array("Set-Cookie: ".utf8) + name + [UInt8(ascii: "=")]
        if let member { line += values[member] + (marks?.text ?? []) }
        line += attributes
        if member == nil { line += Array("; Max-Age=0".utf8) }
        return line + [0x0D, 0x0A]
    }
}
