import NIOCore

/// Limits of the control room, and of the one where metrics are told.
public enum ControlLimits {
    /// Connections of operators that are open at once; further ones wait in the socket's queue.
    static let connectionsMax = 32
    /// The same where metrics are told, counted by itself: two Prometheis, and 60 balancers in front that keep their
    /// connections alive. A page of 10,000 members keeps some 4 MB until it is told.
    static let metricsConnectionsMax = 64
    /// Seconds that a connection may be silent, between two requests or within one.
    static let idleTimeoutSeconds: Int64 = 10
    /// Seconds that the end of the process waits for answers that are under way.
    static let farewellSeconds = 1
    /// Bytes of a request's content: a request to be explained, whose head may have 60 KiB, as JSON.
    static let contentBytesMax = 256 * 1024
    /// Bytes of a request's head, and of each field.
    static let headBytesMax = 16 * 1024
    /// Fields of a request.
    static let fieldsMax = 32
    /// Bytes of an answer that a client takes: the status of some 20,000 members.
    static let answerBytesMax = 16 * 1024 * 1024
    /// Seconds that a client waits for its answer.
    static let answerTimeoutSeconds = 10
    /// Seconds that a client waits for a reload: the one that goes on and the one after it may each wait for names
    /// twice, for the new configuration and for the one that goes on if that is refused.
    public static let reloadTimeoutSeconds = 60
    /// Seconds that a client waits for a new process to serve: it has 60 s (SuccessionLimits), and its end may follow.
    public static let upgradeTimeoutSeconds = 70
    /// Seconds that a client may be told to wait for a reload or a new process: a day.
    public static let waitingSecondsMax = 24 * 3_600
}
