import Forwarding
import Foundation
import Model

/// Makes a validated configuration of what a user wrote.
///
/// All that is wrong is reported in one run. Time and memory are bounded by the length of the files, which is bounded
/// too.
public struct ConfigurationLoader: Sendable {
    /// Reads a folder of certificates.
    public typealias CertificateReader = @Sendable (_ path: String) -> CertificateSurvey

    private var readCertificates: CertificateReader?
    private let knowsProcessor: Bool
    private let files: IncludedFiles
    private let environment: @Sendable () -> [String: String]

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - readCertificates: reads the folders that listeners name. A fault in one is an error at its `certificates`
    ///     key, as at the start. `nil`: folders are not looked at, as for a reload, where a bad certificate must not
    ///     reject the configuration.
    ///   - knowsProcessor: whether the processor is one that `engine: igzip` may be declared on.
    ///   - files: where files are that are included.
    ///   - environment: the variables that stand in values as `${NAME}`.
    public init(
        readCertificates: CertificateReader? = CertificateSurvey.read,
        knowsProcessor: Bool = CompressionConfiguration.knowsProcessor, files: IncludedFiles = .disk,
        environment: @escaping @Sendable () -> [String: String] = { ProcessInfo.processInfo.environment }
    ) {
        self.readCertificates = readCertificates
        self.knowsProcessor = knowsProcessor
        self.files = files
        self.environment = environment
    }

    /// Loads a file, and what it includes. Blocks on the disk.
    ///
    /// - Parameters:
    ///   - path: the file; relative paths in it start from its folder.
    ///   - folder: what they start from in place of that; `nil`: from it.
    /// - Throws: all errors, at least one, in the order of their places.
    public func load(path: String, from folder: String? = nil) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings()
        guard let source = SourceFile(path: path, findings: findings) else { throw findings.errors(in: []) }
        return try load(source, from: folder, findings: findings)
    }

    /// Loads the bytes of a file that was read already.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - file: the file's path, for messages and as the start of relative paths.
    /// - Throws: all errors, at least one, in the order of their places.
    public func load(bytes: [UInt8], file: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings()
        guard let source = SourceFile(bytes: bytes, file: file, findings: findings) else {
            throw findings.errors(in: [])
        }
        return try load(source, from: nil, findings: findings)
    }

    /// Loads text.
    ///
    /// - Parameters:
    ///   - text: a whole configuration.
    ///   - file: the path of a file, for messages and as the start of relative paths.
    /// - Throws: all errors, at least one, in the order of their places.
    public func load(text: String, file: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        try load(bytes: Array(text.utf8), file: file)
    }

    /// Loads what `martlet proxy` was given; relative paths start from the working directory.
    ///
    /// - Throws: all errors, at least one, each with the flag that it concerns.
    public func load(_ arguments: ProxyArguments) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings()
        let document = arguments.document(findings: findings)
        return try decode(
            Declared(document: document, files: [], hidden: [:], folders: BaseFolders(of: "", from: nil)),
            findings: findings)
    }

    private func load(
        _ source: SourceFile, from folder: String?, findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let folders = BaseFolders(of: source.file, from: folder)
        var assembler = DocumentAssembler(
            variables: Variables(environment()), files: files, folders: folders, findings: findings)
        guard let document = assembler.document(of: source) else { throw findings.errors(in: assembler.names) }
        return try decode(
            Declared(document: document, files: assembler.names, hidden: assembler.hidden, folders: folders),
            findings: findings)
    }

    /// A configuration before the members that are in files of their own are put into it.
    private struct Declared: Sendable {
        let document: DocumentNode
        /// The files that it was read from.
        let files: [String]
        /// What came from the environment, by the names of the variables.
        let hidden: [String: String]
        let folders: BaseFolders
    }

    private func decode(
        _ declared: Declared, findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        var loaded = try decode(declared, reading: files.read, findings: findings)
        guard !loaded.memberBytes.isEmpty else { return loaded }
        var decoder = self
        // A bad certificate is no matter of members.
        decoder.readCertificates = nil
        let reader = MemberFilesReader(loaded.memberBytes, read: files.read) {
            [decoder] read throws(ConfigurationErrors) in
            let findings = Findings()
            for file in declared.files { findings.begin(file) }
            findings.hide(declared.hidden)
            return try decoder.decode(declared, reading: read, findings: findings).edge
        }
        loaded.members = MembersReader(paths: Set(loaded.memberBytes.keys)) { reader.reading() }
        return loaded
    }

    private func decode(
        _ declared: Declared, reading read: @escaping MemberFiles.Reader, findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        var members = MemberFiles(
            read: read, variables: Variables(environment()), folders: declared.folders, findings: findings)
        let document = members.expand(declared.document)
        let names = declared.files + members.bytes.keys.sorted()
        let root = Slot(
            node: document, shape: .table(EdgeConfiguration.schema.table), keys: "", findings: findings,
            folders: declared.folders)
        var certificates = CertificateCheck(read: readCertificates)
        let decoded = EdgeDecoder.decode(root, certificates: &certificates, knowsProcessor: knowsProcessor)
        guard findings.isEmpty else { throw findings.errors(in: names) }
        guard var edge = decoded else { preconditionFailure("a configuration without a complaint has a value") }
        for index in edge.balancers.indices {
            let path = members.paths[edge.balancers[index].name]
            edge.balancers[index].membersPath = path
        }
        return LoadedConfiguration(
            edge: edge, warnings: findings.warnings, identityCount: certificates.identityCount,
            files: names,
            hidden: declared.hidden.merging(members.hidden) { first, _ in first }, places: Places(of: document),
            memberBytes: members.bytes)
    }
}

extension Findings {
    /// What was found, to be thrown.
    fileprivate func errors(in files: [String]) -> ConfigurationErrors {
        ConfigurationErrors(diagnostics: sorted, warnings: warnings, files: files)
    }
}
