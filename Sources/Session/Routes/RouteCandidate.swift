/// A route that a request asks for, as ranges into the bytes it was read from.
///
/// The bytes are the request target's or, for ``RouteSource/cookie``, those of the Cookie field number ``field``; they
/// are at most 4 GiB.
public struct RouteCandidate: Sendable, Equatable {
    /// Where the route was found.
    public let source: RouteSource
    /// Whether the member has another route now.
    public let isFormer: Bool
    private let memberOrNone: Int32
    private let fieldNumber: UInt32
    private let sessionStart: UInt32
    private let sessionEnd: UInt32
    private let routeStart: UInt32
    private let routeEnd: UInt32

    init(
        source: RouteSource, field: Int, session: Range<Int>, route: Range<Int>, member: Int?, isFormer: Bool = false
    ) {
        self.source = source
        self.isFormer = isFormer
        memberOrNone = member.map { Int32($0) } ?? -1
        fieldNumber = UInt32(field)
        sessionStart = UInt32(session.lowerBound)
        sessionEnd = UInt32(session.upperBound)
        routeStart = UInt32(route.lowerBound)
        routeEnd = UInt32(route.upperBound)
    }

    /// What fills a free place.
    static let none = RouteCandidate(source: .cookie, field: 0, session: 0..<0, route: 0..<0, member: nil)

    /// The index of the member that has this route, or `nil` when none has it.
    public var member: Int? { memberOrNone < 0 ? nil : Int(memberOrNone) }
    /// Which of the request's Cookie fields it was, from 0; 0 for a route in the target.
    public var field: Int { Int(fieldNumber) }
    /// The session's identifier: what precedes the separator, or the whole value where there is no separator.
    public var session: Range<Int> { Int(sessionStart)..<Int(sessionEnd) }
    /// The route: what follows the first separator, or one of several there, or the whole value where there is no
    /// separator; never empty.
    public var route: Range<Int> { Int(routeStart)..<Int(routeEnd) }
}
