import Bytes
import HTTP
import Reactor
import TLS

/// What one end of a connection reads: the slab that it reads into, whether there may be more, and what this turn has
/// left for it.
///
/// An idle connection has no slab. Belongs to one connection on its worker's thread; a connection that goes on in
/// another protocol hands it over.
package final class Intake {
    private let buffers: BufferPool
    /// What was received and is not done with.
    private(set) var buffer: Buffer?
    /// Whether the kernel, or OpenSSL, may have bytes for us.
    var mayHaveMore = false
    /// Whether the peer has ended its direction or reset the connection, so that a short read is not the last one.
    var hasPeerEnded = false
    var budget: TurnBudget

    /// - Parameters:
    ///   - bytesMax: what it may have of a turn.
    ///   - buffers: where its slab comes from.
    package init(bytesMax: Int, buffers: BufferPool) {
        self.buffers = buffers
        budget = TurnBudget(bytesMax)
    }

    /// Whether nothing was received that is not done with.
    package var isEmpty: Bool { buffer?.isEmpty ?? true }

    /// Whether there is nothing to do: no slab, and nothing to read.
    package var isAtRest: Bool { !mayHaveMore && buffer == nil }

    // MARK: - Reading

    /// Notes what the event loop has told of the transport.
    package func note(_ readiness: Readiness, of transport: Transport) {
        if readiness.intersection([.peerEnded, .hungUp, .failed]).rawValue != 0 {
            hasPeerEnded = true
            mayHaveMore = true
        }
        if readiness.contains(.readable) {
            mayHaveMore = true
            transport.tls?.onReadable()
        }
    }

    /// Reads into the slab, or into an empty one where there is none yet.
    ///
    /// - Parameter isLarge: whether an empty one is a large one.
    package func read(from transport: Transport, isLarge: Bool = false) -> TransportOutcome {
        // Taken out and put back, in place of counting a further reference.
        let buffer = buffer.take() ?? (isLarge ? buffers.large() : buffers.small())
        if buffer.room == 0 { buffer.compact() }
        let outcome = read(from: transport, into: buffer)
        self.buffer = consume buffer
        return outcome
    }

    /// Reads into a slab's room.
    package func read(from transport: Transport, into buffer: Buffer) -> TransportOutcome {
        let (outcome, isDrained) = transport.read(into: buffer)
        if case .moved = outcome {
            if isDrained, !hasPeerEnded { mayHaveMore = false }
        } else {
            mayHaveMore = false
        }
        return outcome
    }

    /// Drops what the kernel has for us, as much as an empty slab takes.
    package func discard(from transport: Transport, using buffer: Buffer) -> TransferResult {
        let result = transport.socket.discard(using: buffer)
        if case .transferred(let count) = result {
            if count < buffer.room, !hasPeerEnded { mayHaveMore = false }
        } else {
            mayHaveMore = false
        }
        return result
    }

    // MARK: - The slab

    /// The slab, or an empty one where there is none yet.
    package func open() -> Buffer {
        if let buffer { return buffer }
        let buffer = buffers.small()
        self.buffer = buffer
        return buffer
    }

    /// Makes room behind a head that is not whole.
    package func makeRoom(behind head: Buffer, in stores: Stores) throws(HeadError) {
        buffer = try stores.withRoom(head)
    }

    /// Takes the slab out, or an empty one where there is none, for as long as somebody handles what is in it.
    package func take() -> Buffer {
        buffer.take() ?? buffers.small()
    }

    /// Keeps a slab whose bytes are not done with.
    package func keep(_ buffer: Buffer) {
        self.buffer = buffer
    }

    /// Gives an empty slab back.
    package func rest() {
        guard let buffer = buffer.take() else { return }
        if buffer.isEmpty { buffers.giveBack(buffer) } else { self.buffer = consume buffer }
    }

    /// Gives the slab back, whatever is in it.
    package func close() {
        if let buffer = buffer.take() { buffers.giveBack(buffer) }
    }

    /// Is as it was before it read anything, for another connection.
    func reset() {
        close()
        mayHaveMore = false
        hasPeerEnded = false
        budget.forget()
    }
}
