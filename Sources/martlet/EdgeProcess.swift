import ArgumentParser
import Configuration
import Control
import Forwarding
import Foundation
import Logging

/// Runs an edge for the verbs that serve.
enum EdgeProcess {
    /// The exit code of an edge that cannot serve what its configuration declares (`EX_CONFIG` of sysexits).
    private static let badConfiguration: Int32 = 78
    /// The exit code when the system refuses what is needed to begin (`EX_OSERR`).
    private static let systemRefuses: Int32 = 71

    /// Serves until a signal ends the process.
    ///
    /// - Parameters:
    ///   - load: reads the configuration, at the start and at each reload.
    ///   - prepare: called once signals are blocked, so that threads that it starts leave them to the edge, and before
    ///     `load`.
    /// - Throws: the exit code, or what `prepare` throws.
    static func serve(
        _ load: @escaping (ConfigurationLoader) throws(ConfigurationErrors) -> LoadedConfiguration,
        afterBlockingSignals prepare: () throws -> Void = {}
    ) throws -> Never {
        LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
        let logger = Logger(label: "martlet")
        let control: Server.Controller = { socket, supervisor in
            try ControlRoom.serve(socket, supervisor: supervisor, logger: logger)
        }
        let server = try Server(logger: logger, control: control) { isReload in
            // A bad certificate must not reject a reload: the server keeps the old one of its name.
            let loader = isReload ? ConfigurationLoader(readCertificates: nil) : ConfigurationLoader()
            do throws(ConfigurationErrors) {
                let loaded = try load(loader)
                return .configuration(loaded.edge, warnings: loaded.warnings.map(\.description))
            } catch {
                return .refused(error.diagnostics.map(\.description))
            }
        }
        try prepare()
        let code: Int32
        do {
            code = try server.run()
        } catch let error as StartError {
            throw failure(error.lines.joined(separator: "\n"))
        } catch {
            throw failure("error: cannot begin: \(error)", code: systemRefuses)
        }
        throw ExitCode(code)
    }

    /// Says on standard error why the edge cannot serve.
    ///
    /// - Returns: the exit code to throw.
    static func failure(_ words: String, code: Int32 = badConfiguration) -> ExitCode {
        FileHandle.standardError.write(Data((words + "\n").utf8))
        return ExitCode(code)
    }
}
