/// A member that was chosen for a request, and why.
public struct Choice: Sendable, Equatable {
    /// The index of the member that gets the request.
    public let member: Int
    /// The index of the member whose route was asked for: the one that was given, or else the first preference.
    public let asked: Int?
    /// Why it was this member.
    public let reason: ChoiceReason
    /// Whether another member was given than the one asked for, and it has the same route.
    public let keepsRoute: Bool

    /// Makes a choice.
    public init(member: Int, asked: Int?, reason: ChoiceReason, keepsRoute: Bool = false) {
        self.member = member
        self.asked = asked
        self.reason = reason
        self.keepsRoute = keepsRoute
    }

    /// Whether a route was asked for and another one was given.
    public var isRouteChanged: Bool {
        guard let asked else { return reason == .unknownRoute }
        return asked != member && !keepsRoute
    }
}
