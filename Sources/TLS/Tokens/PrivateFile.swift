/// Files that nobody but their owner and their group may read, as there are keys or secrets in them.
public enum PrivateFile {
    /// What is wrong with a file, in words.
    public typealias Fault = WholeFile.Fault

    /// Reads a file. Blocks on the disk: never called on a worker.
    ///
    /// - Parameter bytesMax: bytes of a file at most.
    public static func read(_ path: String, bytesMax: Int) throws(Fault) -> [UInt8] {
        try WholeFile.read(path, bytesMax: bytesMax, isPrivate: true)
    }
}
