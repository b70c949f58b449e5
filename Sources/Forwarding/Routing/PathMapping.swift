import Bytes
import HTTP
import Model

/// What a path of a site changes in the messages that pass it. Immutable; shared by all workers.
final class PathMapping: Sendable {
    /// What clients write, without the slash of `/`.
    private let prefix: [UInt8]
    /// What members get in its place, likewise; `nil`: the same.
    let target: [UInt8]?
    /// Whether it is for that path alone.
    private let isExact: Bool
    /// What clients write, without escapes: what scripts are told of where they are.
    let mount: [UInt8]
    /// Whether members get the host that the client named.
    let preservesHost: Bool
    /// The one that all members get in its place; `nil`: each its own.
    let host: NamedHost?
    /// Whether answers that speak of the member are made to speak of the site.
    let mapsAnswers: Bool
    /// What is written in the place of cookies' domains, the first in lower case.
    private let cookieDomains: [(theirs: [UInt8], ours: [UInt8])]

    /// - Returns: `nil` for a path that changes nothing.
    init?(_ path: SiteConfiguration.Path) {
        guard path.target != nil || path.membersHost != .client || path.mapsAnswers else { return nil }
        isExact = path.match == .exact
        prefix = Self.withoutRoot(path.prefix)
        mount = Self.withoutEscapes(prefix)
        target = path.target.map(Self.withoutRoot)
        preservesHost = path.membersHost == .client
        host = NamedHost(path.membersHost)
        mapsAnswers = path.mapsAnswers
        cookieDomains = path.cookieDomains.map { (Array($0.utf8), Array($1.utf8)) }
    }

    /// Calls `body` with the domain of the site's cookies that a member's domain stands for, if it is declared.
    ///
    /// - Parameter domain: without the dot that it may begin with, in any case.
    func withCookieDomain(for domain: Span<UInt8>, _ body: (Span<UInt8>) -> Void) -> Bool {
        for (theirs, ours) in cookieDomains where domain.equalsIgnoringCase(theirs.span) {
            body(ours.span)
            return true
        }
        return false
    }

    private static func withoutEscapes(_ path: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        var offset = 0
        while offset < path.count {
            let escaped = path[offset] == UInt8(ascii: "%") ? path.span.escape(at: offset) : nil
            decoded.append(escaped ?? path[offset])
            offset += escaped == nil ? 1 : 3
        }
        return decoded
    }

    private static func withoutRoot(_ path: String) -> [UInt8] {
        path == "/" ? [] : Array(path.utf8)
    }

    /// Puts the members' path in the place of the clients'.
    func mapTarget(of head: borrowing RequestHead, in source: Span<UInt8>, _ splices: inout Splices) {
        guard let target else { return }
        let path = head.pathRange
        // The head is written with a slash for an empty path; an asterisk is not a path.
        guard !path.isEmpty else {
            if head.method != .options || head.queryRange != nil, target.count > 1 {
                _ = splices.replace(path, with: target.span.extracting(1..<target.count))
            }
            return
        }
        _ = mapPath(path, in: source, &splices)
    }

    /// What members get in place of a target, for those who ask; `nil`: the same.
    func target(of head: borrowing RequestHead, in source: Span<UInt8>) -> String? {
        guard target != nil, !head.pathRange.isEmpty else { return nil }
        var splices = Splices()
        mapTarget(of: head, in: source, &splices)
        var text = splices.applied(to: head.pathRange, of: source)
        if let query = head.queryRange {
            text.append(UInt8(ascii: "?"))
            text.append(source.extracting(query))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What is declared beside that, a line each, behind the keys that declare it.
    var words: [String] {
        let host = host.map { String(decoding: $0.authority, as: UTF8.self) }
        return (preservesHost ? [] : ["preserve-host \(host ?? "false")"])
            + (mapsAnswers ? ["reverse-mapping true"] : [])
    }

    /// Puts the members' path in the place of the clients', where one is not empty.
    ///
    /// - Returns: whether there was room for it.
    func mapPath(_ path: Range<Int>, in source: Span<UInt8>, _ splices: inout Splices) -> Bool {
        guard let target, !path.isEmpty else { return true }
        let prefix = prefix
        let isRoot = isExact && prefix.isEmpty
        let count = isRoot ? 1 : PathReader.count(ofPrefix: prefix.span, in: source.extracting(path))
        return Self.replace(path.lowerBound..<path.lowerBound + count, of: path, in: source, by: target, &splices)
    }

    /// Puts the clients' path in the place of the members', where a path begins with that.
    ///
    /// - Returns: whether it does, or nothing is to be changed in paths.
    func mapBack(_ path: Range<Int>, in source: Span<UInt8>, _ splices: inout Splices) -> Bool {
        guard let target else { return true }
        guard Self.begins(path, in: source, with: target), !isExact || path.count == target.count else { return false }
        _ = Self.replace(path.lowerBound..<path.lowerBound + target.count, of: path, in: source, by: prefix, &splices)
        return true
    }

    /// Whether a path begins with the segments of another.
    static func begins(_ path: Range<Int>, in source: Span<UInt8>, with prefix: [UInt8]) -> Bool {
        let end = path.lowerBound + prefix.count
        guard end <= path.upperBound, source.extracting(path.lowerBound..<end).equals(prefix.span) else { return false }
        return end == path.upperBound || source[end] == UInt8(ascii: "/") || source[end] == UInt8(ascii: ";")
    }

    private static func replace(
        _ range: Range<Int>, of path: Range<Int>, in source: Span<UInt8>, by text: [UInt8], _ splices: inout Splices
    ) -> Bool {
        guard text.isEmpty else { return splices.replace(range, with: text.span) }
        // One slash, whatever follows: two, or a backslash, would begin an authority.
        var end = range.upperBound
        while end < path.upperBound, source[end] == UInt8(ascii: "/") || source[end] == UInt8(ascii: "\\") { end += 1 }
        let root: [UInt8] = [UInt8(ascii: "/")]
        return splices.replace(range.lowerBound..<end, with: root.span)
    }
}
