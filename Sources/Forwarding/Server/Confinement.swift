import Model
import Reactor

/// What the process gives up for good once it has what root alone may give it: other users, system calls, places for
/// files.
///
/// A process that takes another one's place begins with what that one has given up, and gives it up no second time:
/// each filter would cost every call, and of fences a process may have sixteen.
struct Confinement: Codable, Sendable, Equatable {
    /// The folders in which files may be made and written; `nil`: anywhere.
    private(set) var folders: [String]?
    /// How many system calls are denied.
    private(set) var deniedCallCount = 0

    /// Confines the process: on the main thread, whose threads from then on are confined with it.
    ///
    /// - Parameter former: what the process before has given up, if this one takes its place.
    /// - Returns: what is given up from now on, and which of all that holds, in words.
    /// - Throws: ``StartError`` where the process cannot become the user that is declared, or would be kept from what
    ///   it needs.
    static func begin(
        _ configuration: EdgeConfiguration, after former: Confinement?
    ) throws(StartError) -> (confinement: Confinement, words: String) {
        if let name = configuration.user { try become(name) }
        var confinement = former ?? Confinement()
        var facts = [userWords]
        facts.append(ProcessRights.areNewPrivilegesForbidden ? "no new privileges" : "new privileges not forbidden")
        facts.append(ProcessLimits.areCoresForbidden ? "no cores" : "cores allowed")
        facts.append(confinement.denyCalls(wanted: configuration.isSandboxed))
        facts.append(confinement.closeFence(for: configuration))
        try confinement.permit(configuration)
        return (confinement, facts.joined(separator: "; "))
    }

    // MARK: - The user

    private static func become(_ name: UserName) throws(StartError) {
        let user: ProcessUser
        do throws(ProcessUser.Fault) {
            user = try ProcessUser(name.user, group: name.group)
        } catch {
            throw StartError(lines: ["error: user: \(error.message); \(error.cure)"])
        }
        guard !user.isCurrent else { return }
        do throws(SystemError) {
            try user.become()
        } catch {
            throw StartError(
                lines: [
                    "error: user: this process is \(ProcessUser.currentName)'s and cannot become \(name)'s (\(error)): "
                        + "start it as root, or as \(name) itself (User= in systemd's unit), or leave user out"
                ])
        }
    }

    private static var userWords: String {
        let words = "user \(ProcessUser.currentName)"
        return ProcessRights.bindsLowPorts && !ProcessLimits.isRoot ? words + " with ports below 1024" : words
    }

    // MARK: - The sandbox

    private mutating func denyCalls(wanted isWanted: Bool) -> String {
        let count = ProcessRights.deniedCallCount
        if isWanted, deniedCallCount != count {
            do throws(SystemError) {
                try ProcessRights.denyCalls()
                deniedCallCount = count
            } catch {
                return "no system calls denied (\(error))"
            }
        }
        guard deniedCallCount > 0 else { return "no system calls denied (sandbox: false)" }
        return "\(deniedCallCount) system calls denied"
    }

    private mutating func closeFence(for configuration: EdgeConfiguration) -> String {
        let programs = Self.programFolders
        if folders == nil {
            guard configuration.isSandboxed else { return "files anywhere (sandbox: false)" }
            let wanted = Set(configuration.writtenPlaces.map { Self.resolved($0.folder) }).sorted()
            do throws(SystemError) {
                try FileFence.close(
                    writing: wanted, ["/dev/null"] + configuration.writtenFiles, running: programs)
                folders = wanted
            } catch {
                return "files anywhere (\(error))"
            }
        }
        let places = folders.map { $0.isEmpty ? "nowhere" : "in \($0.joined(separator: ", ")) alone" } ?? "anywhere"
        return "files are written \(places), and run from \(programs.joined(separator: ", ")) alone"
            + (FileFence.version.map { " (Landlock \($0))" } ?? "")
    }

    /// The folders of this program, another of which may take its place, and of what loads programs.
    private static var programFolders: [String] {
        let own = ChildProcess.ownPath.map(LocalPath.folder)
        return Set([own, FileFence.loaderFolder].compactMap(\.self)).sorted()
    }

    /// Refuses a configuration that wants files to be written where this process may not.
    func permit(_ configuration: EdgeConfiguration) throws(StartError) {
        guard let folders else { return }
        let lines = configuration.writtenPlaces.compactMap { place -> String? in
            let wanted = Self.resolved(place.folder)
            guard !folders.contains(where: { wanted == $0 || wanted.hasPrefix($0 + "/") }) else { return nil }
            let places = folders.isEmpty ? "nowhere" : "in \(folders.joined(separator: ", ")) alone"
            return "error: \(place.keys): the sandbox that this process has had since its start lets files be written "
                + "\(places), and not in \(place.folder): name a place there, or end the process and start it again"
        }
        guard lines.isEmpty else { throw StartError(lines: lines) }
    }

    private static func resolved(_ folder: String) -> String { LocalPath.resolved(folder) ?? folder }
}

extension EdgeConfiguration {
    /// Where files and sockets are made and written from the start on, with the keys that say so.
    fileprivate var writtenPlaces: [(keys: String, folder: String)] {
        var places = listeners.enumerated().compactMap { index, listener in
            listener.address.path.map { ("listeners[\(index)]", LocalPath.folder(of: $0)) }
        }
        if let path = accessLogPath { places.append(("log.access.path", LocalPath.folder(of: path))) }
        if let path = controlSocketPath { places.append(("control.socket", LocalPath.folder(of: path))) }
        if let path = metrics?.address.path { places.append(("metrics.address", LocalPath.folder(of: path))) }
        for balancer in balancers {
            guard let buffering = Buffering(balancer.buffering, for: balancer) else { continue }
            for folder in buffering.folders { places.append(("balancers.\(balancer.name).buffering.folder", folder)) }
        }
        for (index, site) in sites.enumerated() {
            for path in site.paths {
                guard let folder = path.buffering?.folderPath else { continue }
                places.append(("sites[\(index)].paths.\(path.prefix).buffering.folder", folder))
            }
        }
        return places
    }

    /// Files that are written wherever the way to them leads.
    fileprivate var writtenFiles: [String] { accessLogPath.flatMap(LocalPath.resolved).map { [$0] } ?? [] }

    /// The access log's file.
    var accessLogPath: String? {
        guard let log = accessLog, log.syslog == nil, case .file(let path) = log.destination else { return nil }
        return path
    }
}

extension Buffering {
    /// On whose file systems files are.
    fileprivate var folders: Set<String> {
        Set([answers, requests].compactMap(\.self).filter { $0.fileBytesMax > 0 }.map(\.folder))
    }
}

extension ListenAddress {
    /// The path of a UNIX-domain socket.
    fileprivate var path: String? { if case .unix(let path) = self { path } else { nil } }
}

extension ProcessUser.Fault {
    /// Who is missing.
    var message: String {
        switch self {
        case .noUser(let name): "there is no user \"\(name)\" on this machine"
        case .noGroup(let name): "there is no group \"\(name)\" on this machine"
        }
    }

    /// What to do.
    var cure: String {
        switch self {
        case .noUser(let name): "make one with `useradd --system \(name)`, or name another one"
        case .noGroup(let name): "make one with `groupadd --system \(name)`, or name another one"
        }
    }
}
