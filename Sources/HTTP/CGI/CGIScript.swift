import Bytes

/// Which program a path asks for, and what of the path is left for it (RFC 3875, sections 4.1.13 and 4.1.5).
public struct CGIScript: Equatable, Sendable {
    /// How the program was found.
    public enum Source: Sendable {
        /// The path names it.
        case named
        /// The path names its folder.
        case index
        /// It answers whatever no other does.
        case front
    }

    /// How it was found.
    public let source: Source
    /// Where the name ends in the path as it was sent; what follows is the program's. The whole path unless it is
    /// named.
    public let nameEnd: Int

    /// What a path comes to.
    public enum Resolution: Equatable, Sendable {
        /// A program.
        case found(CGIScript)
        /// No program: 404.
        case missing
        /// A path that a file system may read in another way than whoever has judged it: 400.
        case refused
    }

    /// What the segments of a path say, each decoded once.
    enum Reading: Equatable {
        /// A segment is a program's name; it ends there.
        case named(end: Int)
        /// None is; the path ends with a slash, or does not.
        case folder, file
        /// One may not be in a path, as ``Resolution/refused`` says.
        case refused
    }

    /// Reads a path segment by segment.
    ///
    /// Refused are dot segments, escaped or not, and bytes that no name of a file has: NUL and other controls, `\`, an
    /// escaped slash, and percent signs that begin no escape.
    ///
    /// - Parameters:
    ///   - path: as it was sent, without its query.
    ///   - suffix: what programs' names end with; a name has something before it.
    static func read(_ path: Span<UInt8>, suffix: Span<UInt8>) -> Reading {
        guard path.count > 0, path[0] == UInt8(ascii: "/") else { return .refused }
        var nameEnd: Int?
        var start = 1
        while start <= path.count {
            guard let segment = Segment(path, from: start) else { return .refused }
            if nameEnd == nil, segment.ends(with: suffix, in: path) { nameEnd = segment.end }
            start = segment.end + 1
        }
        if let nameEnd { return .named(end: nameEnd) }
        return path[path.count - 1] == UInt8(ascii: "/") ? .folder : .file
    }

    /// What lies between two slashes, or a slash and the path's end.
    private struct Segment {
        let start: Int
        let end: Int
        /// Bytes that it is decoded to.
        private let count: Int

        /// - Returns: `nil` for one that may not be in a path.
        init?(_ path: Span<UInt8>, from start: Int) {
            var (offset, count, dotCount) = (start, 0, 0)
            while offset < path.count, path[offset] != UInt8(ascii: "/") {
                guard let byte = path.decoded(at: &offset), !byte.isControl, byte != UInt8(ascii: "/"),
                    byte != UInt8(ascii: "\\")
                else { return nil }
                count += 1
                if byte == UInt8(ascii: ".") { dotCount += 1 }
            }
            guard dotCount < count || dotCount == 0 || dotCount > 2 else { return nil }
            self.start = start
            end = offset
            self.count = count
        }

        /// Whether it ends with a suffix, and has something before that.
        func ends(with suffix: Span<UInt8>, in path: Span<UInt8>) -> Bool {
            guard count > suffix.count else { return false }
            var offset = start
            for _ in 0..<(count - suffix.count) { _ = path.decoded(at: &offset) }
            for place in suffix.indices where path.decoded(at: &offset) != suffix[place] { return false }
            return true
        }
    }
}

extension Span where Element == UInt8 {
    /// Reads a byte, or what an escape stands for.
    ///
    /// - Parameter offset: moved behind it.
    /// - Returns: `nil` for a percent sign that begins no escape.
    func decoded(at offset: inout Int) -> UInt8? {
        let byte = self[offset]
        guard byte == UInt8(ascii: "%") else {
            offset += 1
            return byte
        }
        guard let escaped = escape(at: offset) else { return nil }
        offset += 3
        return escaped
    }
}
