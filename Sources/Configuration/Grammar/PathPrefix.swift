import Model

/// The path of a site.
enum PathPrefix {
    private static let bytesMax = SiteConfiguration.Path.nameBytesMax

    /// Reads a path and brings it to the form that requests are compared with.
    ///
    /// A closing slash is taken away; escapes (RFC 3986, section 2.1) get upper-case digits, and those of unreserved
    /// characters are resolved.
    static func parse(_ text: String) throws(GrammarError) -> String {
        guard !isExpression(text) else {
            throw GrammarError(
                "is a regular expression",
                cure: "there are none here: write each path by itself, such as /img and /media, or a suffix, /*.png")
        }
        guard text.hasPrefix("/") else { throw withoutSlash(text) }
        if let capture = text.firstRange(of: /\/\$[0-9]+(?=\/|$)/) {
            let before = String(text[..<capture.lowerBound])
            throw GrammarError(
                "has a variable in it", meant: before.isEmpty ? "/" : before,
                "; what follows the path is put behind it")
        }
        guard text.utf8.count <= bytesMax else { throw GrammarError("is longer than \(bytesMax) bytes") }
        let bytes = try unescaped(text)
        let path = String(decoding: bytes, as: UTF8.self)
        guard path != "/" else { return path }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (offset, segment) in segments.enumerated() {
            if segment.isEmpty, offset < segments.count - 1 {
                throw GrammarError(
                    "has two slashes next to each other",
                    meant: "/" + segments.filter { !$0.isEmpty }.joined(separator: "/"))
            }
            if segment == "." || segment == ".." {
                throw GrammarError(
                    "has a dot segment, which no request has when it is compared", meant: resolved(segments))
            }
        }
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func withoutSlash(_ text: String) -> GrammarError {
        // nginx has modifiers in front of its paths.
        for modifier in ["^~ "] where text.hasPrefix(modifier) {
            return GrammarError(
                "has a modifier in front of its path", meant: String(text.dropFirst(modifier.count)),
                "; a path stands for itself and all below it, and the longest wins")
        }
        if let scheme = text.firstRange(of: "://") {
            let path = text[scheme.upperBound...].drop { $0 != "/" }
            return GrammarError(
                "is a URL", meant: path.isEmpty ? "/" : String(path), "; its host is a member's, under balancers")
        }
        return GrammarError("does not start with /", meant: text == "*" ? "/" : "/\(text)")
    }

    /// Tells whether a text is a regular expression, as nginx and Apache have in this place.
    private static func isExpression(_ text: String) -> Bool {
        ["~ ", "~*", "~^", "^/"].contains(where: text.hasPrefix)
            || [".*", "|", "\\.", "[^"].contains(where: text.contains)
    }

    private static func resolved(_ segments: [Substring]) -> String {
        var result: [Substring] = []
        for segment in segments where segment != "." {
            if segment != ".." { result.append(segment) } else { _ = result.popLast() }
        }
        return "/" + result.joined(separator: "/")
    }

    private static func unescaped(_ text: String) throws(GrammarError) -> [UInt8] {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "%") {
                let digits = bytes[(offset + 1)...].prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else {
                    let rest = bytes[(offset + 1)...]
                    throw GrammarError(
                        "has a % without two hexadecimal digits behind it",
                        meant: String(decoding: bytes[..<offset] + Array("%25".utf8) + rest, as: UTF8.self),
                        " for a percent sign")
                }
                if isUnreserved(value) {
                    result.append(value)
                } else {
                    result += [byte] + Array(String(decoding: digits, as: UTF8.self).uppercased().utf8)
                }
                offset += 3
            } else {
                guard isPathByte(byte) else { throw complaint(byte, in: text) }
                result.append(byte)
                offset += 1
            }
        }
        return result
    }

    private static func complaint(_ byte: UInt8, in text: String) -> GrammarError {
        let scalar = Character(Unicode.Scalar(byte))
        let before = String(text.prefix { $0 != scalar })
        switch byte {
        case UInt8(ascii: "*"):
            return GrammarError(
                "has a *", meant: before.hasSuffix("/") && text.hasSuffix("*") ? before : nil,
                "; a path stands for itself and all below it",
                cure: "a path is a prefix of whole segments by itself: of patterns there are suffixes alone, /*.png")
        case UInt8(ascii: "?"): return GrammarError("has a query", meant: before)
        case UInt8(ascii: "#"): return GrammarError("has a fragment", meant: before)
        case UInt8(ascii: ";"): return GrammarError("has a path parameter", meant: before)
        case 0x80...: return GrammarError("has a letter beyond ASCII", meant: escaped(text))
        default:
            return GrammarError(
                "has the character \(String(scalar).quoted), which no path has", meant: escaped(text))
        }
    }

    /// The text with an escape for each byte that no path has.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if isPathByte(byte) || byte == UInt8(ascii: "%") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%\(digits.count == 1 ? "0" : "")\(digits)"
            }
        }
        return result
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "/!$&'()+,=:@".utf8.contains(byte)
    }
}
