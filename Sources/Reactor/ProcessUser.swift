import CLinux
import Glibc
import Synchronization

/// A user of the system with the groups that it is in, as whom a process may run.
public struct ProcessUser: Sendable, Equatable {
    /// Who is not known to the system.
    public enum Fault: Error, Equatable, Sendable {
        /// No user of this name or number.
        case noUser(String)
        /// No group of this name or number.
        case noGroup(String)
    }

    /// What somebody wants to do with a file or a folder.
    public struct Wish: Sendable, Hashable {
        /// The path.
        public let path: String
        /// For what.
        public let right: Right

        /// Makes a wish.
        public init(_ right: Right, _ path: String) {
            self.right = right
            self.path = path
        }
    }

    /// What may be done with a file or a folder.
    public enum Right: Sendable, Hashable {
        /// A file's content.
        case read
        /// A folder's names, and the way to what is in it.
        case list
        /// Files in a folder come and go.
        case change
        /// The way to what is in a folder.
        case pass
    }

    /// The name, or the number of one that has none.
    public let name: String
    /// The group's name, or its number.
    public let groupName: String
    /// The user's number.
    public let number: UInt32
    /// The number of the group that its files belong to.
    public let groupNumber: UInt32
    /// All groups that it is in.
    public let groupNumbers: [UInt32]

    /// Finds a user. May block, as the system looks wherever `/etc/nsswitch.conf` says.
    ///
    /// - Parameters:
    ///   - user: a name, or a number.
    ///   - group: likewise; `nil`: the user's own.
    public init(_ user: String, group: String?) throws(Fault) {
        let entry = unsafe getpwnam(user) ?? UInt32(user).flatMap { unsafe getpwuid($0) }
        guard let entry = unsafe entry else { throw .noUser(user) }
        name = unsafe String(cString: entry.pointee.pw_name)
        number = unsafe entry.pointee.pw_uid
        var number = unsafe entry.pointee.pw_gid
        if let group {
            let entry = unsafe getgrnam(group) ?? UInt32(group).flatMap { unsafe getgrgid($0) }
            guard let entry = unsafe entry else { throw .noGroup(group) }
            number = unsafe entry.pointee.gr_gid
        }
        groupNumber = number
        groupName = unsafe getgrgid(number).map { unsafe String(cString: $0.pointee.gr_name) } ?? "\(number)"
        groupNumbers = Self.groups(of: name, with: number)
    }

    /// Whose the process is: a name, or a number without one.
    public static var currentName: String {
        unsafe getpwuid(geteuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
    }

    /// Whether the process is this user's already, and in this group.
    public var isCurrent: Bool {
        getuid() == number && geteuid() == number && getgid() == groupNumber && getegid() == groupNumber
    }

    /// Makes the process this user's, with all of its threads and for good. CAP_NET_BIND_SERVICE is kept, where this
    /// thread has it, by this thread and those that it starts.
    public func become() throws(SystemError) {
        let result = unsafe groupNumbers.withUnsafeBufferPointer { groups in
            unsafe clinux_become(number, groupNumber, groups.baseAddress, groups.count)
        }
        guard result == 0 else { throw .last("setresuid") }
    }

    /// What is in this user's way, each file or folder once, in the order of the wishes; what is not there is in
    /// nobody's. Blocks on the disk.
    ///
    /// - Returns: the right that lacks, and where.
    public func obstacles(to wishes: [Wish]) -> [Wish] {
        guard geteuid() == 0, !isCurrent else { return Self.obstacles(to: wishes) }
        // A thread becomes the user for this, and ends then.
        let findings = Findings()
        do throws(SystemError) {
            let thread = try OperatingSystemThread(name: "rights") { [self] in
                let result = unsafe groupNumbers.withUnsafeBufferPointer { groups in
                    unsafe clinux_thread_become(number, groupNumber, groups.baseAddress, groups.count)
                }
                guard result == 0 else { return }
                findings.wishes.withLock { $0 = Self.obstacles(to: wishes) }
            }
            thread.join()
        } catch {
            return []
        }
        return findings.wishes.withLock { $0 }
    }

    private final class Findings: Sendable {
        let wishes = Mutex<[Wish]>([])
    }

    private static func obstacles(to wishes: [Wish]) -> [Wish] {
        var found: [Wish] = []
        for wish in wishes {
            if let obstacle = obstacle(to: wish), !found.contains(obstacle) { found.append(obstacle) }
        }
        return found
    }

    /// The first folder of the way that cannot be passed, or what is at its end.
    private static func obstacle(to wish: Wish) -> Wish? {
        var way = wish.path.hasPrefix("/") ? "/" : ""
        for part in wish.path.split(separator: "/").dropLast() {
            way += (way.isEmpty || way == "/" ? "" : "/") + part
            if isForbidden(way, X_OK) { return Wish(.pass, way) }
        }
        let mode =
            switch wish.right {
            case .read: R_OK
            case .list: R_OK | X_OK
            case .change: W_OK | X_OK
            case .pass: X_OK
            }
        return isForbidden(wish.path, mode) ? wish : nil
    }

    private static func isForbidden(_ path: String, _ mode: Int32) -> Bool {
        unsafe access(path, mode) != 0 && errno == EACCES
    }

    private static func groups(of user: String, with group: UInt32) -> [UInt32] {
        var count: Int32 = 64
        while true {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let room = count
            if unsafe getgrouplist(user, group, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
            // It has said how many there are.
            guard count > room else { return [group] }
        }
    }
}
