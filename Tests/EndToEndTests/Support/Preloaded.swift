import Foundation

/// A library of `Scripts`, built from its source, that is loaded into a program before all others.
enum Preloaded {
    /// Builds it in a folder.
    ///
    /// - Returns: the variable by which a program loads it.
    static func environment(_ name: String, in folder: TemporaryFolder) throws -> [String: String] {
        let library = "\(folder.path)/\(name).so"
        let tests = ((#filePath as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
        _ = try ChildProcess.run(
            Tool.gcc.path(), ["-shared", "-fPIC", "-O2", "-o", library, "\(tests)/Scripts/\(name).c"]
        ).succeeded()
        return ["LD_PRELOAD": library]
    }
}
