extension RulesConfiguration {
    /// Whether some client may be refused for who it is, so that the same path in another case must not lead past the
    /// rules.
    public var isGuarded: Bool { access.isGuarded || users?.path != nil }
}
