import Logging

/// Hands what swift-log's loggers are told to the event log.
public struct EventLogHandler: LogHandler {
    private let events: EventLog
    /// What is told with each line.
    public var metadata: Logger.Metadata = [:]
    /// What matters less is not said.
    public var logLevel: Logger.Level = .info

    /// Makes a handler of a log.
    public init(_ events: EventLog) {
        self.events = events
    }

    /// What stands behind each message, by its key.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the message, and the metadata behind it as `key=value`.
    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        events.write(event.level, "\(event.message)\(pairs.joined())")
    }
}
