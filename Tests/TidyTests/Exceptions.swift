/// The short lists of what is allowed nowhere else, each with its reason.
enum Exceptions {
    /// Rooms whose whole purpose is to make something unsafe safe.
    static let unsafeRooms: Set<String> = ["Bytes", "Reactor", "TLS"]

    /// `@unchecked Sendable`, by file.
    static let uncheckedSendable = [
        "Sources/TLS/TLSLibrary.swift": "OpenSSL locks a library context itself",
        "Sources/Reactor/FileJob.swift": "a job and its slab change hands under locks, one owner at a time",
        "Sources/Reactor/OpenFile.swift": "it becomes another file only while one thread alone refers to it",
        "Sources/Forwarding/Log/LogQueue.swift": "slabs change hands under the lock, one owner at a time",
        "Sources/Forwarding/Worker/Handover.swift": "the value leaves the lock once, to one thread",
    ]

    /// `@exclusivity(unchecked)`, by file.
    static let uncheckedExclusivity = [
        "Sources/Reactor/EventLoop.swift": "slots and wheel call nobody while they are accessed",
        "Sources/Bytes/Lender.swift": "every access is in one function, whose flag lets no two overlap",
    ]

    /// `nonisolated(unsafe)`, by file.
    static let unsafeIsolation = [
        "Sources/TLS/TransportBIO.swift": "a table of callbacks, built once and only read afterwards",
        "Sources/HTTP/HTTP2/HTTP2Callbacks.swift":
            "tables of callbacks and options, built once and only read afterwards",
    ]

    /// Types of Forwarding with more than 15 stored properties.
    static let largeTypes = [
        "Clients": "listeners, connections and room of a worker",
        "Server": "the parts of the process, each made once at its start",
        "Balancer": "what requests ask of a balancer, made once for all of them",
        "ExchangeRecord": "a line of the access log: no state",
        "EdgeStatus": "what status tells of the edge: no state",
        "EdgeStatus.Member": "what status tells of a member: no state",
        "Explanation": "what explain tells of a request: no state",
    ]

    /// Rooms that a request passes through: no Foundation there.
    static let dataPath: Set<String> = [
        "Bytes", "Reactor", "TLS", "HTTP", "Session", "Balancing", "Limiting", "Model", "Forwarding",
    ]
}
