import Model
import Session

/// Names and other short words of a configuration.
enum Words {
    private static let nameBytesMax = 128

    /// Checks the name of a balancer or a member.
    static func name(_ text: String) throws(GrammarError) -> String {
        guard !text.isEmpty else { throw GrammarError("is empty: expected \(TextKind.name.expected)") }
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) characters") }
        guard text.utf8.allSatisfy(\.isOfName) else {
            throw GrammarError("is no name: expected \(TextKind.name.expected)")
        }
        return text
    }

    /// Checks a route: octets of a cookie's value (RFC 6265, section 4.1.1).
    static func route(_ text: String) throws(GrammarError) -> String {
        guard !text.isEmpty else { throw GrammarError("is empty: expected \(TextKind.route.expected)") }
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) characters") }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"\",;\\".utf8.contains($0) }) else {
            throw GrammarError("is no route: expected \(TextKind.route.expected)")
        }
        return text
    }

    /// Checks the name of a cookie: a token (RFC 6265, section 4.1.1).
    static func cookie(_ text: String) throws(GrammarError) -> String {
        try word(text, "cookie", extra: "!#$%&'*+-.^_`|~")
    }

    /// Checks the name of a field: a token (RFC 9110, section 5.1), and brings it to lower case.
    static func field(_ text: String) throws(GrammarError) -> String {
        try word(text, "field", extra: "!#$%&'*+-.^_`|~").lowercased()
    }

    /// Checks a method (RFC 9110, section 9.1), whose case counts.
    static func method(_ text: String) throws(GrammarError) -> String {
        let method = try word(text, "method", extra: "!#$%&'*+-.^_`|~")
        let upper = method.uppercased()
        let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        guard method == upper || !known.contains(upper) else { throw GrammarError("is in small letters", meant: upper) }
        return method
    }

    /// Checks a field's value (RFC 9110, section 5.5), of ASCII alone.
    static func fieldValue(_ text: String) throws(GrammarError) -> String {
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        guard trimmed == text else { throw GrammarError("has blanks around it", meant: trimmed) }
        guard text.utf8.count <= 256 else { throw GrammarError("is longer than 256 characters") }
        guard text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw GrammarError("is no value: expected \(TextKind.fieldValue.expected)")
        }
        return text
    }

    /// Checks the name of a path or query parameter: what stands in a path segment (RFC 3986, section 3.3) less `;`,
    /// `=` and `&`.
    static func parameter(_ text: String) throws(GrammarError) -> String {
        try word(text, "parameter", extra: "-._~!$'()*+,:@")
    }

    /// Checks the path of a cookie (RFC 6265, section 4.1.1).
    static func cookiePath(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= 256,
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ";") })
        else {
            throw GrammarError(
                "is no cookie's path: expected \(TextKind.cookiePath.expected)",
                meant: text.hasPrefix("/") ? nil : "/\(text)")
        }
        return text
    }

    /// Checks what browsers show with the question for a password: what a quoted string has as it is (RFC 9110, section
    /// 5.6.4).
    static func realm(_ text: String) throws(GrammarError) -> String {
        guard 1...nameBytesMax ~= text.utf8.count,
            text.utf8.allSatisfy({ 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else {
            let kept = text.unicodeScalars.filter { 0x20...0x7E ~= $0.value && $0 != "\"" && $0 != "\\" }
            throw GrammarError(
                "is no realm: expected \(TextKind.realm.expected)",
                meant: kept.isEmpty ? "Shop" : String(String.UnicodeScalarView(kept.prefix(nameBytesMax))))
        }
        return text
    }

    /// Checks the content of an answer.
    static func content(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.count <= TextKind.contentBytesMax else {
            throw GrammarError("has \(text.utf8.count) bytes: expected \(TextKind.content.expected)")
        }
        return text
    }

    /// Checks a status that can be told of a fault, or a class of them.
    static func statuses(_ text: String) throws(GrammarError) -> String {
        let letters = Array(text.utf8)
        let isClass = letters.count == 3 && text.dropFirst().lowercased() == "xx"
        let isStatus = letters.count == 3 && letters.allSatisfy { (0x30...0x39).contains($0) }
        guard isClass || isStatus else {
            // nginx's habit, and a class by its bounds.
            let classes = ["40x": "4xx", "50x": "5xx", "400-499": "4xx", "500-599": "5xx"]
            throw GrammarError(
                "is no status: expected \(TextKind.statuses.expected)", meant: classes[text.lowercased()])
        }
        guard text.hasPrefix("4") || text.hasPrefix("5") else {
            throw GrammarError("is no status of a fault: expected \(TextKind.statuses.expected)")
        }
        guard text == text.lowercased() else {
            throw GrammarError("is in upper case", meant: text.lowercased())
        }
        return text
    }

    /// Checks the domain of a cookie.
    static func cookieDomain(_ text: String) throws(GrammarError) -> String {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253,
            labels.allSatisfy({ label in
                !label.isEmpty && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            })
        else {
            throw GrammarError(
                "is no cookie's domain: expected \(TextKind.cookieDomain.expected)",
                meant: text.hasPrefix(".") ? String(text.dropFirst()) : nil)
        }
        return text
    }

    /// Checks what stands between a session's identifier and the route.
    static func separator(_ text: String) throws(GrammarError) -> String {
        if text == "off" { return text }
        let refused = "\";,= \\"
        guard text.utf8.count == 1, let byte = text.utf8.first, 0x21...0x7E ~= byte, !isAlphanumeric(byte),
            !refused.utf8.contains(byte)
        else { throw GrammarError("is no separator: expected \(TextKind.separator.expected)") }
        return text
    }

    /// Checks a media type and brings it to lower case; its subtype may be `*`, or `*+` and a suffix.
    static func mediaType(_ text: String) throws(GrammarError) -> String {
        if text.contains(";") {
            let type = text.prefix { $0 != ";" && $0 != " " }
            throw GrammarError("has a parameter", meant: String(type), "; types are compared without")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isToken = { (part: Substring) in
            !part.isEmpty && part.utf8.allSatisfy { isAlphanumeric($0) || "!#$&^_.+-".utf8.contains($0) }
        }
        guard text.utf8.count <= nameBytesMax, parts.count == 2, isToken(parts[0]),
            parts[1] == "*" || isToken(parts[1]) || parts[1].hasPrefix("*+") && isToken(parts[1].dropFirst(2))
        else { throw GrammarError("is no media type: expected \(TextKind.mediaType.expected)") }
        return text.lowercased()
    }

    private static func word(_ text: String, _ what: String, extra: String) throws(GrammarError) -> String {
        guard text.utf8.count <= nameBytesMax else { throw GrammarError("is longer than \(nameBytesMax) characters") }
        for scalar in text.unicodeScalars {
            guard scalar.isASCII, isAlphanumeric(UInt8(scalar.value)) || extra.unicodeScalars.contains(scalar) else {
                throw GrammarError("has the character \(String(scalar).quoted), which no \(what)'s name has")
            }
        }
        return text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
