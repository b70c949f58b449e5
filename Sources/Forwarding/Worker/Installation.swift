import Reactor
import TLS

/// What a worker needs to serve a new edge.
struct Installation {
    /// A listening socket with this worker's TLS for it.
    struct Part {
        let socket: ListeningSocket
        let context: TLSContext?
    }

    let edge: Edge
    let listeners: [Part]
}
