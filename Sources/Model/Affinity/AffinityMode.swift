/// A mode of affinity: the keys that it takes, and what the declared ones mean to everyone who has to do with sessions.
///
/// It is asked while a configuration is read, while a balancer is made and when somebody asks about one: no request
/// comes by here. Most has an answer that suits most modes.
public protocol AffinityMode: Sendable {
    /// Under which `affinity.mode` it is declared.
    static var name: AffinityConfiguration.Name { get }
    /// By what it ties sessions, to stand before its name in a list.
    static var summary: String { get }
    /// The keys that it has a use for, beside `mode`.
    static var keys: Set<String> { get }
    /// The key that it cannot do without, where that is a single one.
    static var need: AffinityNeed? { get }

    /// Takes what is declared; `nil` where something is missing.
    init?(_ declared: AffinityDeclaration)
    /// Declares it: the keys from which it can be made again.
    func declare(in declaration: inout AffinityDeclaration)
    /// As a balancer has it.
    var configuration: AffinityConfiguration { get }

    /// How it finds out whose a request is.
    var reading: AffinityReading { get }
    /// Under which names clients carry the application's session, as far as it reads them.
    var session: SessionNames { get }
    /// The cookie of Martlet's own that ties clients; `nil`: there is none.
    ///
    /// - Parameter balancer: the balancer's name.
    func ownCookie(balancer: String) -> String?
    /// Whether what it reads tells one session from another, so that they can be counted.
    var tellsSessionsApart: Bool { get }
    /// Whether a request that names a member can only have its session from there.
    var provesSessions: Bool { get }
    /// Whether a session's member follows from a hash alone: requests ask for no member, and none can be missing.
    var isHashed: Bool { get }
    /// How many times its share of what is under way a member may have before requests go to the next one, in
    /// hundredths; `nil`: any.
    var loadBoundHundredths: Int? { get }
    /// Sessions whose members are remembered for certain; `nil`: none are.
    var learnedSessions: Int? { get }
    /// The file of keys that it seals with; `nil`: it seals nothing.
    var keyFile: String? { get }

    /// What would make its sessions countable, in words that can be obeyed; `nil`: what helps without any affinity.
    var cureForCounting: String? { get }
    /// Why a key is of no use beside it; `nil`: it is of use.
    func objection(to key: AffinityDependent) -> String?
    /// What is wrong about a member's route under it; `nil`: nothing.
    func objection(toRoute route: String) -> String?
}

extension AffinityMode {
    /// Most modes have no key that alone decides.
    public static var need: AffinityNeed? { nil }
    /// Most modes read what the application has written.
    public func ownCookie(balancer: String) -> String? { nil }
    /// Where it reads the application's session.
    public var tellsSessionsApart: Bool { session.cookie != nil || session.parameter != nil }
    /// Clients say what they like.
    public var provesSessions: Bool { false }
    /// Most modes ask for the member that a session has.
    public var isHashed: Bool { false }
    /// Most modes keep to the member that a session has, however much is under way there.
    public var loadBoundHundredths: Int? { nil }
    /// Most modes remember no session.
    public var learnedSessions: Int? { nil }
    /// Most modes write nothing that is secret.
    public var keyFile: String? { nil }
    /// What helps without any affinity.
    public var cureForCounting: String? { nil }
    /// Most modes take each route that a member may have.
    public func objection(toRoute route: String) -> String? { nil }

    /// Whether requests ask for a member by it, so that one may be missing.
    public var asksForMembers: Bool { !isHashed }
    /// Whether clients are tied to members, and nothing tells their sessions apart.
    public var tiesUncounted: Bool { !tellsSessionsApart && asksForMembers }
    /// The name of the cookie or parameter that ties a client to its member; `nil` where another thing does.
    ///
    /// - Parameter balancer: the balancer's name.
    public func stickyName(balancer: String) -> String? {
        ownCookie(balancer: balancer) ?? session.cookie ?? session.parameter
    }

    /// The objection to `recovery` where Martlet's writing in the application's cookie is what decides.
    static var partSaysRecovery: String { "Martlet's part of the cookie says to whom a session returns" }
}

/// How a mode finds out whose a request is.
public enum AffinityReading: Sendable {
    /// By the routes in the application's session.
    case routes
    /// By the value of the application's session, whole.
    case session
    /// By what a request has under a key.
    case key(HashedConfiguration.Key)
    /// By what Martlet has written into cookies and parameters.
    case written
}

/// A key beside `affinity` that is not of use with every mode.
public enum AffinityDependent: Sendable {
    case failover, recovery, ties
}

/// A key that a mode cannot do without.
public struct AffinityNeed: Sendable {
    /// The key.
    public let key: String
    /// What is wrong where it is missing.
    public let message: String
    /// What could be added.
    public let example: String
}

/// Under which names clients carry the application's session.
public struct SessionNames: Sendable, Equatable {
    /// The name of the cookie; `nil`: none is read.
    public var cookie: String?
    /// The name of the path or query parameter; `nil`: neither is read.
    public var parameter: String?
    /// The ASCII character after which a route starts in the value; `nil`: there is no route beside an identifier.
    public var separator: UInt8?
    /// Whether a parameter's value ends at a semicolon.
    public var semicolonPathDelimiter = false
}
