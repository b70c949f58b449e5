import Balancing
import Limiting
import Model

/// What is said of checks.
enum CheckWords {
    private static let pathBytesMax = 1_024

    /// Checks the target of a request, with its query (RFC 9112, section 3.2.1).
    static func path(_ text: String) throws(GrammarError) -> String {
        if let end = text.firstRange(of: "://") {
            let rest = text[end.upperBound...]
            throw GrammarError("is a URL", meant: rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/")
        }
        guard text.hasPrefix("/") else { throw GrammarError("does not start with /", meant: "/\(text)") }
        guard text.utf8.count <= pathBytesMax else { throw GrammarError("is longer than \(pathBytesMax) bytes") }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") }) else {
            throw GrammarError("has what no request has in its path: expected \(TextKind.checkPath.expected)")
        }
        return text
    }

    /// Checks where a member is asked.
    static func address(_ text: String, from folder: BaseFolder) throws(GrammarError) -> String {
        if text.hasPrefix("unix:") { return "unix:" + (try UnixPath.parse(text.dropFirst(5), from: folder)) }
        guard let address = IPAddress(text) else {
            let hasPort = text.contains(":") && !text.contains("::")
            throw GrammarError(
                "is no address: expected \(TextKind.checkAddress.expected)",
                meant: hasPort ? text.split(separator: ":").first.map(String.init) : nil)
        }
        return address.description
    }

    /// Checks statuses that prove a member.
    static func statuses(_ text: String) throws(GrammarError) -> String {
        if let statuses = CheckStatuses(text) { return statuses.description }
        throw GrammarError(
            "is no status: expected \(TextKind.checkStatuses.expected)",
            meant: [text.lowercased(), text.replacing(" ", with: "")].first { CheckStatuses($0) != nil })
    }

    /// Checks a regular expression.
    static func expression(_ text: String) throws(GrammarError) -> String {
        do throws(RegularExpressionFault) {
            _ = try RegularExpression(text)
            return text
        } catch {
            throw GrammarError("\(error.words), at character \(error.position)", meant: error.meant, cure: .takeAway())
        }
    }
}
