/// Who may ask, by address, at one level: a listener, the top, a site or a path.
///
/// Who is denied is out, allowed or not; where somebody is allowed, everybody else is out. An inner list takes the
/// place of the outer one of its kind.
public struct AccessConfiguration: Sendable, Hashable {
    /// Who may; `nil`: everybody.
    public var allowed: [AccessEntry]?
    /// Who may not; `nil`: nobody is named.
    public var denied: [AccessEntry]?

    /// Everybody may.
    public init() {}

    /// The lists of a level within another one.
    public func inheriting(_ outer: AccessConfiguration) -> AccessConfiguration {
        var access = self
        access.allowed = allowed ?? outer.allowed
        access.denied = denied ?? outer.denied
        return access
    }

    /// Whether somebody may not.
    public var isGuarded: Bool {
        if let allowed, !allowed.contains(.all) { return true }
        return denied?.contains { $0 != .nobody } ?? false
    }

    /// The keys, which stand among those of the level.
    public static let schema = Schema<AccessConfiguration>(
        "Who may ask, by address.", of: AccessConfiguration(),
        [
            Field(
                "allow", \.allowed, .oneOrMore(.text(.accessEntry)),
                "who may ask; everybody else gets 403. In place of an outer allow: all opens, none closes"),
            Field(
                "deny", \.denied, .oneOrMore(.text(.accessEntry)),
                "who may not, allowed or not. In place of an outer deny: none denies nobody"),
        ])
}
