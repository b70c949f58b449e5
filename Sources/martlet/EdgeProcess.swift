import ArgumentParser
import Configuration
import Control
import Forwarding
import Foundation
import Logging
import Model
import Reactor

/// Runs an edge for the verbs that serve.
enum EdgeProcess {
    /// The exit code of an edge that cannot serve what its configuration declares (`EX_CONFIG` of sysexits).
    private static let badConfiguration = ExitStatus.badConfiguration.rawValue
    /// The exit code when the system refuses what is needed to begin (`EX_OSERR`).
    private static let systemRefuses = ExitStatus.systemRefuses.rawValue

    /// Serves until a signal ends the process.
    ///
    /// - Parameters:
    ///   - options: what the command line says of the process.
    ///   - source: where the configuration stands, for people.
    ///   - load: reads the configuration, at the start and at each reload.
    ///   - prepare: called once signals are blocked, so that threads that it starts leave them to the edge, and before
    ///     `load`.
    /// - Throws: the exit code, or what `prepare` throws.
    static func serve(
        _ options: ProcessOptions? = nil, from source: String = "the command line",
        _ load: @escaping @Sendable (ConfigurationLoader) throws(ConfigurationErrors) -> LoadedConfiguration,
        afterBlockingSignals prepare: () throws -> Void = {}
    ) throws -> Never {
        // For all threads, of which there is one.
        ProcessRights.forbidNewPrivileges()
        // Before a key is read.
        if options?.coreDumps != true { ProcessLimits.forbidCores() }
        let events: EventLog
        let server: Server
        let concealment = Concealment()
        do {
            events = try EventLog()
            LoggingSystem.bootstrap { _ in EventLogHandler(events) }
            let logger = Logger(label: "martlet")
            let control: Server.Controller = { room, socket, supervisor in
                switch room {
                case .control: try ControlRoom.serve(socket, supervisor: supervisor, logger: logger)
                case .metrics: try MetricsRoom.serve(socket, supervisor: supervisor, logger: logger)
                }
            }
            server = try Server(
                source: source, events: events, logger: logger, control: control,
                handsOver: options?.handOver ?? false,
                coding: Legacy.Coding(
                    encode: { try Array(JSONEncoder().encode($0)) },
                    decode: { try JSONDecoder().decode(Legacy.self, from: Data($0)) },
                    encodeVerdicts: { try Array(JSONEncoder().encode($0)) },
                    decodeVerdicts: { try JSONDecoder().decode(LeftVerdicts.self, from: Data($0)) }),
                stateFolder: stateFolder,
                write: { concealment.conceal($0.flow) },
                load: reader(load, concealment))
        } catch {
            throw failure("error: cannot begin: \(error)", code: systemRefuses)
        }
        try prepare()
        let code: Int32
        do {
            code = try server.run()
        } catch let error as StartError {
            code = end(error.lines.joined(separator: "\n"), code: badConfiguration, events)
        } catch {
            code = end("error: cannot begin: \(error)", code: systemRefuses, events)
        }
        throw ExitCode(code)
    }

    /// The folder that a service manager lets the process keep things in (`StateDirectory=`, systemd.exec(5)), the
    /// first of several.
    private static var stateFolder: String? {
        let told = ProcessInfo.processInfo.environment["STATE_DIRECTORY"]
        return told?.split(separator: ":").first.map(String.init)
    }

    /// Reads the configuration for the server.
    private static func reader(
        _ load: @escaping @Sendable (ConfigurationLoader) throws(ConfigurationErrors) -> LoadedConfiguration,
        _ concealment: Concealment
    ) -> Server.Loader {
        { isReload in
            // A bad certificate must not reject a reload: the server keeps the old one of its name.
            let loader = isReload ? ConfigurationLoader(readCertificates: nil) : ConfigurationLoader()
            do throws(ConfigurationErrors) {
                let loaded = try load(loader)
                concealment.hide(loaded)
                return .configuration(
                    loaded.edge, warnings: loaded.warnings.map(\.description), fileCount: loaded.files.count,
                    members: loaded.members)
            } catch {
                return .refused(
                    error.diagnostics.map(\.description), warnings: error.warnings.map(\.description))
            }
        }
    }

    /// Says behind what the event log has said why the edge cannot serve.
    private static func end(_ words: String, code: Int32, _ events: EventLog) -> Int32 {
        events.write(plain: words)
        events.finish()
        return code
    }

    /// Says on standard error why the edge cannot serve, before it has an event log.
    ///
    /// - Returns: the exit code to throw.
    static func failure(_ words: String, code: Int32 = badConfiguration) -> ExitCode {
        FileHandle.standardError.write(Data((words + "\n").utf8))
        return ExitCode(code)
    }
}
