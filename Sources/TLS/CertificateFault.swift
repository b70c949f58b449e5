/// Why a file of a certificate folder cannot be used.
public struct CertificateFault: Error, Equatable, Sendable {
    /// The certificate's file, also when its separate key is at fault, or the folder itself.
    public let path: String
    /// What is wrong and what would mend it.
    public let message: String

    /// Describes a fault.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

extension CertificateFault: CustomStringConvertible {
    public var description: String { "\(path): \(message)" }
}
