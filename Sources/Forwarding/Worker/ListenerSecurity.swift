import Model
import TLS

/// How a worker secures the connections of a listener in a new edge.
package enum ListenerSecurity {
    /// What listeners share a worker's TLS by.
    package struct Key: Hashable, Sendable {
        let tls: TLSConfiguration
        let protocols: [ListenerConfiguration.ApplicationProtocol]
    }

    /// In cleartext.
    case none
    /// By TLS that was built for this edge.
    case new(TLSContext, Key)
    /// By the TLS that some listener of the edge before has by this key: nothing of it has changed.
    case asBefore(Key)
}
