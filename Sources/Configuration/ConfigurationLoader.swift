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

    private let readCertificates: CertificateReader?
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
        return try decode(document, of: [], hiding: [:], BaseFolders(of: "", from: nil), findings: findings)
    }

    private func load(
        _ source: SourceFile, from folder: String?, findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let folders = BaseFolders(of: source.file, from: folder)
        var assembler = DocumentAssembler(
            variables: Variables(environment()), files: files, folders: folders, findings: findings)
        guard let document = assembler.document(of: source) else { throw findings.errors(in: assembler.names) }
        return try decode(
            document, of: assembler.names, hiding: assembler.hidden, folders, findings: findings)
    }

    private func decode(
        _ document: DocumentNode, of files: [String], hiding hidden: [String: String], _ folders: BaseFolders,
        findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let root = Slot(
            node: document, shape: .table(EdgeConfiguration.schema.table), keys: "", findings: findings,
            folders: folders)
        var certificates = CertificateCheck(read: readCertificates)
        let edge = EdgeDecoder.decode(root, certificates: &certificates, knowsProcessor: knowsProcessor)
        guard findings.isEmpty else { throw findings.errors(in: files) }
        guard let edge else { preconditionFailure("a configuration without a complaint has a value") }
        return LoadedConfiguration(
            edge: edge, warnings: findings.warnings, identityCount: certificates.identityCount, files: files,
            hidden: hidden, places: Places(of: document))
    }
}

extension Findings {
    /// What was found, to be thrown.
    fileprivate func errors(in files: [String]) -> ConfigurationErrors {
        ConfigurationErrors(diagnostics: sorted, warnings: warnings, files: files)
    }
}
