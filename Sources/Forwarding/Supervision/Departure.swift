/// Why a node is to be left by those who balance in front.
struct Departure {
    /// Somebody at the control socket has said so.
    var isAsked = false
    /// The process ends.
    var isEnding = false

    /// Whether it is.
    var isLeaving: Bool { isAsked || isEnding }
}

/// Whether a node may be given requests by those who balance in front.
public struct NodeReadiness: Codable, Sendable, Equatable {
    /// Whether it may.
    public var isReady: Bool
    /// Why not; `ready` where it may.
    public var words: String
}
