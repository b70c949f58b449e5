/// The version of Martlet, in the one place that says it.
public enum Version {
    /// The version that this is, by the rules of semver.org.
    public static let current = "0.1.0"
}
