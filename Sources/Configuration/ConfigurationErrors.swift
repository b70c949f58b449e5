/// Why a configuration cannot be used.
public struct ConfigurationErrors: Error, Sendable {
    /// At least one, in the order of their places.
    public let diagnostics: [Diagnostic]
    /// What would be served and is most likely not what was meant, in the order of the places.
    public let warnings: [Diagnostic]
    /// The files that were read, the one that includes the others first; none where that one could not be.
    public let files: [String]
}

extension ConfigurationErrors: CustomStringConvertible {
    /// A line for each error, then for each warning, with a line feed between them.
    public var description: String {
        (diagnostics + warnings).map(\.description).joined(separator: "\n")
    }
}
