import Model

/// What is wrong with a file that a configuration names, or with a folder.
public struct FileFault: Sendable, Equatable {
    /// The keys that name it, as messages have them; empty where the message has a place in that file.
    public let keys: String
    /// Which file it is, and what is wrong.
    public let message: String
}

extension FileFault: CustomStringConvertible {
    public var description: String { keys.isEmpty ? message : "\(keys): \(message)" }
}

extension EdgeConfiguration {
    /// What is wrong with the files and folders that a configuration names beside certificates. Blocks on the disk.
    ///
    /// - Parameter opensSecrets: whether what is secret is opened: keys, members' secrets, users with the hashes of
    ///   their passwords.
    public func fileFaults(opensSecrets: Bool) -> [FileFault] {
        let secret = opensSecrets ? keyFileFaults + secretFileFaults + passwordFileFaults : []
        return secret + pageFaults + addressListFaults + fileFolderFaults
    }
}
