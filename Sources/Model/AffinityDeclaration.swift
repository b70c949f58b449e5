import Balancing
import Session

/// What is declared of an affinity, key by key: each mode of ``AffinityConfiguration`` has a use for some of them.
public struct AffinityDeclaration: Sendable, Equatable {
    /// How sessions stay with their member.
    public enum Mode: String, Sendable, CaseIterable {
        case route, hash, learn, insert, prefix, sealed, none
    }

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
    public var mode: Mode?
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
        let character = separator.map(\.byte) ?? AffinityConfiguration.separatorDefault
        switch mode ?? .route {
        case .route:
            return .route(
                cookie: cookie, parameter: parameter, separator: character,
                semicolonPathDelimiter: semicolonPathDelimiter)
        case .hash: return hashKey.map { .hash($0, loadBoundHundredths: loadBoundHundredths) }
        case .learn: return cookie.map { .learn(cookie: $0, parameter: parameter, entries: entries) }
        case .insert:
            var inserted = InsertedConfiguration()
            (inserted.cookie, inserted.attributes, inserted.followed) = (cookie, attributes, followed)
            (inserted.idle, inserted.life) = (idle, life)
            (inserted.isForwarded, inserted.forbidsCaching) = (isForwarded, forbidsCaching)
            return .insert(inserted)
        case .prefix: return cookie.map { .prefix(cookie: $0) }
        case .sealed:
            guard let keyPath else { return nil }
            var sealed = SealedConfiguration(keyPath: keyPath)
            (sealed.cookie, sealed.parameter, sealed.attributes) = (cookie, parameter, attributes)
            sealed.separator = character ?? AffinityConfiguration.separatorDefault
            sealed.semicolonPathDelimiter = semicolonPathDelimiter
            sealed.life = life ?? SealedConfiguration.lifeDefault
            return .sealed(sealed)
        case .none: return nil
        }
    }

    private var hashKey: AffinityConfiguration.HashKey? {
        if let cookie { return .cookie(cookie) }
        if let parameter { return .parameter(parameter) }
        if let field { return .field(field) }
        return place.map { $0 == .path ? .path : .address }
    }

    /// Declares an affinity.
    public init(_ affinity: AffinityConfiguration) {
        switch affinity {
        case .route(let cookie, let parameter, let separator, let semicolonPathDelimiter):
            (self.cookie, self.parameter) = (cookie, parameter)
            declare(separator, semicolonPathDelimiter)
        case .hash(let key, let loadBound):
            (mode, loadBoundHundredths) = (.hash, loadBound)
            switch key {
            case .cookie(let name): cookie = name
            case .parameter(let name): parameter = name
            case .field(let name): field = name
            case .path: place = .path
            case .address: place = .address
            }
        case .learn(let cookie, let parameter, let entries):
            (mode, self.cookie, self.parameter, self.entries) = (.learn, cookie, parameter, entries)
        case .insert(let inserted):
            (mode, cookie, attributes, followed) = (.insert, inserted.cookie, inserted.attributes, inserted.followed)
            (idle, life) = (inserted.idle, inserted.life)
            (isForwarded, forbidsCaching) = (inserted.isForwarded, inserted.forbidsCaching)
        case .prefix(let cookie): (mode, self.cookie) = (.prefix, cookie)
        case .sealed(let sealed):
            (mode, keyPath, attributes) = (.sealed, sealed.keyPath, sealed.attributes)
            (cookie, parameter) = (sealed.cookie, sealed.parameter)
            life = sealed.life == SealedConfiguration.lifeDefault ? nil : sealed.life
            declare(sealed.separator, sealed.semicolonPathDelimiter)
        }
    }

    private mutating func declare(_ separator: UInt8?, _ semicolonPathDelimiter: Bool) {
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
