import Glibc

/// What the process's control group lets it have (cgroups(7)).
public enum ControlGroup {
    /// Bytes of memory that the process's group may have, and each group above it as far as is seen from here: the
    /// least of them; `nil`: any number.
    ///
    /// - Parameters:
    ///   - membership: the file that says which groups the process is in.
    ///   - root: where their hierarchies are mounted.
    public static func memoryBytesMax(
        membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup"
    ) -> Int? {
        var least: Int?
        for line in text(of: membership)?.split(separator: "\n") ?? [] {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let (folder, name): (String, String)
            if parts[0] == "0", parts[1].isEmpty {
                (folder, name) = (root, "memory.max")
            } else if parts[1].split(separator: ",").contains("memory") {
                (folder, name) = (root + "/memory", "memory.limit_in_bytes")
            } else {
                continue
            }
            for path in paths(from: parts[2]) {
                // Of the first version, what is nearly all that a number can say stands for any number.
                guard let words = text(of: folder + path + "/" + name), let most = Int(words.prefix { $0.isNumber }),
                    most < 1 << 60
                else { continue }
                least = min(least ?? most, most)
            }
        }
        return least
    }

    /// A group's path, that of the one above it and so on, up to the top, which is empty.
    private static func paths(from path: Substring) -> [String] {
        let names = path.split(separator: "/")
        // A group outside of what is seen from here.
        guard !names.contains("..") else { return [""] }
        return (0...names.count).reversed().map { count in names.prefix(count).map { "/\($0)" }.joined() }
    }

    /// What a small file says; `nil`: it cannot be read.
    private static func text(of path: String) -> String? {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(taking: number)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(file.number, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
