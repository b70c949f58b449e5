import Reactor

/// A connection on its way from the listener to its worker.
struct AcceptedSocket: Sendable {
    /// The open descriptor; who takes the message closes it.
    let number: Int32
    let peer: SocketAddress
    let listener: ListeningSocket
}
