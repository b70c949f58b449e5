import Bytes
import HTTP
import Reactor

/// What members of FastCGI and AJP ask of a request: which script it calls, and what they are told beside its head.
extension Exchange {
    /// Finds the script that a request calls, of a balancer with members of FastCGI.
    ///
    /// - Returns: whether there is one; if not, the request was refused.
    func findScript(at balancer: Balancer) -> Bool {
        guard let rules = balancer.gateway else { return true }
        guard let slab = outbound.slab else { return false }
        switch slab.withReadable({ rules.resolve($0.extracting(WrittenRequest.path(ofLine: $0))) }) {
        case .found(let script):
            facts.script = script
            return true
        case .missing: refuse(Refusal(.noScript))
        case .refused: refuse(Refusal(.pathAmbiguous))
        }
        return false
    }

    /// The script that was found; where a new configuration has come meanwhile, it is looked for anew.
    ///
    /// - Returns: `nil` where there is none: the request is refused at the end of the turn.
    func script(of bytes: Span<UInt8>, by rules: GatewayRules) -> CGIScript? {
        if let script = facts.script { return script }
        guard case .found(let script) = rules.resolve(bytes.extracting(WrittenRequest.path(ofLine: bytes))) else {
            refuseLater(Refusal(.noScript))
            return nil
        }
        return script
    }

    /// Hands `body` what a member is told beside the head.
    func withGatewayEnvironment<Result>(_ body: (borrowing GatewayEnvironment) -> Result) -> Result {
        var environment = GatewayEnvironment()
        // Taken and not copied: what two variables share is copied by the first change.
        var digits: [UInt8] = []
        swap(&digits, &bench.stores.scratch)
        defer { swap(&digits, &bench.stores.scratch) }
        if let peer = completedPeer() {
            tell(peer, in: &environment)
            if facts.origin != 0 {
                digits.removeAll(keepingCapacity: true)
                SocketAddress.withHost(ofMappedBits: facts.origin) { host in
                    for offset in host.indices { digits.append(host[offset]) }
                }
                environment.clientAddress = digits
                environment.clientPort = 0
            }
        }
        environment.isSecure = isPublicSecure
        environment.version = facts.version
        environment.user = ruling.user
        if !environment.user.isEmpty { environment.authentication = "Basic" }
        environment.originalTarget = facts.originalTarget
        if let mapping = ruling.mapping, let target = mapping.target {
            environment.mountedAt = mapping.mount
            environment.mountedTo = target
        }
        return body(environment)
    }

    private func tell(_ peer: ClientPeer, in environment: inout GatewayEnvironment) {
        environment.clientAddress = peer.forwardedFor
        environment.clientPort = peer.address.isUnix ? 0 : peer.address.port
        if let end = peer.localEnd {
            environment.localAddress = end.host
            environment.localPort = end.port
        }
        guard peer.isSecure, let terms = peer.terms else { return }
        environment.tlsVersion = terms.version
        environment.cipher = terms.cipher
        environment.keyBits = terms.keyBits
        if let end = peer.localEnd { environment.serverName = end.askedName }
    }
}
