import Balancing
import Session

/// What is declared of an affinity, key by key: each mode (``AffinityMode``) has a use for some of them.
public struct AffinityDeclaration: Sendable, Equatable {
    /// What of a request is hashed that has no name.
    public enum Place: String, Sendable, CaseIterable {
        case path, address
    }

    /// What stands between a session's identifier and its route; `nil`: the whole value is the route.
    public struct Separator: Sendable, Equatable {
        /// An ASCII character that is neither a letter nor a digit.
        public var byte: UInt8?
    }

    /// `nil`: by the route.
    public var mode: AffinityConfiguration.Name?
    /// The name of the session's cookie, or of Martlet's own.
    public var cookie: String?
    /// The name of the session's path or query parameter.
    public var parameter: String?
    /// `nil`: the usual one.
    public var separator: Separator?
    /// The field that is hashed, in lower case.
    public var field: String?
    /// What is hashed instead.
    public var place: Place?
    /// `load-bound`.
    public var loadBoundHundredths: Int?
    /// `entries`.
    public var entries = Balancing.Limits.learnedSessionsDefault
    /// `semicolon-path-delimiter`.
    public var semicolonPathDelimiter = false
    /// The file of keys.
    public var keyPath: String?
    /// The application's session cookie.
    public var followed: String?
    /// `idle`, in milliseconds.
    public var idle: Int?
    /// `life`, in milliseconds.
    public var life: Int?
    /// The attributes of Martlet's cookie.
    public var attributes = CookieAttributes()
    /// `forward`.
    public var isForwarded = false
    /// `no-cache`.
    public var forbidsCaching = false

    /// Declares nothing.
    public init() {}

    /// The affinity that is declared; `nil` where there is none, or something is missing.
    public var affinity: AffinityConfiguration? {
        (mode ?? .route).type?.init(self)?.configuration
    }

    /// Declares an affinity.
    public init(_ affinity: AffinityConfiguration) {
        mode = affinity.name
        affinity.mode.declare(in: &self)
    }

    /// Declares how a session's value is divided.
    mutating func declare(_ separator: UInt8?, _ semicolonPathDelimiter: Bool) {
        if separator != AffinityConfiguration.separatorDefault { self.separator = Separator(byte: separator) }
        self.semicolonPathDelimiter = semicolonPathDelimiter
    }
}

extension AffinityDeclaration.Separator: LosslessStringConvertible {
    /// Reads a character, or `off`.
    public init(_ description: String) {
        byte = description == "off" ? nil : description.utf8.first
    }

    /// As it is written in a configuration.
    public var description: String {
        byte.map { String(UnicodeScalar($0)) } ?? "off"
    }
}
