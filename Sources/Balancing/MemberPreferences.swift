/// The members that a request's session asks for, best first.
///
/// A value of fixed size.
public struct MemberPreferences: Sendable {
    /// How many there are, `0 ... Limits.preferencesMax`.
    public private(set) var count = 0
    /// Whether a route was asked for that no member has.
    ///
    /// Said in the reason when there is no other preference.
    public var hasUnknownRoute = false
    /// Why what the request has brought does not count, where it is something else than an unknown route.
    public var fault: ChoiceReason?
    private var members: InlineArray<8, UInt16>

    /// Makes an empty list: a request without a session.
    public init() {
        members = InlineArray(repeating: 0)
    }

    /// Makes a list of one.
    public init(_ member: Int) {
        self.init()
        append(member)
    }

    /// A preferred member's index.
    ///
    /// - Parameter position: `0 ..< count`.
    public subscript(position: Int) -> Int {
        precondition(position < count, "there is no such preference")
        return Int(members[position])
    }

    /// Adds a member after the others; what exceeds `Limits.preferencesMax` is left out.
    ///
    /// - Parameter member: `0 ..< Limits.membersMax`.
    public mutating func append(_ member: Int) {
        guard count < Limits.preferencesMax else { return }
        members[count] = UInt16(member)
        count += 1
    }
}
