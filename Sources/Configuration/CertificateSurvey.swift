import TLS

/// What a folder of certificates holds, as far as a configuration depends on it.
public struct CertificateSurvey: Sendable, Equatable {
    /// How many identities can be used.
    public var identityCount: Int
    /// The names in their certificates, lower case, wildcards as `*.example.com`.
    public var names: Set<String>
    /// What cannot be used.
    public var faults: [CertificateFault]
    /// What is used and is most likely not what was meant: it has expired, or covers no name.
    public var warnings: [CertificateFault]

    /// Describes a folder.
    public init(
        identityCount: Int, names: Set<String>, faults: [CertificateFault], warnings: [CertificateFault] = []
    ) {
        self.identityCount = identityCount
        self.names = names
        self.faults = faults
        self.warnings = warnings
    }

    /// Reads a folder. Blocks on the disk.
    ///
    /// - Parameter path: the folder.
    public static func read(path: String) -> CertificateSurvey {
        let (identities, faults, warnings) = CertificateFolder.load(path: path)
        return CertificateSurvey(
            identityCount: identities.count, names: Set(identities.flatMap(\.names)), faults: faults,
            warnings: warnings)
    }
}
