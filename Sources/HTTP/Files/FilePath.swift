import Bytes

/// Turns a request's path into that of a file below a folder.
///
/// There is one reading: escapes are decoded once, what follows a semicolon in a segment is left out, as
/// ``PathReader`` does (Tomcat writes `;jsessionid=…` behind images too), and slashes next to each other count as one.
/// Whatever might mean something else to somebody is refused, so what comes out can be neither absolute nor above the
/// folder: no segment is empty, `.` or `..`, and none holds a slash, a backslash, a NUL or another control.
public enum FilePath {
    /// What a path names.
    public enum Resolution: Equatable, Sendable {
        /// What was written, which is a file, or a folder whose slash is missing; the folder itself where it is empty.
        case file
        /// The folder that was written, as there is a slash at the end; the folder itself where it is empty.
        case folder
        /// Nothing that may be looked for.
        case refused(Refusal)
    }

    /// Why nothing is looked for.
    public enum Refusal: Equatable, Sendable, CaseIterable {
        /// A percent sign without two hexadecimal digits behind it.
        case malformedEscape
        /// NUL, or another control.
        case control
        /// A slash or backslash that is part of a name.
        case separator
        /// `.` or `..`
        case dotSegment
        /// An ASCII character in more bytes than it needs (RFC 3629, section 3).
        case overlong
        /// More bytes or segments than the kernel or ``Limits`` allow.
        case tooLong
        /// A name that begins with a dot, other than `.well-known` (RFC 8615), or one of ``HiddenNames``.
        case hidden

        /// The name of the reason in what is explained; it never changes.
        public var code: StaticString {
            switch self {
            case .malformedEscape: "malformed-escape"
            case .control: "control"
            case .separator: "separator"
            case .dotSegment: "dot-segment"
            case .overlong: "overlong"
            case .tooLong: "too-long"
            case .hidden: "hidden"
            }
        }
    }

    /// Reads a path.
    ///
    /// - Parameters:
    ///   - path: of a target, as it was sent, without its query.
    ///   - prefix: bytes of it that name the folder; see ``PathReader/count(ofPrefix:in:)``.
    ///   - hidden: which files are never sent.
    ///   - output: empty; gets the file's path from the folder on, without a slash at its begin or end and without a
    ///     NUL. After a refusal it means nothing.
    public static func resolve(
        _ path: Span<UInt8>, below prefix: Int, hiding hidden: HiddenNames, into output: inout OutputSpan<UInt8>
    ) -> Resolution {
        precondition(output.isEmpty, "a path begins an output of its own")
        var offset = prefix
        var segmentCount = 0
        var last = 0..<0
        var endsInSlash = false
        while offset < path.count {
            if path[offset] == UInt8(ascii: "/") {
                endsInSlash = true
                offset += 1
                continue
            }
            let start = output.count
            if let refusal = writeSegment(of: path, from: &offset, to: &output) { return .refused(refusal) }
            // Nothing but parameters is no segment.
            guard output.count > start else { continue }
            last = (start == 0 ? 0 : start + 1)..<output.count
            endsInSlash = false
            segmentCount += 1
            guard segmentCount <= Limits.filePathSegmentsMax, output.count <= Limits.filePathBytesMax else {
                return .refused(.tooLong)
            }
            if let refusal = judge(output.span.extracting(last)) { return .refused(refusal) }
        }
        // A script is one with a slash behind it too.
        if hidden.hides(output.span.extracting(last)) { return .refused(.hidden) }
        return endsInSlash ? .folder : .file
    }

    /// Writes a segment's name, behind a slash unless it is the first, and goes on to the slash that ends it.
    private static func writeSegment(
        of path: Span<UInt8>, from offset: inout Int, to output: inout OutputSpan<UInt8>
    ) -> Refusal? {
        var needsSlash = output.count > 0
        var previous: UInt8 = 0
        while offset < path.count {
            var byte = path[offset]
            switch byte {
            case UInt8(ascii: "/"): return nil
            case UInt8(ascii: ";"):
                offset = path.firstOffset(of: UInt8(ascii: "/"), from: offset) ?? path.count
                return nil
            case UInt8(ascii: "%"):
                guard let escaped = path.escape(at: offset) else { return .malformedEscape }
                byte = escaped
                offset += 3
            default: offset += 1
            }
            if byte.isControl { return .control }
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") { return .separator }
            if isOverlong(previous, byte) { return .overlong }
            guard output.freeCapacity >= 2 else { return .tooLong }
            if needsSlash { output.append(UInt8(ascii: "/")) }
            needsSlash = false
            output.append(byte)
            previous = byte
        }
        return nil
    }

    /// Whether two bytes begin a character of UTF-8 that has a shorter form. Single bytes of other encodings pass.
    private static func isOverlong(_ first: UInt8, _ second: UInt8) -> Bool {
        guard second & 0xC0 == 0x80 else { return false }
        switch first {
        case 0xC0, 0xC1: return true
        case 0xE0: return second < 0xA0
        case 0xF0: return second < 0x90
        case 0xF8: return second < 0x88
        case 0xFC: return second < 0x84
        default: return false
        }
    }

    /// What speaks against a segment, whatever is below it.
    private static func judge(_ name: Span<UInt8>) -> Refusal? {
        if name.count > Limits.fileNameBytesMax { return .tooLong }
        guard name[0] == UInt8(ascii: ".") else { return nil }
        if name.count == 1 || name.equals("..") { return .dotSegment }
        return name.equals(".well-known") ? nil : .hidden
    }
}
