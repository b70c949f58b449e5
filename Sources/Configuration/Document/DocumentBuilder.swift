import Yams

/// Makes a ``DocumentNode`` of what Yams read from a text without aliases and doubled keys (see ``DocumentReader``).
struct DocumentBuilder {
    /// What stands for `*` in the text that Yams reads.
    static let hiddenStar: Unicode.Scalar = "\u{E000}"
    /// Mappings and lists within each other at most; the configuration needs six.
    private static let depthMax = 32

    private let hiddenKeys: [Origin: String]
    private let file: String
    private let findings: Findings
    private var reading: Reading
    private var anchors: [String: DocumentNode] = [:]
    private var isRefused = false

    /// Makes the tree of a document.
    ///
    /// - Parameters:
    ///   - root: the document.
    ///   - file: where it stands.
    ///   - hiddenKeys: the keys whose text was changed, by their places.
    ///   - findings: gets the errors.
    ///   - reading: what all files share.
    /// - Returns: `nil` when the document is too deep or grows too large; that was then said.
    static func build(
        _ root: Node, of file: String, hiddenKeys: [Origin: String], findings: Findings, with reading: inout Reading
    ) -> DocumentNode? {
        var builder = DocumentBuilder(file, hiddenKeys: hiddenKeys, findings: findings, reading: reading)
        let document = builder.node(root, depth: 0)
        reading = builder.reading
        return builder.isRefused ? nil : document
    }

    private init(_ file: String, hiddenKeys: [Origin: String], findings: Findings, reading: Reading) {
        self.file = file
        self.reading = reading
        self.hiddenKeys = hiddenKeys
        self.findings = findings
    }

    private mutating func node(_ node: Node, depth: Int) -> DocumentNode {
        let origin = origin(of: node)
        guard depth <= Self.depthMax else {
            if !isRefused { findings.add(origin, "mappings and lists are nested more than \(Self.depthMax) deep") }
            isRefused = true
            return DocumentNode(.unreadable, at: origin)
        }
        let result: DocumentNode
        switch node {
        case .scalar(let scalar):
            result = self.scalar(scalar, at: origin)
        case .sequence(let sequence):
            refuseTag(sequence.tag, at: origin, unless: .seq)
            var nodes: [DocumentNode] = []
            for element in sequence { nodes.append(self.node(element, depth: depth + 1)) }
            result = DocumentNode(.sequence(nodes), at: origin)
        case .mapping(let mapping):
            refuseTag(mapping.tag, at: origin, unless: .map)
            result = DocumentNode(.mapping(entries(mapping, depth: depth)), at: origin)
        case .alias:
            preconditionFailure("Yams resolves aliases")
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = result }
        return result
    }

    private mutating func entries(_ mapping: Node.Mapping, depth: Int) -> [DocumentNode.Entry] {
        var entries: [DocumentNode.Entry] = []
        var origins: [String: Origin] = [:]
        for (key, value) in mapping {
            let origin = origin(of: key)
            let value = node(value, depth: depth + 1)
            guard case .scalar(let scalar) = key,
                scalar.string.unicodeScalars.first != Self.hiddenStar || scalar.style != .plain
            else {
                findings.add(origin, "expected a plain word as a key", cure: "spell the key out")
                continue
            }
            let name = hiddenKeys[origin] ?? scalar.string.replacing(Self.hiddenStar)
            if Variables.isIn(name) {
                findings.add(
                    origin, "\(name.quoted) is a key, and variables are replaced in values alone",
                    cure: "write the name itself")
                continue
            }
            if let first = origins[name] {
                findings.add(
                    origin,
                    "the key \(name.quoted) stands here a second time; the first is at "
                        + first.words(from: origin),
                    cure: .takeAway("keep one of them"))
                continue
            }
            origins[name] = origin
            entries.append(DocumentNode.Entry(name: name, nameOrigin: origin, value: value))
        }
        return entries
    }

    private func origin(of node: Node) -> Origin {
        .mark(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private mutating func scalar(_ scalar: Node.Scalar, at origin: Origin) -> DocumentNode {
        let isPlain = scalar.style == .plain
        if isPlain, scalar.string.unicodeScalars.first == Self.hiddenStar {
            return alias(String(scalar.string.unicodeScalars.dropFirst()), at: origin)
        }
        let isText = scalar.tag.rawValue == Tag.Name.str.rawValue
        if !isText { refuseTag(scalar.tag, at: origin, unless: .implicit) }
        let text = scalar.string.replacing(Self.hiddenStar)
        guard Variables.isIn(text) else { return DocumentNode(.scalar(text, isPlain: isPlain && !isText), at: origin) }
        return replaced(text, isPlain: isPlain && !isText, at: origin)
    }

    /// A scalar with what the variables in it hold.
    private mutating func replaced(_ text: String, isPlain: Bool, at origin: Origin) -> DocumentNode {
        do throws(Variables.Complaint) {
            let (replaced, written) = try reading.variables.replace(in: text)
            return DocumentNode(.scalar(replaced, isPlain: isPlain || written != nil), at: origin, written: written)
        } catch {
            findings.add(origin, error.message, cure: error.cure)
            return DocumentNode(.unreadable, at: origin)
        }
    }

    private mutating func alias(_ hiddenName: String, at origin: Origin) -> DocumentNode {
        let name = hiddenName.replacing(Self.hiddenStar)
        guard let target = anchors[name] else {
            if Self.isAnchorName(name) {
                findings.add(
                    origin, "the alias *\(name.shortened) has no anchor above it",
                    cure: NearestName.suggestion(for: name, among: anchors.keys.sorted()) { .write("*\($0)") }
                        ?? "quote it if it is a text")
                return DocumentNode(.unreadable, at: origin)
            }
            findings.add(origin, "a text that starts with * needs quotes", cure: "*\(name)".yaml.map { .write($0) })
            return DocumentNode(text: "*\(name)", at: origin)
        }
        reading.expansion += target.weight
        guard reading.expansion <= DocumentReader.expansionMax else {
            if !isRefused {
                findings.add(
                    origin, "aliases make the document longer than \(DocumentReader.expansionMax) pieces",
                    cure: "an alias of aliases of aliases grows fast; spell it out")
            }
            isRefused = true
            return DocumentNode(.unreadable, at: origin)
        }
        return target
    }

    private static func isAnchorName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains(scalar))
            }
    }

    private func refuseTag(_ tag: Tag, at origin: Origin, unless expected: Tag.Name) {
        let name = tag.rawValue
        guard name != Tag.Name.implicit.rawValue, name != Tag.Name.nonSpecific.rawValue, name != expected.rawValue
        else { return }
        let core = "tag:yaml.org,2002:"
        let spelled = name.hasPrefix(core) ? "!!\(name.dropFirst(core.count))" : name
        findings.add(origin, "the tag \(spelled.quoted) has no meaning here", cure: "take the tag away")
    }
}

extension String {
    /// The text with its stars back.
    func replacing(_ hiddenStar: Unicode.Scalar) -> String {
        guard unicodeScalars.contains(hiddenStar) else { return self }
        var result = UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar == hiddenStar ? "*" : scalar) }
        return String(result)
    }
}
