/// What became of a request that its member has answered at once.
struct Reply {
    /// The member that was asked first; empty where nobody was.
    let member: String
    /// What it was sent, head and content.
    let request: String
    /// Who has asked.
    let client: ScriptedClient

    /// The target that the member was asked for.
    var target: String {
        let words = request.split(separator: " ", maxSplits: 2)
        return words.count == 3 ? String(words[1]) : ""
    }

    /// The values of a field that the member was sent, one by one.
    func told(_ name: String) -> [String] { request.values(of: name) }

    /// Where it went and why, in the words that the client asked for.
    var decision: String { client.field("X-Martlet-Route") ?? "" }

    /// Why it was this member.
    var reason: String { decision.split(separator: "=").last.map(String.init) ?? "" }

    /// The cookies that the client was given, each with its attributes.
    var cookies: [String] { client.head.values(of: "Set-Cookie") }

    /// What the client sends from now on: the cookies that it was given, those alone that are set.
    var jar: String {
        cookies.map { String($0.prefix { $0 != ";" }) }.filter { !$0.hasSuffix("=") }.joined(separator: "; ")
    }

    /// A cookie that the client was given: its value, and the attributes from the first semicolon on.
    func cookie(_ name: String) -> (value: String, attributes: String)? {
        guard let line = cookies.first(where: { $0.hasPrefix(name + "=") }) else { return nil }
        let rest = line.dropFirst(name.count + 1)
        let value = rest.prefix { $0 != ";" }
        return (String(value), String(rest.dropFirst(value.count)))
    }
}

extension String {
    /// The values of a field in a head, one by one, whatever the case of its name.
    func values(of name: String) -> [String] {
        let start = name.lowercased() + ":"
        let lines = split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst().prefix { !$0.isEmpty }
        return lines.filter { $0.lowercased().hasPrefix(start) }
            .map { String($0.dropFirst(start.count).drop { $0 == " " }) }
    }
}
