import Forwarding
import Model

/// Makes a validated configuration of what a user wrote.
///
/// All that is wrong is reported in one run. Time and memory are bounded by the length of the file, which is bounded
/// too.
public struct ConfigurationLoader: Sendable {
    /// Reads a folder of certificates.
    public typealias CertificateReader = @Sendable (_ path: String) -> CertificateSurvey

    private let readCertificates: CertificateReader?
    private let knowsProcessor: Bool

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - readCertificates: reads the folders that listeners name. A fault in one is an error at its `certificates`
    ///     key, as at the start. `nil`: folders are not looked at, as for a reload, where a bad certificate must not
    ///     reject the configuration.
    ///   - knowsProcessor: whether the processor is one that `engine: igzip` may be declared on.
    public init(
        readCertificates: CertificateReader? = CertificateSurvey.read,
        knowsProcessor: Bool = CompressionConfiguration.knowsProcessor
    ) {
        self.readCertificates = readCertificates
        self.knowsProcessor = knowsProcessor
    }

    /// Loads a file. Blocks on the disk.
    ///
    /// - Parameter path: the file; relative paths in it start from its folder.
    /// - Throws: all errors, at least one, in the order of their places.
    public func load(path: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings(file: path)
        guard let source = SourceFile(path: path, findings: findings) else { throw findings.errors }
        return try load(source, findings: findings)
    }

    /// Loads the bytes of a file that was read already.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - file: the file's path, for messages and as the start of relative paths.
    /// - Throws: all errors, at least one, in the order of their places.
    public func load(bytes: [UInt8], file: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings(file: file)
        guard let source = SourceFile(bytes: bytes, file: file, findings: findings) else { throw findings.errors }
        return try load(source, findings: findings)
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
        let findings = Findings(file: "")
        let document = arguments.document(findings: findings)
        return try decode(document, from: .working, findings: findings)
    }

    private func load(_ source: SourceFile, findings: Findings) throws(ConfigurationErrors) -> LoadedConfiguration {
        guard let document = DocumentReader.read(source, findings: findings) else { throw findings.errors }
        return try decode(document, from: BaseFolder(of: source.file), findings: findings)
    }

    private func decode(
        _ document: DocumentNode, from folder: BaseFolder, findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let root = Slot(
            node: document, shape: .table(EdgeConfiguration.schema.table), keys: "", findings: findings, folder: folder)
        var certificates = CertificateCheck(read: readCertificates)
        let edge = EdgeDecoder.decode(root, certificates: &certificates, knowsProcessor: knowsProcessor)
        guard findings.isEmpty else { throw findings.errors }
        guard let edge else { preconditionFailure("a configuration without a complaint has a value") }
        return LoadedConfiguration(
            edge: edge, warnings: findings.warnings, identityCount: certificates.identityCount)
    }
}

extension Findings {
    /// What was found, to be thrown.
    fileprivate var errors: ConfigurationErrors { ConfigurationErrors(diagnostics: sorted, warnings: warnings) }
}
