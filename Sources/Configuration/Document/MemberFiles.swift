import Forwarding
import Model
import TLS

/// Puts members that are in files of their own at their places in a document: from there on they are as if they stood
/// there, and every piece knows in which file it does.
struct MemberFiles {
    /// Reads a file of at most so many bytes.
    typealias Reader = (_ path: String, _ bytesMax: Int) -> Result<[UInt8], WholeFile.Fault>

    /// The key of the file's path.
    static let key = "file"
    /// The keys that lead to balancers and their members.
    private static let (balancers, members) = ("balancers", "members")

    private let read: Reader
    private let folders: BaseFolders
    private let findings: Findings
    private var reading: Reading
    /// The files by the balancers' names, as they are to be opened.
    private(set) var paths: [String: String] = [:]
    /// What was read, by the files' paths.
    private(set) var bytes: [String: [UInt8]] = [:]
    /// What came from the environment, by the names of the variables.
    var hidden: [String: String] { reading.variables.taken }

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - read: reads a file.
    ///   - variables: the environment.
    ///   - folders: what relative paths start from.
    ///   - findings: gets all errors.
    init(read: @escaping Reader, variables: Variables, folders: BaseFolders, findings: Findings) {
        self.read = read
        reading = Reading(variables: variables)
        self.folders = folders
        self.findings = findings
    }

    /// The document with the members of files; where one cannot be read, which was said, nothing more is to be said of
    /// these members.
    mutating func expand(_ document: DocumentNode) -> DocumentNode {
        guard case .mapping(let entries) = document.content else { return document }
        let expanded = entries.map { entry in
            entry.name == Self.balancers ? entry.replacing(expand(balancers: entry.value)) : entry
        }
        findings.hide(hidden)
        return paths.isEmpty ? document : DocumentNode(.mapping(expanded), at: document.origin)
    }

    private mutating func expand(balancers node: DocumentNode) -> DocumentNode {
        guard case .mapping(let balancers) = node.content else { return node }
        let expanded = balancers.map { balancer in
            guard case .mapping(let keys) = balancer.value.content else { return balancer }
            let name = Slot.spelled(balancer.name)
            let replaced = keys.map { key in
                guard key.name == Self.members, case .mapping(let members) = key.value.content,
                    let file = members.first(where: { $0.name == Self.key && $0.value.isPath })
                else { return key }
                let keys = "\(Self.balancers).\(name).\(Self.members)"
                guard members.count == 1 else {
                    findings.add(
                        file.nameOrigin, keys: keys, "a file of members stands alone",
                        cure: .takeAway("move the other members into the file, or take it away"))
                    return key.replacing(DocumentNode(.unreadable, at: key.value.origin))
                }
                return key.replacing(self.members(in: file.value, of: balancer.name, keys: "\(keys).\(Self.key)"))
            }
            return balancer.replacing(DocumentNode(.mapping(replaced), at: balancer.value.origin))
        }
        return DocumentNode(.mapping(expanded), at: node.origin)
    }

    /// The members of a file, as they would stand in its place.
    private mutating func members(in node: DocumentNode, of balancer: String, keys: String) -> DocumentNode {
        let unreadable = DocumentNode(.unreadable, at: node.origin)
        let slot = Slot(
            node: node, shape: .text(.membersFile), keys: keys, findings: findings, folders: folders)
        guard case .text(let path)? = slot.datum() else { return unreadable }
        paths[balancer] = path
        switch read(path, SourceFile.bytesMax) {
        case .failure(let fault):
            slot.complain(
                "\(path) \(fault.message)", cure: "name a file that can be read, or declare the members here")
            return unreadable
        case .success(let read):
            bytes[path] = read
            findings.begin(path)
            // Said of an empty file: what is in it is not the whole configuration.
            reading.isIncluded = true
            guard let source = SourceFile(bytes: read, file: path, findings: findings),
                let document = DocumentReader.read(source, findings: findings, with: &reading)
            else { return unreadable }
            return document
        }
    }
}

extension DocumentNode {
    /// Whether it is meant as the path of a file of members, and not as a member's URL.
    fileprivate var isPath: Bool {
        guard case .scalar(let text, _) = content else { return false }
        return !text.contains("://") && !text.hasPrefix("unix:") && !text.hasPrefix("fcgi+unix:") && !text.isEmpty
    }
}

extension DocumentNode.Entry {
    /// The same key with something else behind it.
    fileprivate func replacing(_ value: DocumentNode) -> DocumentNode.Entry {
        DocumentNode.Entry(name: name, nameOrigin: nameOrigin, value: value)
    }
}
