/// Why a node is to be left by those who balance in front.
struct Departure {
    /// Somebody at the control socket has said so.
    var isAsked = false
    /// The process ends.
    var isEnding = false
    /// Another process has been given what this one leaves: what is changed here from then on is lost.
    var isHandedOver = false

    /// Whether it is.
    var isLeaving: Bool { isAsked || isEnding }

    /// Whether another process serves in place of this one.
    var isReplaced: Bool { isHandedOver && isEnding }
}

/// Whether a node may be given requests by those who balance in front.
public struct NodeReadiness: Codable, Sendable, Equatable {
    /// Whether it may.
    public var isReady: Bool
    /// Why not; `ready` where it may.
    public var words: String
}
