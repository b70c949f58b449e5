import TLS

/// The version of Martlet, in the one place that says it.
public enum Version {
    /// The version that this is, by the rules of semver.org.
    public static let current = "0.1.0"

    /// What `martlet --version` prints: the version, and the OpenSSL that the system has.
    public static var words: String { "martlet \(current) (\(TLSLibrary.version))" }
}
