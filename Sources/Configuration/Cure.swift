/// What would mend something: in words for people, and as an edit for what can be mended without a thought.
public struct Cure: Sendable, Hashable {
    /// A change of the file at the place of a ``Diagnostic``. Its texts are YAML.
    public enum Edit: Sendable, Hashable {
        /// Put this in the place of what stands there; where that is a key, in the place of the key and its value.
        case write(String)
        /// Put this in the place of the key that stands there, and leave its value.
        case rename(String)
        /// Take away the entry, or the piece of a list, that stands there or whose value does.
        case takeAway
        /// Put this entry into the mapping that stands there; where none does, beside the entry whose value does.
        case add(String)
    }

    /// What to do, as the end of a sentence.
    public let words: String
    /// The same to be done by a machine; `nil` where somebody has to think.
    public let edit: Edit?

    /// Makes a cure.
    init(_ words: String, _ edit: Edit? = nil) {
        self.words = words
        self.edit = edit
    }

    /// Write something in the place of what stands there.
    ///
    /// - Parameters:
    ///   - yaml: what to write.
    ///   - aside: what else there is to say, behind it.
    static func write(_ yaml: String, _ aside: String = "") -> Cure {
        Cure("write \(yaml)\(aside)", .write(yaml))
    }

    /// Call a key otherwise.
    static func rename(_ key: String, _ aside: String = "") -> Cure {
        Cure("write \(key)\(aside)", .rename(key))
    }

    /// Add an entry.
    static func add(_ entry: String, _ aside: String = "") -> Cure {
        Cure("add \(entry)\(aside)", .add(entry))
    }

    /// Quote what YAML takes for something else than a text.
    static func quote(_ text: String) -> Cure {
        Cure("quote it if it is meant: \(text.quoted)", .write(text.quoted))
    }

    /// Take away what stands there.
    static func takeAway(_ words: String = "take it away") -> Cure {
        Cure(words, .takeAway)
    }
}

extension Cure: ExpressibleByStringInterpolation {
    /// Words alone.
    public init(stringLiteral words: String) {
        self.init(words)
    }
}

extension DocumentNode {
    /// The scalar as one writes it in YAML; `nil` for a list, a mapping, nothing, and what does not belong into a
    /// message.
    var yaml: String? {
        if let written { return written.text.verbatimYAML }
        return switch meaning {
        case .text(let text): text.yaml
        case .number(let text): text
        case .boolean(let value): "\(value)"
        case .nothing, nil: nil
        }
    }
}

extension String {
    /// The text as one writes it in YAML, with quotes where it needs them, and nothing in it that would be taken for a
    /// variable; `nil` where it is too long or has characters that do not belong into a message.
    var yaml: String? { replacing("${", with: "$${").verbatimYAML }

    /// The same of what may have variables in it.
    fileprivate var verbatimYAML: String? {
        guard unicodeScalars.count <= 120, quoted.dropFirst().dropLast() == self, !contains("\""), !contains("\\")
        else {
            return nil
        }
        return isPlainYAML ? self : quoted
    }

    private var isPlainYAML: Bool {
        let node = DocumentNode(.scalar(self, isPlain: true), at: .start(of: ""))
        guard let first = unicodeScalars.first, case .text = node.meaning else { return false }
        return !"-?:,[]{}#&*!|>'%@` ".unicodeScalars.contains(first) && !hasSuffix(":") && !hasSuffix(" ")
            && !contains(": ") && !contains(" #") && !contains { ",[]{}".contains($0) }
    }
}
