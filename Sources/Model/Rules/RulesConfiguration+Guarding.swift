extension RulesConfiguration {
    /// Whether somebody may be kept out where these rules hold.
    public var isGuarded: Bool { users?.path != nil }
}
