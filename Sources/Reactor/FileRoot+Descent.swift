import CLinux
import Glibc

/// Going down a path without openat2(2).
extension FileRoot {
    /// Opens a path segment by segment, none of which may be a link: where one leads could not be looked at and held on
    /// to at once.
    ///
    /// - Parameter path: without `..`; it is cut into its segments.
    /// - Returns: a descriptor, or `errno` negated: `ELOOP` for a link.
    func openBySegments(_ path: UnsafeMutablePointer<CChar>) -> Int32 {
        var folder: Descriptor?
        var segment = unsafe path
        while true {
            let length = unsafe strcspn(segment, "/")
            let isLast = unsafe segment[length] == 0
            unsafe segment[length] = 0
            let isHere = unsafe length == 0 || strcmp(segment, ".") == 0
            let place = folder?.number ?? descriptor.number
            if isLast, isHere { return unsafe Self.step(from: place, to: ".", flags: Self.flags) }
            if isLast { return unsafe Self.step(from: place, to: segment, flags: Self.flags) }
            if !isHere {
                let number = unsafe Self.step(from: place, to: segment, flags: Int32(CLINUX_O_PATH) | O_DIRECTORY)
                guard number >= 0 else { return number }
                folder = Descriptor(taking: number)
            }
            unsafe segment += length + 1
        }
    }

    private static func step(from folder: Int32, to segment: UnsafePointer<CChar>, flags: Int32) -> Int32 {
        let number = unsafe openat(folder, segment, flags | O_NOFOLLOW | O_CLOEXEC)
        guard number < 0 else { return number }
        let code = errno
        // What is no folder may be a link to one.
        var status = stat()
        guard code == ENOTDIR, unsafe fstatat(folder, segment, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFLNK
        else { return -code }
        return -ELOOP
    }
}
