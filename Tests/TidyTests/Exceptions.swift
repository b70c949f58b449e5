/// The short lists of what is allowed nowhere else, each with its reason.
enum Exceptions {
    /// Rooms whose whole purpose is to make something unsafe safe.
    static let unsafeRooms: Set<String> = ["Bytes", "Reactor", "TLS"]

    /// `@unchecked Sendable`, by file.
    static let uncheckedSendable: [String: String] = [:]

    /// `@exclusivity(unchecked)`, by file.
    static let uncheckedExclusivity: [String: String] = [:]

    /// `nonisolated(unsafe)`, by file.
    static let unsafeIsolation: [String: String] = [:]

    /// Rooms that a request passes through: no Foundation there.
    static let dataPath: Set<String> = ["Bytes", "Reactor", "TLS", "HTTP", "Session", "Balancing", "Forwarding"]
}
