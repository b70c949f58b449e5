import Model
import Reactor
import TLS

/// What a worker needs to serve a new edge.
struct Installation {
    /// A listening socket with this worker's TLS for it, and what is declared of it.
    struct Part {
        let socket: ListeningSocket
        let security: ListenerSecurity
        let configuration: ListenerConfiguration
        let key: Entrance.Key?
        /// Connections that it has let in; `nil` where no metrics are told.
        let counts: CounterTable?
    }

    let edge: Edge
    let listeners: [Part]
    /// What the worker has of the edge's balancers whose affinity is written into cookies, by their index.
    let memories: [AffinityMemory?]
}
