import Bytes

/// The cookie of `mode: insert`: its value is the member's declared name, with marks of time behind it where the cookie
/// has limits.
///
/// What others have set under its name counts as well: `.route`, which Apache is taught to set by hand (`Header add
/// Set-Cookie "ROUTEID=.%{BALANCER_WORKER_ROUTE}e"`), and HAProxy's dates behind the name (`name|date|date`).
public struct InsertedCookie: Sendable {
    /// The cookie's name.
    public let name: [UInt8]
    private let members: MemberRoutes
    private let routes: RouteTable
    private let values: [[UInt8]]

    /// Makes the cookie of a balancer.
    ///
    /// - Parameters:
    ///   - name: the cookie's name.
    ///   - members: the members' declared names, `[A-Za-z0-9_.-]+`, in the order of their indices.
    ///   - formerNames: what they were called; `nil`: the same.
    ///   - routes: their routes, likewise; an empty one is never found.
    public init(name: String, members: [String], formerNames: [String?] = [], routes: [String] = []) {
        self.name = Array(name.utf8)
        self.routes = RouteTable(routes)
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
        if found == nil, let member = memberNamedByOthers(value, in: bytes) {
            return (member, false, value.upperBound..<value.upperBound)
        }
        return (found?.member, found?.isFormer ?? false, end..<value.upperBound)
    }

    /// The member that a value names which Apache or HAProxy has set.
    private func memberNamedByOthers(_ value: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        guard let first = value.first else { return nil }
        switch bytes[first] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            let text = bytes.extracting(value)
            guard let length = text.firstOffset(of: UInt8(ascii: "|")) else { return nil }
            return members.member(for: text.extracting(0..<length))?.member
        default:
            // A separator, whichever it is there.
            return routes.member(for: bytes.extracting(first + 1..<value.upperBound))
        }
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
