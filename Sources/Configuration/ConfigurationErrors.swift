/// Why a configuration cannot be used.
public struct ConfigurationErrors: Error, Sendable {
    /// At least one, in the order of their places.
    public let diagnostics: [Diagnostic]
}

extension ConfigurationErrors: CustomStringConvertible {
    /// A line for each error, with a line feed between them.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
