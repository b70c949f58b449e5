import Session

/// `affinity: { mode: sealed, … }` as it is declared.
public struct SealedConfiguration: Sendable, Equatable {
    /// The name of the session's cookie; `nil`: cookies are not read.
    public var cookie: String?
    /// The name of the session's path or query parameter; `nil`: neither is read. One of both is there.
    public var parameter: String?
    /// What stands between the session's identifier and the route.
    public var separator = AffinityConfiguration.separatorDefault
    /// Whether a parameter's value ends at a semicolon.
    public var semicolonPathDelimiter = false
    /// The file of keys.
    public var keyPath: String
    /// Milliseconds for which a token holds.
    public var life = SealedConfiguration.lifeDefault
    /// How a cookie may be used that is set in the application's place before it has set one.
    public var attributes = CookieAttributes()

    /// Milliseconds for which a token holds where nothing is declared: a working day.
    public static let lifeDefault = 28_800_000

    /// Makes a configuration of a key file.
    public init(keyPath: String) {
        self.keyPath = keyPath
    }
}

extension SealedConfiguration: AffinityMode {
    /// `mode: sealed`.
    public static let name = AffinityConfiguration.Name.sealed
    /// By what it ties sessions.
    public static let summary = "by a sealed token in place of the route"
    /// What it has a use for.
    public static let keys = Set(CookieAttributes.keys).union([
        "cookie", "parameter", "separator", "semicolon-path-delimiter", "key-file", "life",
    ])

    /// Takes what is declared; `nil` without a file of keys.
    public init?(_ declared: AffinityDeclaration) {
        guard let path = declared.keyPath else { return nil }
        self.init(keyPath: path)
        (cookie, parameter, attributes) = (declared.cookie, declared.parameter, declared.attributes)
        if let separator = declared.separator?.byte { self.separator = separator }
        semicolonPathDelimiter = declared.semicolonPathDelimiter
        if let life = declared.life { self.life = life }
    }

    /// Declares it.
    public func declare(in declaration: inout AffinityDeclaration) {
        (declaration.keyPath, declaration.attributes) = (keyPath, attributes)
        (declaration.cookie, declaration.parameter) = (cookie, parameter)
        declaration.life = life == Self.lifeDefault ? nil : life
        declaration.declare(separator, semicolonPathDelimiter)
    }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .sealed(self) }

    /// By the tokens.
    public var reading: AffinityReading { .written }

    /// The names that are declared.
    public var session: SessionNames {
        SessionNames(
            cookie: cookie, parameter: parameter, separator: separator, semicolonPathDelimiter: semicolonPathDelimiter)
    }

    /// Nobody else could have sealed a route.
    public var provesSessions: Bool { true }

    /// That of the keys.
    public var keyFile: String? { keyPath }

    /// Its part says to whom a session returns.
    public func objection(to key: AffinityDependent) -> String? {
        key == .recovery ? Self.partSaysRecovery : nil
    }
}
