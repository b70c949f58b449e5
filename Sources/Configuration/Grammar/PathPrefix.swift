/// The path of a site.
enum PathPrefix {
    private static let bytesMax = 2_048

    /// Reads a path and brings it to the form that requests are compared with.
    ///
    /// A closing slash is taken away; escapes (RFC 3986, section 2.1) get upper-case digits, and those of unreserved
    /// characters are resolved.
    static func parse(_ text: String) throws(GrammarError) -> String {
        guard text.hasPrefix("/") else {
            throw GrammarError("does not start with /", cure: "write \("/\(text)".quoted)")
        }
        guard text.utf8.count <= bytesMax else { throw GrammarError("is longer than \(bytesMax) bytes") }
        let bytes = try unescaped(Array(text.utf8))
        let path = String(decoding: bytes, as: UTF8.self)
        guard path != "/" else { return path }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (offset, segment) in segments.enumerated() {
            if segment.isEmpty, offset < segments.count - 1 { throw GrammarError("has two slashes next to each other") }
            if segment == "." || segment == ".." {
                throw GrammarError("has a dot segment, which no request has when it is compared")
            }
        }
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func unescaped(_ bytes: [UInt8]) throws(GrammarError) -> [UInt8] {
        var result: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "%") {
                let digits = bytes[(offset + 1)...].prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else {
                    throw GrammarError(
                        "has a % without two hexadecimal digits behind it", cure: "write %25 for a percent sign")
                }
                if isUnreserved(value) {
                    result.append(value)
                } else {
                    result += [byte] + Array(String(decoding: digits, as: UTF8.self).uppercased().utf8)
                }
                offset += 3
            } else {
                guard isPathByte(byte) else { throw complaint(byte) }
                result.append(byte)
                offset += 1
            }
        }
        return result
    }

    private static func complaint(_ byte: UInt8) -> GrammarError {
        switch byte {
        case UInt8(ascii: "*"): GrammarError("has a *", cure: "a path is a prefix of whole segments by itself")
        case UInt8(ascii: "?"): GrammarError("has a query", cure: "take it away")
        case UInt8(ascii: "#"): GrammarError("has a fragment", cure: "take it away")
        case UInt8(ascii: ";"): GrammarError("has a path parameter", cure: "take it away")
        case 0x80...: GrammarError("has a letter beyond ASCII", cure: "write its bytes as escapes such as %C3%A4")
        default:
            GrammarError(
                "has the character \(String(Unicode.Scalar(byte)).quoted), which no path has",
                cure: "write it as an escape")
        }
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
