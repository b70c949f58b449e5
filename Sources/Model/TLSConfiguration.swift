/// With which identities a listener speaks TLS.
public struct TLSConfiguration: Sendable, Hashable {
    /// The path of the folder of identities, as it is to be opened.
    public var certificatesPath: String
    /// The name whose identity answers names that no other one has; `nil`: those are refused.
    ///
    /// Lower case; one of the names in the folder's certificates, a wildcard as it is written there.
    public var defaultName: String?

    /// Makes the TLS part of a listener.
    public init(certificatesPath: String, defaultName: String? = nil) {
        self.certificatesPath = certificatesPath
        self.defaultName = defaultName
    }

    /// The keys of `tls`.
    public static let schema = Schema<TLSConfiguration>(
        "With which identities a listener speaks TLS.", of: TLSConfiguration(certificatesPath: ""), others: .tls,
        [
            Field(
                "certificates", \.certificatesPath, .text(.folder),
                "a folder; every identity in it is served, chosen by SNI", isRequired: true),
            Field(
                "default", \.defaultName, .text(.certificateName),
                "the name whose identity answers names that no other one has"),
        ])
}
