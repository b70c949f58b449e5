import HTTP

/// A site whose places are of different balancers, and what is sent to them.
struct DeclaredSite {
    private let prefixes: [String]
    private let mapped: Set<String>
    private let tree: PathTree

    init(_ prefixes: [String], mapped: Set<String> = []) {
        self.prefixes = prefixes.sorted { $0.utf8.count > $1.utf8.count }
        self.mapped = mapped
        let places = self.prefixes.enumerated().map { index, prefix in
            PathTree.Place(prefix: Array(prefix.utf8), kind: index, isMapped: mapped.contains(prefix))
        }
        tree = PathTree(places, parameters: ["jsessionid", "SID"])
    }

    /// The place whose balancer gets a request, if anybody does.
    func place(of path: [UInt8]) -> String? {
        prefixes.first { prefix in
            let prefix = Array(prefix.utf8)
            return PathTree.isPlain(path.span)
                ? PathReader.plain(path.span, hasPrefix: prefix.span)
                : PathReader.path(path.span, hasPrefix: prefix.span)
        }
    }

    func place(of path: String) -> String? { place(of: bytes(path)) }

    /// Whether that place is it for everybody; `nil` where there is none.
    func agrees(_ path: [UInt8]) -> Bool? {
        guard let place = place(of: path), let index = prefixes.firstIndex(of: place) else { return nil }
        return PathTree.isPlain(path.span) || tree.agrees(path.span, on: index)
    }

    func agrees(_ path: String) -> Bool? { agrees(bytes(path)) }

    /// The place that a path belongs to which has been read, and has nothing more to read.
    func owner(of path: [UInt8]) -> String? {
        let path = Self.withoutSessions(path)
        return prefixes.first { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }
    }

    /// What a member of a place gets.
    struct Sent {
        let path: [UInt8]
        let isMapped: Bool

        func isInside(_ read: [UInt8]) -> Bool {
            let read = DeclaredSite.withoutSessions(read)
            return !isMapped || read == "/app" || read.hasPrefix("/app/")
        }
    }

    /// What a member gets of a path.
    func sent(_ path: [UInt8], to place: String) -> Sent {
        guard mapped.contains(place) else { return Sent(path: path, isMapped: false) }
        let prefix = bytes(place)
        let rest = path[PathReader.count(ofPrefix: prefix.span, in: path.span)...]
        return Sent(path: bytes("/app") + rest, isMapped: true)
    }

    /// Takes out what may hold a session's identifier and nothing else, which is no part of a path by declaration.
    fileprivate static func withoutSessions(_ path: [UInt8]) -> String {
        text(path).split(separator: "/", omittingEmptySubsequences: false).map { segment in
            let parts = segment.split(separator: ";", omittingEmptySubsequences: false)
            guard let name = parts.first, !["", ".", ".."].contains(name) else { return String(segment) }
            let kept = parts.dropFirst().filter { part in
                !part.hasPrefix("jsessionid=") || !part.dropFirst(11).utf8.allSatisfy(PathTree.isOfSession)
            }
            return ([name] + kept).joined(separator: ";")
        }.joined(separator: "/")
    }
}
