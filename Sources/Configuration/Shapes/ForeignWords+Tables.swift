import Model

/// Which foreign words are known in which place: those of Apache, nginx, HAProxy, Caddy, Traefik and Envoy.
///
/// Words of one meaning stand in one entry, whoever has them, so the files beside this one go by place.
extension ForeignWords {
    /// Those of a place.
    static func of(_ vocabulary: Vocabulary) -> ForeignWords {
        switch vocabulary {
        case .none: none
        case .root: root
        case .listener: listener
        case .tls: tls
        case .site: site
        case .path: path
        case .balancer: balancer
        case .member: member
        case .affinity: affinity
        case .timeouts: timeouts
        case .limits: limits
        case .listenerLimits: listenerLimits
        case .placeLimits: placeLimits
        case .compression: compression
        case .log: log
        case .accessLog: accessLog
        case .eventLog: eventLog
        case .syslog: syslog
        case .levels: levels
        case .control: control
        case .metrics: metrics
        case .fastCGI: fastCGI
        case .buffering: buffering
        case .forwarded: forwarded
        case .methods: methods
        case .statuses: statuses
        case .modes: modes
        case .secure: secure
        case .codings: codings
        }
    }
}
