import Model

/// Reads the files of members that a configuration names, again and again.
public struct MembersReader: Sendable {
    /// What has become of the files since they were read last.
    public struct Reading: Sendable {
        /// The whole configuration with the members that are in the files now; `nil`: they are the same as before.
        public var configuration: EdgeConfiguration?
        /// What is wrong with files that have changed, by their paths; empty lines: nothing is any more.
        public var faults: [String: [String]]

        /// Describes what was read.
        public init(configuration: EdgeConfiguration?, faults: [String: [String]]) {
            self.configuration = configuration
            self.faults = faults
        }
    }

    /// The files, as they are to be opened.
    public let paths: Set<String>
    /// Reads them; blocks on the disk.
    package let read: @Sendable () -> Reading

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - paths: the files, as they are to be opened.
    ///   - read: reads them; blocks on the disk.
    public init(paths: Set<String>, read: @escaping @Sendable () -> Reading) {
        self.paths = paths
        self.read = read
    }
}
