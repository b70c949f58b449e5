import Model
import TLS

/// Reads a configuration's file and all that it includes into one document.
///
/// `include` is gone from it. Each file is read once, from its own folder, and its pieces know where they stand.
struct DocumentAssembler {
    /// Files that a configuration has at most.
    static let filesMax = 1_000
    /// Files that include each other, one the next, at most.
    static let depthMax = 8
    /// Bytes of all files together at most: four times the longest one.
    static let bytesMax = 4 * SourceFile.bytesMax
    /// The key.
    private static let key = "include"

    private let files: IncludedFiles
    private let findings: Findings
    private let folders: BaseFolders
    private var reading: Reading
    /// Where the files were included, by the paths that their links lead to.
    private var taken: [String: Origin] = [:]
    private var bytes = 0
    /// Whether a file could not be read, which was said.
    private var isIncomplete = false
    /// The files that were read, by their names for messages, the first one first.
    private(set) var names: [String] = []
    /// What came from the environment, by the names of the variables.
    var hidden: [String: String] { reading.variables.taken }

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - variables: the environment.
    ///   - files: where included files are.
    ///   - folders: what relative paths start from.
    ///   - findings: gets all errors.
    init(variables: Variables, files: IncludedFiles, folders: BaseFolders, findings: Findings) {
        reading = Reading(variables: variables)
        self.files = files
        self.folders = folders
        self.findings = findings
    }

    /// Reads a file and what it includes.
    ///
    /// - Returns: `nil` when one of them cannot be understood, which was then said.
    mutating func document(of source: SourceFile) -> DocumentNode? {
        names.append(source.file)
        taken[files.resolve(source.file)] = .start(of: source.file)
        bytes = source.text.count
        let document = document(of: source, chain: [source.file])
        findings.hide(hidden)
        return isIncomplete ? nil : document
    }

    private mutating func document(of source: SourceFile, chain: [String]) -> DocumentNode? {
        findings.begin(source.file)
        reading.isIncluded = chain.count > 1
        guard let document = DocumentReader.read(source, findings: findings, with: &reading) else {
            isIncomplete = true
            return nil
        }
        guard case .mapping(let entries) = document.content, let include = entries.first(where: { $0.name == Self.key })
        else { return document }
        var mappings = [entries.filter { $0.name != Self.key }]
        for slot in patterns(include.value) {
            for path in paths(of: slot) {
                guard let piece = piece(path, at: slot, chain: chain) else { continue }
                mappings.append(piece)
            }
        }
        let merger = DocumentMerger(findings: findings, folders: folders)
        return DocumentNode(.mapping(merger.merge(mappings, EdgeConfiguration.schema.table)), at: document.origin)
    }

    // MARK: - Patterns

    private func patterns(_ node: DocumentNode) -> [Slot] {
        let shape = EdgeConfiguration.schema.table[Self.key].shape
        let slot = Slot(
            node: node.taken(as: shape), shape: shape, keys: Self.key, findings: findings, folders: folders)
        return slot.pieces() ?? []
    }

    /// The files that a piece of `include` stands for.
    private mutating func paths(of slot: Slot) -> [String] {
        guard let text = slot.text(), case .text(let path)? = slot.datum() else {
            isIncomplete = true
            return []
        }
        guard FilePattern.isPattern(path) else { return [path] }
        guard !path.contains("**") else {
            refuse(slot, "** is no part of a pattern", cure: "write * for one name between two /")
            return []
        }
        do throws(FilePattern.Fault) {
            let found = try FilePattern(path: path).matches(in: files, countMax: Self.filesMax)
            if found == nil {
                slot.warn("there is no folder that \(text.quoted) could have files in", cure: .takeAway())
            }
            return found ?? []
        } catch {
            refuse(slot, error.words, cure: error.cure)
            return []
        }
    }

    // MARK: - Files

    /// The entries of an included file; `nil` where it cannot be had, which was said.
    private mutating func piece(_ path: String, at slot: Slot, chain: [String]) -> [DocumentNode.Entry]? {
        let identity = files.resolve(path)
        let way = (chain + [path]).joined(separator: " includes ")
        if chain.contains(where: { files.resolve($0) == identity }) {
            refuse(slot, "it would include itself: \(way)", cure: .takeAway("include what is in a folder of its own"))
            return nil
        }
        if let first = taken[identity] {
            refuse(
                slot, "\(path) is included at \(slot.said(first)) already", cure: .takeAway("name each file once"))
            return nil
        }
        guard chain.count < Self.depthMax else {
            refuse(
                slot, "more than \(Self.depthMax) files include each other: \(way)",
                cure: .takeAway("include it higher up"))
            return nil
        }
        guard names.count < Self.filesMax else {
            refuse(slot, "expected at most \(Self.filesMax) files", cure: "put some of them into one")
            return nil
        }
        taken[identity] = slot.node.origin
        guard let source = source(path, at: slot), let document = document(of: source, chain: chain + [path]) else {
            isIncomplete = true
            return nil
        }
        guard case .mapping(let entries) = document.content else {
            isIncomplete = true
            findings.add(
                document.origin,
                "expected a mapping with keys of a configuration, such as sites or balancers, found \(document.found)",
                cure: "write one, or keep the file elsewhere")
            return nil
        }
        return entries
    }

    private mutating func source(_ path: String, at slot: Slot) -> SourceFile? {
        let read: [UInt8]
        switch files.read(path, SourceFile.bytesMax) {
        case .success(let bytes): read = bytes
        case .failure(let fault):
            refuse(slot, fault, path)
            return nil
        }
        names.append(path)
        bytes += read.count
        guard bytes <= Self.bytesMax else {
            refuse(slot, "the files together are longer than \(Self.bytesMax) bytes", cure: "use fewer or wildcards")
            return nil
        }
        findings.begin(path)
        return SourceFile(bytes: read, file: path, findings: findings)
    }

    /// Says why a file cannot be had: what is there in its place, or what the system says.
    private mutating func refuse(_ slot: Slot, _ fault: WholeFile.Fault, _ path: String) {
        switch files.list(path) {
        case .names: refuse(slot, "\(path) is a folder", cure: cure(ofFolder: slot))
        case .missing: refuse(slot, "there is no file \(path)", cure: .takeAway("write its path, or take it away"))
        case .unreadable(let words):
            refuse(slot, "\(path) \(words)", cure: .takeAway("name a file that can be read, or take it away"))
        case .file:
            refuse(slot, "\(path) \(fault.message)", cure: .takeAway("name a file that can be read, or take it away"))
        }
    }

    /// What is meant with a folder: what is in it.
    private func cure(ofFolder slot: Slot) -> Cure {
        guard case .text(let text) = slot.node.meaning, slot.node.written == nil, !FilePattern.isPattern(text) else {
            return "move it elsewhere, or name what is in it by a pattern"
        }
        let pattern = "\(text.hasSuffix("/") ? text : text + "/")*.yaml"
        return pattern.yaml.map { .write($0) } ?? "name what is in it by a pattern"
    }

    private mutating func refuse(_ slot: Slot, _ message: String, cure: Cure) {
        isIncomplete = true
        slot.complain(message, cure: cure)
    }
}
