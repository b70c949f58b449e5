/// The short lists of what is allowed nowhere else, each with its reason.
enum Exceptions {
    /// Rooms whose whole purpose is to make something unsafe safe.
    static let unsafeRooms: Set<String> = ["Bytes", "Reactor", "TLS"]

    /// `@unchecked Sendable`, by file.
    static let uncheckedSendable = [
        "Sources/TLS/TLSLibrary.swift": "OpenSSL locks a library context itself",
        "Sources/Forwarding/Log/LogQueue.swift": "slabs change hands under the lock, one owner at a time",
        "Sources/Forwarding/Worker/Handover.swift": "the value leaves the lock once, to one thread",
    ]

    /// `@exclusivity(unchecked)`, by file.
    static let uncheckedExclusivity = [
        "Sources/Reactor/EventLoop.swift": "slots and wheel call nobody while they are accessed"
    ]

    /// `nonisolated(unsafe)`, by file.
    static let unsafeIsolation = [
        "Sources/TLS/TransportBIO.swift": "a table of callbacks, built once and only read afterwards",
        "Sources/HTTP/HTTP2/HTTP2Callbacks.swift":
            "tables of callbacks and options, built once and only read afterwards",
    ]

    /// Rooms that a request passes through: no Foundation there.
    static let dataPath: Set<String> = [
        "Bytes", "Reactor", "TLS", "HTTP", "Session", "Balancing", "Model", "Forwarding",
    ]
}
