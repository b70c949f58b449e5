/// Limits of checks that no configuration key sets.
package enum CheckLimits {
    /// Checks under way at a time, so that descriptors are left for clients; further ones wait for their turn.
    static let probesMax = 128
    /// Bytes that are read of an answer at most, what is before its content included; what goes on is no answer.
    package static let answerBytesMax = 192 * 1_024
    /// Bytes of an answer's content that are looked through.
    package static let contentBytesMax = 64 * 1_024
    /// Bytes of an answer's head.
    static let headBytesMax = 32 * 1_024
    /// Bytes of a message of gRPC's health.
    static let messageBytesMax = 1_024
    /// Milliseconds between two looks at members that have been well for a while and are held back still.
    static let holdPauseMillis = 1_000
    /// Bytes of evidence that are kept and told.
    static let evidenceBytesMax = 200
}
