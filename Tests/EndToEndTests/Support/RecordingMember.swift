import CLinux
import Foundation

/// A member that keeps every byte it received and plays a script, for faults that no real server can show.
final class RecordingMember: Sendable {
    /// What one connection of Martlet's was about.
    struct Recorded: Sendable {
        var bytes: [UInt8] = []
        var requests: [WireMessage] = []
        var hasEnded = false
    }

    private struct State {
        var connections: [Recorded] = []
        var sockets: [Socket] = []
        var failures: [String] = []
        var isStopped = false
    }

    let endpoint: Endpoint
    private let listener: Int32
    private let state = Monitor(State())

    /// Listens and plays `script` on a thread of its own for each connection.
    ///
    /// The connection is closed when the script returns or throws.
    init(at endpoint: Endpoint = .ipv4(port: 0), script: @escaping @Sendable (MemberConnection) throws -> Void) throws {
        let (descriptor, bound) = try SocketAddress.listen(at: endpoint)
        listener = descriptor
        self.endpoint = bound
        let state = state
        Thread.detachNewThread {
            while true {
                let accepted = clinux_accept(descriptor, nil, nil)
                if accepted < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                RecordingMember.serve(Socket(taking: accepted), state: state, script: script)
            }
            close(descriptor)
        }
        Belongings.keep(self)
    }

    /// Answers every request with the same text.
    convenience init(at endpoint: Endpoint = .ipv4(port: 0), answering text: String) throws {
        try self.init(at: endpoint) { connection in
            try connection.answerEach { _ in "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)" }
        }
    }

    deinit { stop() }

    /// Stops listening and ends every connection.
    func stop() {
        stopListening()
        closeConnections()
    }

    /// Refuses connections from now on.
    func stopListening() {
        state.withLock { state in
            if !state.isStopped { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isStopped = true
        }
    }

    /// Ends the connections that are open now and goes on listening.
    func closeConnections() {
        for socket in state.withLock({ $0.sockets }) { socket.shutDown() }
    }

    var connections: [Recorded] { state.withLock { $0.connections } }
    /// All requests, connection by connection.
    var requests: [WireMessage] { connections.flatMap(\.requests) }
    /// What scripts threw.
    var failures: [String] { state.withLock { $0.failures } }

    /// Waits until the recording satisfies `condition`; false when that does not happen in time.
    func wait(seconds: Double = 10, until condition: ([Recorded]) -> Bool) -> Bool {
        state.wait(seconds: seconds) { condition($0.connections) ? true : nil } ?? false
    }

    /// Waits for that many requests in all.
    func waitForRequests(_ count: Int, seconds: Double = 10) -> Bool {
        wait(seconds: seconds) { $0.reduce(0) { $0 + $1.requests.count } >= count }
    }

    private static func serve(
        _ socket: Socket, state: Monitor<State>, script: @escaping @Sendable (MemberConnection) throws -> Void
    ) {
        let number = state.withLock { state in
            state.connections.append(Recorded())
            state.sockets.append(socket)
            return state.connections.count - 1
        }
        Thread.detachNewThread {
            let connection = MemberConnection(socket, number: number) { change in
                state.withLock { change(&$0.connections[number]) }
            }
            do {
                try script(connection)
            } catch {
                state.withLock { $0.failures.append("connection \(number): \(error)") }
            }
            socket.close()
            state.withLock { $0.connections[number].hasEnded = true }
        }
    }
}

/// The script's side of a connection to a ``RecordingMember``.
final class MemberConnection {
    let socket: Socket
    /// 0 for the first connection that the member took.
    let number: Int
    let reader: WireReader
    private let record: ((inout RecordingMember.Recorded) -> Void) -> Void

    init(_ socket: Socket, number: Int, record: @escaping ((inout RecordingMember.Recorded) -> Void) -> Void) {
        self.socket = socket
        self.number = number
        self.record = record
        reader = WireReader(socket) { bytes in record { $0.bytes += bytes } }
    }

    /// Reads a request with its content and records it; nil when the connection ends first.
    func readRequest(seconds: Double = 60) throws -> WireMessage? {
        let request = try reader.readRequest(seconds: seconds)
        if let request { record { $0.requests.append(request) } }
        return request
    }

    /// Reads a request's head alone and records it.
    func readHead(seconds: Double = 60) throws -> WireMessage? {
        let head = try reader.readHead(seconds: seconds)
        if let head { record { $0.requests.append(head) } }
        return head
    }

    func send(_ text: String) throws {
        try socket.write(text)
    }

    func send(_ bytes: [UInt8]) throws {
        try socket.write(bytes)
    }

    /// Answers requests until the connection ends.
    func answerEach(_ answer: (WireMessage) throws -> String) throws {
        while let request = try readRequest() { try send(answer(request)) }
    }

    /// Waits for the end of the connection, recording whatever still comes.
    func waitForEnd(seconds: Double = 60) {
        _ = try? reader.readToEnd(seconds: seconds)
    }
}
