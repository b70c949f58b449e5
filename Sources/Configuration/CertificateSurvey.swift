import TLS

/// What a folder of certificates holds, as far as a configuration depends on it.
public struct CertificateSurvey: Sendable, Equatable {
    /// How many identities can be used.
    public var identityCount: Int
    /// The names in their certificates, lower case, wildcards as `*.example.com`.
    public var names: Set<String>
    /// What cannot be used.
    public var faults: [CertificateFault]

    /// Describes a folder.
    public init(identityCount: Int, names: Set<String>, faults: [CertificateFault]) {
        self.identityCount = identityCount
        self.names = names
        self.faults = faults
    }

    /// Reads a folder. Blocks on the disk.
    ///
    /// - Parameter path: the folder.
    public static func read(path: String) -> CertificateSurvey {
        let (identities, faults) = CertificateFolder.load(path: path)
        return CertificateSurvey(
            identityCount: identities.count, names: Set(identities.flatMap(\.names)), faults: faults)
    }
}
