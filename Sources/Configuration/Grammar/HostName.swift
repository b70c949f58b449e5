import Limiting
import Model

/// Names of hosts, in the letters that go over the wire (RFC 1123, section 2.1, with the underscore that container
/// names have).
enum HostName {
    /// Reads a name or an IPv4 address and brings it to lower case.
    static func parse(_ text: String) throws(GrammarError) -> String {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw GrammarError("has a letter beyond ASCII", cure: "write the name's A-label, which starts with xn--")
        }
        if text.hasSuffix("."), text != "." {
            throw GrammarError("ends in a dot", meant: String(text.dropLast()))
        }
        guard text.utf8.count <= 253 else { throw GrammarError("is longer than a host name can be (253)") }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels { try check(label) }
        if let last = labels.last, last.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), IPAddress(text) == nil {
            throw GrammarError("is neither a host name nor an IPv4 address")
        }
        return text.lowercased()
    }

    /// Reads a name as certificates have it: with `*.` in front, or an IP address.
    static func parse(certificate text: String) throws(GrammarError) -> String {
        if let address = IPAddress(text) { return address.description }
        guard text.hasPrefix("*.") else { return try parse(text) }
        return "*." + (try parse(String(text.dropFirst(2))))
    }

    private static func check(_ label: Substring) throws(GrammarError) {
        guard !label.isEmpty else { throw GrammarError("has an empty part between its dots") }
        guard label.utf8.count <= 63 else { throw GrammarError("has a part that is longer than 63 characters") }
        for byte in label.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                continue
            default:
                let character = String(Unicode.Scalar(byte)).quoted
                throw GrammarError("has the character \(character), which no host name has")
            }
        }
        guard label.first != "-", label.last != "-" else {
            throw GrammarError("has a part that starts or ends with a hyphen")
        }
    }
}
