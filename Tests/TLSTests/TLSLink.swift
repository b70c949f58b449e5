import Bytes
import Reactor
import TLS
import Testing

/// A server's connection and a client with the socket between them, on one thread.
final class TLSLink {
    let server: TLSConnection
    let client: TLSClient
    /// The client's end of the socket.
    private(set) var wire: Descriptor?
    private let serverEnd: Descriptor
    private var unsent: [UInt8] = []

    init(_ context: TLSContext, _ client: TLSClient = TLSClient()) throws {
        let (near, far) = Native.socketPair()
        serverEnd = Descriptor(taking: near)
        wire = Descriptor(taking: far)
        self.client = client
        server = try TLSConnection(context: context, descriptor: near)
    }

    /// Shakes hands until both sides have come to an end or nothing moves any more.
    ///
    /// - Parameter chunkBytes: bytes that reach the server at a time.
    func shakeHands(chunkBytes: Int = Int.max) -> (server: TLSConnection.Outcome, client: TLSClient.Step) {
        var serverOutcome = TLSConnection.Outcome.wouldBlock
        var clientStep = TLSClient.Step.wouldBlock
        for _ in 0..<20 {
            if clientStep == .wouldBlock { clientStep = client.handshake() }
            collectOutput()
            repeat {
                let hasSent = sendChunk(chunkBytes)
                if serverOutcome == .wouldBlock { serverOutcome = server.handshake() }
                if !hasSent { break }
            } while true
            let received = receive()
            client.feed(received)
            if received.isEmpty, clientStep != .wouldBlock, serverOutcome != .wouldBlock { break }
        }
        return (serverOutcome, clientStep)
    }

    /// Shakes hands up to the client's last message, which has not been carried yet.
    func finishClient() {
        #expect(client.handshake() == .wouldBlock)
        deliver()
        #expect(server.handshake() == .wouldBlock)
        client.feed(receive())
        #expect(client.handshake() == .done)
    }

    /// Carries what the client has written to the server's socket.
    func deliver() {
        collectOutput()
        while sendChunk(Int.max) {}
    }

    /// What the server can read now, and how that ended.
    func serverRead(room: Int = BufferPool.smallBytes) -> (bytes: [UInt8], outcome: TLSConnection.Outcome) {
        var all: [UInt8] = []
        let buffer = Buffer(capacity: room)
        while true {
            let outcome = server.read(into: buffer)
            guard case .done(let count) = outcome else { return (all, outcome) }
            buffer.withReadable { span in all += span.indices.map { span[$0] } }
            precondition(count == buffer.count, "as many as were moved")
            buffer.removeAll()
        }
    }

    /// What the client can read now, and how that ended.
    func clientRead() -> (bytes: [UInt8], step: TLSClient.Step) {
        client.feed(receive())
        return client.read()
    }

    /// Bytes that have arrived at the client's end of the socket.
    func receive(limit: Int = 1 << 20) -> [UInt8] {
        guard let number = wire?.number else { return [] }
        return Native.receive(number, limit: limit)
    }

    /// Puts bytes on the wire past the client.
    func inject(_ bytes: [UInt8]) {
        guard let number = wire?.number else { return }
        precondition(Native.send(number, bytes[...]) == bytes.count, "the socket is full")
    }

    /// Closes the client's end without close_notify.
    func cut() {
        // An `openssl` that another test is starting may hold a copy of the descriptor until it is executed.
        if let number = wire?.number { Native.shutDown(number) }
        wire = nil
    }

    private func collectOutput() {
        unsent += client.takeOutput()
    }

    private func sendChunk(_ chunkBytes: Int) -> Bool {
        guard let number = wire?.number, !unsent.isEmpty else { return false }
        let sent = Native.send(number, unsent.prefix(chunkBytes))
        guard sent > 0 else { return false }
        unsent.removeFirst(sent)
        return true
    }
}
