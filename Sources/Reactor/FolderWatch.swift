import CLinux

/// Tells when names in folders come, go, or were written to the end (inotify).
///
/// What has changed is not told: whoever watches looks at his files.
public struct FolderWatch: ~Copyable {
    /// Readable when there is news.
    public let descriptor: Descriptor

    /// Watches nothing yet.
    public init() throws(SystemError) {
        let number = clinux_watch()
        guard number >= 0 else { throw .last("inotify_init1") }
        descriptor = Descriptor(taking: number)
    }

    /// Watches the folder of a file, and where links lead on from there, that of the file itself.
    ///
    /// A folder that is watched already is not watched twice, and one that was made anew is watched again.
    ///
    /// - Returns: whether both folders are there.
    public func add(file path: String) -> Bool {
        [path, LocalPath.resolved(path)].compactMap(\.self).allSatisfy { path in
            unsafe clinux_watch_folder(descriptor.number, LocalPath.folder(of: path)) >= 0
        }
    }

    /// Takes the news away.
    public func drain() {
        clinux_watch_drain(descriptor.number)
    }
}
