/// `affinity: { mode: hash, … }` as it is declared: by the hash of what a request has under a key.
public struct HashedConfiguration: Sendable, Equatable {
    /// What is hashed.
    public var key: Key
    /// How many times its share of what is under way a member may have before requests go to the next one; `nil`: any.
    public var loadBoundHundredths: Int?

    /// What is hashed.
    public enum Key: Sendable, Equatable {
        /// The value of the first cookie of the name.
        case cookie(String)
        /// The value of the first path or query parameter of the name.
        case parameter(String)
        /// The value of the first field of the name, which is in lower case.
        case field(String)
        /// The path of the target.
        case path
        /// The client's address.
        case address
    }
}

extension HashedConfiguration: AffinityMode {
    /// `mode: hash`.
    public static let name = AffinityConfiguration.Name.hash
    /// By what it ties sessions.
    public static let summary = "by the hash of something in the request"
    /// What it has a use for.
    public static let keys: Set = ["cookie", "parameter", "field", "of", "load-bound"]

    /// Takes what is declared; `nil` where nothing is to be hashed.
    public init?(_ declared: AffinityDeclaration) {
        if let cookie = declared.cookie {
            key = .cookie(cookie)
        } else if let parameter = declared.parameter {
            key = .parameter(parameter)
        } else if let field = declared.field {
            key = .field(field)
        } else if let place = declared.place {
            key = place == .path ? .path : .address
        } else {
            return nil
        }
        loadBoundHundredths = declared.loadBoundHundredths
    }

    /// Declares it.
    public func declare(in declaration: inout AffinityDeclaration) {
        declaration.loadBoundHundredths = loadBoundHundredths
        switch key {
        case .cookie(let name): declaration.cookie = name
        case .parameter(let name): declaration.parameter = name
        case .field(let name): declaration.field = name
        case .path: declaration.place = .path
        case .address: declaration.place = .address
        }
    }

    /// As a balancer has it.
    public var configuration: AffinityConfiguration { .hash(self) }

    /// By the key.
    public var reading: AffinityReading { .key(key) }

    /// The session that is hashed, if one is.
    public var session: SessionNames {
        switch key {
        case .cookie(let name): SessionNames(cookie: name)
        case .parameter(let name): SessionNames(parameter: name)
        case .field, .path, .address: SessionNames()
        }
    }

    /// Who has a session follows from the key alone.
    public var isHashed: Bool { true }

    /// Hash the session.
    public var cureForCounting: String? {
        "hash the application's session cookie: affinity: { mode: hash, cookie: JSESSIONID }"
    }

    /// The hash decides all of it.
    public func objection(to key: AffinityDependent) -> String? {
        switch key {
        case .failover: "mode hash gives a key to the next member in its order anyway"
        case .recovery: "a key returns to its member under mode hash anyway"
        case .ties: nil
        }
    }
}
