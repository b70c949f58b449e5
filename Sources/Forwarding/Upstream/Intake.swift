import Bytes
import Reactor

/// What a connection to a member reads: its transport, what the kernel may have for it, and what has come and was not
/// handed on. Belongs to its connection.
final class Intake {
    let transport: Transport
    private let buffers: BufferPool
    /// What has come and was not handed on; `nil`: nothing.
    private(set) var buffer: Buffer?
    /// Whether the kernel may have bytes for us.
    var canRead = false
    /// Whether the member has ended its direction, so that a short read is not the last one.
    private(set) var hasPeerEnded = false
    private var turn = 0

    init(_ transport: Transport, buffers: BufferPool) {
        self.transport = transport
        self.buffers = buffers
    }

    /// Whether there is nothing that was not handed on.
    var isEmpty: Bool { buffer?.isEmpty ?? true }

    /// Whether there is something to read or to hand on.
    var hasWork: Bool { canRead || buffer != nil }

    /// Hears what the event loop tells.
    func hear(_ readiness: Readiness) {
        if readiness.intersection([.peerEnded, .hungUp, .failed]).rawValue != 0 { hasPeerEnded = true }
        if readiness.contains(.readable) || hasPeerEnded { canRead = true }
    }

    /// The slab for what comes.
    func takeBuffer(isLarge: Bool = false) -> Buffer {
        if let buffer { return buffer }
        let lent = isLarge ? buffers.large() : buffers.small()
        buffer = lent
        return lent
    }

    /// Takes the slab out for what comes: who closes the connection meanwhile does not give it back.
    func takeOut() -> Buffer {
        buffer.take() ?? buffers.small()
    }

    /// Puts the slab back that was taken out.
    func putBack(_ buffer: Buffer) {
        if buffer.isEmpty { buffers.giveBack(buffer) } else { self.buffer = buffer }
    }

    /// Whether it is asked for the first time in a turn.
    func begins(_ turn: Int) -> Bool {
        defer { self.turn = turn }
        return turn != self.turn
    }

    /// Puts a slab that was made larger in the place of the other.
    func replaceBuffer(by larger: Buffer) {
        buffer = larger
    }

    /// Gives the slab back.
    func giveBack() {
        guard let buffer = buffer.take() else { return }
        buffers.giveBack(buffer)
    }

    /// Reads what fits behind what is there.
    func read(into buffer: Buffer) -> TransportOutcome {
        let (outcome, isDrained) = transport.read(into: buffer)
        switch outcome {
        case .moved: if isDrained, !hasPeerEnded { canRead = false }
        case .wouldBlock, .ended, .failed: canRead = false
        }
        return outcome
    }
}
