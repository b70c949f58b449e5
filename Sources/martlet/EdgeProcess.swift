import ArgumentParser
import Configuration
import Forwarding
import Foundation
import Logging

/// Runs an edge for the verbs that serve.
enum EdgeProcess {
    /// The exit code of an edge that cannot serve what its configuration declares (`EX_CONFIG` of sysexits).
    private static let badConfiguration: Int32 = 78

    /// Serves until a signal ends the process.
    ///
    /// - Parameter load: reads the configuration, at the start and at each reload.
    /// - Throws: the exit code.
    static func serve(
        _ load: @escaping (ConfigurationLoader) throws(ConfigurationErrors) -> LoadedConfiguration
    ) throws -> Never {
        LoggingSystem.bootstrap(StreamLogHandler.standardError(label:))
        let server = try Server(logger: Logger(label: "martlet")) { isReload in
            // A bad certificate must not reject a reload: the server keeps the old one of its name.
            let loader = isReload ? ConfigurationLoader(readCertificates: nil) : ConfigurationLoader()
            do throws(ConfigurationErrors) {
                return .configuration(try load(loader).edge)
            } catch {
                return .refused(error.diagnostics.map(\.description))
            }
        }
        do {
            throw ExitCode(try server.run())
        } catch let error as StartError {
            FileHandle.standardError.write(Data((error.lines.joined(separator: "\n") + "\n").utf8))
            throw ExitCode(badConfiguration)
        }
    }
}
