/// What becomes of requests by the rules of a few edges, for people to read and for ``RuleTableTests`` to hold to.
///
/// A row has up to five columns, over one line or more; what follows `#` alone is a remark:
///
/// - who asks: the listener (``RuleEdge/listeners``) and the client (``RuleEdge/clients``, or an address);
/// - what for: method, host (`-`: none, in HTTP/1.0) and target, and fields. `3.` before it: it is the third of such
///   requests; `2&`: the first is under way still;
/// - who answers: a member, or Martlet with its status, its reason and its rule, as the access log has them.
///   `explain:` behind it is what explain says instead;
/// - what the member is told, and what the client is: fields, all of one name in their order; `-Name`: none of that
///   name; `Name: *`: some one. The member's target stands first. `Page` is the content of Martlet's own answers.
///
/// Pieces are parted by a blank and a semicolon.
enum RuleTable {
    private static let all: [(edge: RuleEdge, rows: String)] = [
        (shop, ways), (shop, places), (shop, ambiguities), (shop, answers), (shop, redirects), (shop, cases),
        (guarded, addresses), (guarded, proxies), (guarded, introduced), (guarded, users), (guarded, rates),
        (guarded, closed),
        (told, requestFields), (told, answerFields), (told, mapped),
        (forwarded, chains), (forwarded, bounds),
    ]

    /// All rows.
    static let rows = all.flatMap { edge, text in lines(of: text).compactMap { RuleRow($0, of: edge) } }

    /// Lines that are none.
    static let unread = all.flatMap { edge, text in lines(of: text).filter { RuleRow($0, of: edge) == nil } }

    /// The rows of a text, each on one line.
    private static func lines(of text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n").map(\.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
            if line.hasPrefix("|") || line.hasPrefix(";"), let last = lines.indices.last {
                lines[last] += " " + line
            } else {
                lines.append(line)
            }
        }
        return lines
    }
}
