import Model

/// Which foreign words are known in which place: those of Apache, nginx, HAProxy, Caddy, Traefik and Envoy.
///
/// Words of one meaning stand in one entry, whoever has them, so the files beside this one go by place.
extension ForeignWords {
    /// Those of a place.
    static func of(_ vocabulary: Vocabulary) -> ForeignWords {
        switch vocabulary {
        case .none: none
        case .root: root.with(checksOfRoot).with(directivesOfTop)
        case .listener: listener.with(directives)
        case .tls: tls
        case .site: site.with(directives)
        case .path: path.with(directives)
        case .balancer: balancer.with(checksOfMembers)
        case .member: member.with(checksOfMembers)
        case .affinity: affinity
        case .timeouts: timeouts
        case .limits: limits
        case .listenerLimits: listenerLimits
        case .placeLimits: placeLimits
        case .placeTimeouts: placeTimeouts
        case .rates: rates
        case .rateKeys: rateKeys
        case .rateSources: rateSources
        case .fields: fields
        case .fieldEdits: fieldEdits
        case .redirects: redirects
        case .redirectStatuses: redirectStatuses
        case .redirectSchemes: redirectSchemes
        case .cases: cases
        case .conditions: conditions
        case .transportSecurity: transportSecurity
        case .requestID: requestID
        case .users: users
        case .escapedSlashes: escapedSlashes
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
        case .check: check
        case .checkKinds: checkKinds
        case .agent: agent
        case .forwarded: forwarded
        case .dns: dns
        case .methods: methods
        case .statuses: statuses
        case .modes: modes
        case .secure: secure
        case .codings: codings
        }
    }
}
