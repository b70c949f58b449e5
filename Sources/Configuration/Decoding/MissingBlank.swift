/// A key and a value with a colon between them and no blank behind it, which YAML takes for one text: `a:http://b`.
struct MissingBlank {
    /// What is wrong, as the end of a sentence that starts with the text.
    static let message = "has no blank behind its colon"

    /// What stands in front of the colon.
    let key: String
    /// The entry as it was meant, as YAML.
    let entry: String

    /// Looks at a text.
    ///
    /// - Returns: `nil` where it may be meant as it stands, as a URL is.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        let (key, value) = (text[..<colon], text[text.index(after: colon)...])
        guard !value.isEmpty, !value.hasPrefix("//"), !text.contains(where: \.isWhitespace), key != "unix",
            let yamlKey = String(key).yaml, let yamlValue = String(value).yaml
        else { return nil }
        self.key = String(key)
        entry = "\(yamlKey): \(yamlValue)"
    }
}
