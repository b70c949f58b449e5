/// `affinity: { mode: route, … }` as it is declared: by the route that the application adds to its session's
/// identifier.
public struct RoutedConfiguration: Sendable, Equatable {
    /// The name of the session's cookie; `nil`: cookies are not read.
    public var cookie: String?
    /// The name of the session's path or query parameter; `nil`: neither is read. One of both is there.
    public var parameter: String?
    /// The ASCII character, neither a letter nor a digit, after which the route starts; `nil`: the whole value is the
    /// route.
    public var separator: UInt8?
    /// Whether a parameter's value ends at a semicolon.
    public var semicolonPathDelimiter: Bool
}

extension RoutedConfiguration: AffinityMode {
    /// `mode: route`, and what is meant where no mode is named.
    public static let name = AffinityConfiguration.Name.route
    /// By what it ties sessions.
    public static let summary = "by the route in the application's session"
    /// What it has a use for.
    public static let keys: Set = ["cookie", "parameter", "separator", "semicolon-path-delimiter"]

    /// Takes what is declared.
    public init?(_ declared: AffinityDeclaration) {
        (cookie, parameter) = (declared.cookie, declared.parameter)
        separator = declared.separator.map(\.byte) ?? AffinityConfiguration.separatorDefault
        semicolonPathDelimiter = declared.semicolonPathDelimiter
    }

    /// Declares it without its name.
    public func declare(in declaration: inout AffinityDeclaration) {
        declaration.mode = nil
        (declaration.cookie, declaration.parameter) = (cookie, parameter)
        declaration.declare(separator, semicolonPathDelimiter)
    }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .route(self) }

    /// By the routes in sessions.
    public var reading: AffinityReading { .routes }

    /// The names that are declared.
    public var session: SessionNames {
        SessionNames(
            cookie: cookie, parameter: parameter, separator: separator, semicolonPathDelimiter: semicolonPathDelimiter)
    }

    /// A value that is all route is that of all the member's sessions.
    public var tellsSessionsApart: Bool { separator != nil }

    /// Recovery and ties are not Martlet's to decide.
    public func objection(to key: AffinityDependent) -> String? {
        switch key {
        case .failover: nil
        case .recovery: "the application's cookie decides to whom a session returns"
        case .ties: "the application's cookie ties its clients under mode route"
        }
    }
}
