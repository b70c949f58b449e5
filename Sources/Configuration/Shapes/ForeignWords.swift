/// The words that other balancers have for what stands in a place, and for what has no form here.
///
/// They are looked up by letters and digits alone, so that `max_conns`, `maxConns` and `max-conns` are one word. A word
/// that is probably a slip for one of ours is none of them.
struct ForeignWords: Sendable {
    /// What a word stands for.
    enum Meaning: Sendable {
        /// A key of ours with the same kind of value.
        case called(String)
        /// A key of ours with the same kind of number; `zero`: an entry of ours that says what 0 does elsewhere.
        case weighed(String, zero: String)
        /// A key of ours that counts one more.
        case oneMore(String)
        /// An entry of ours, or a value; `$` in it stands for the value that was written.
        case written(String)
        /// What is so anyway, or said otherwise: why it can be taken away.
        case needless(String)
        /// What this version does not have: its name as the start of a sentence, such as `redirects have`.
        case missing(String)
        /// What is to be said elsewhere.
        case advice(String)
    }

    /// Nothing foreign is known.
    static let none = ForeignWords([])

    private var meanings: [String: Meaning]

    /// Makes a list.
    ///
    /// - Parameters:
    ///   - entries: words with blanks between them, and what they stand for.
    ///   - others: more of them.
    init(_ entries: [(words: String, meaning: Meaning)], _ others: [(words: String, meaning: Meaning)] = []) {
        var meanings: [String: Meaning] = [:]
        for entry in others + entries {
            for word in entry.words.split(separator: " ") { meanings[String(word)] = entry.meaning }
        }
        self.meanings = meanings
    }

    /// The same with more of them; what is known already stays as it is.
    func with(_ others: [(words: String, meaning: Meaning)]) -> ForeignWords {
        var words = ForeignWords([], others)
        words.meanings.merge(meanings) { _, known in known }
        return words
    }

    /// What to do about a foreign key.
    ///
    /// - Parameters:
    ///   - value: what stands behind it.
    ///   - present: the keys of ours that stand beside it.
    /// - Returns: `nil` for a word that is not known.
    func cure(ofKey name: String, value: DocumentNode, beside present: Set<String>) -> Cure? {
        guard let meaning = meanings[Self.letters(name)] else { return nil }
        switch meaning {
        case .called(let key): return Self.rename(key, beside: present)
        case .weighed(let key, let zero):
            guard value.meaning == .number("0") else { return Self.rename(key, beside: present) }
            return Self.write(zero, beside: present, ", which takes new sessions from it")
        case .oneMore(let key):
            guard case .number(let text) = value.meaning, let count = Int(text), (0..<100).contains(count),
                !present.contains(key)
            else { return Self.rename(key, beside: present) }
            return .write("\(key): \(count + 1)", ": the first one is counted too")
        case .written(let template):
            guard let entry = Self.fill(template, with: value) else {
                return Cure("write \(template.replacing("$", with: "…"))")
            }
            return Self.write(entry, beside: present)
        default: return Self.cure(meaning)
        }
    }

    private static func rename(_ key: String, beside present: Set<String>) -> Cure {
        guard present.contains(key) else { return .rename(key) }
        return .takeAway("it is called \(key) here and is there already: take one away")
    }

    private static func write(_ entry: String, beside present: Set<String>, _ aside: String = "") -> Cure {
        let key = String(entry.prefix { $0 != ":" })
        return present.contains(key) ? Cure("it is a part of \(key) here: \(entry)") : .write(entry, aside)
    }

    /// What to write in place of a foreign value; `nil` for a word that is not known.
    func cure(ofValue text: String) -> Cure? {
        guard let meaning = meanings[Self.letters(text)] else { return nil }
        switch meaning {
        case .called(let word), .written(let word): return .write(word)
        default: return Self.cure(meaning)
        }
    }

    /// What to do where a mapping is expected and a word says that there is to be none; `nil` for other words.
    func cureOfNone(_ text: String) -> Cure? {
        guard ["off", "none", "no", "false", "disabled"].contains(text), let meaning = meanings[text],
            case .needless = meaning
        else { return nil }
        return Self.cure(meaning)
    }

    private static func cure(_ meaning: Meaning) -> Cure {
        switch meaning {
        case .called(let words), .weighed(let words, _), .oneMore(let words), .written(let words), .advice(let words):
            Cure(words)
        case .needless(let reason): .takeAway("take it away: \(reason)")
        case .missing(let thing): .takeAway("take it away: \(thing) no form here yet, see README.md#what-it-is-not-yet")
        }
    }

    private static func fill(_ template: String, with value: DocumentNode) -> String? {
        guard template.contains("$") else { return template }
        guard let yaml = value.yaml, !yaml.contains("$"), value.meaning != .boolean(true),
            value.meaning != .boolean(false)
        else { return nil }
        // Apache's way to name a balancer.
        if case .text(let text) = value.meaning, text.hasPrefix("balancer://"),
            let name = text.dropFirst("balancer://".count).split(separator: "/").first.map(String.init)?.yaml
        {
            return template.replacing("$", with: name)
        }
        guard case .text(let text) = value.meaning, let pair = SessionCookies.pair(text) else {
            return template.replacing("$", with: yaml)
        }
        // Apache names a session's cookie and parameter in one word.
        let names = "cookie: \(pair.cookie), parameter: \(pair.parameter)"
        return template.replacing("cookie: $", with: names).replacing("$", with: yaml)
    }

    private static func letters(_ word: String) -> String {
        String(word.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
    }
}
