import Balancing
import Bytes
import HTTP
import Model
import Reactor
import TLS

/// Finds out what would become of a request, with the parsers and the balancers that requests go through, and without
/// counting anything.
struct Explainer: ~Copyable {
    let edge: Edge
    /// Milliseconds of the event loops' clock.
    let now: Int64
    /// The keys of sealed routes by their balancers' index; `nil` for others.
    let keys: [[TokenKey]?]
    private var head = RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)

    init(edge: Edge, keys: [[TokenKey]?], now: Int64) {
        self.edge = edge
        self.keys = keys
        self.now = now
    }

    /// Explains a request.
    ///
    /// - Throws: ``SupervisionError/Kind/malformed`` where the pieces do not make one request,
    ///   ``SupervisionError/Kind/exhausted`` where OpenSSL cannot open sealed routes.
    mutating func explain(_ request: ExplainedRequest) throws(SupervisionError) -> Explanation {
        let peer = try peer(request)
        let text = try text(request)
        let bytes = text.span
        let count: Int
        do throws(HeadError) {
            let limits = HeadLimits(requests: edge.configuration.limits)
            var scanner = HeadScanner()
            guard let end = try scanner.scan(bytes, limits: limits) else { throw HeadError(.incomplete, at: 0) }
            try head.parse(bytes.extracting(0..<end), limits: limits)
            count = end
        } catch {
            return Explanation(.none, refusal: Refusal(error))
        }
        return try explain(bytes.extracting(0..<count), peer: peer)
    }

    private func explain(_ bytes: Span<UInt8>, peer: ClientPeer) throws(SupervisionError) -> Explanation {
        let balancer: Balancer
        let asker = Asker(
            peer: peer, origin: edge.origin(of: head, in: bytes, peer: peer), now: Int(now) * 1_000_000,
            isRehearsal: true)
        switch edge.destination(of: head, in: bytes, by: peer.entrance) {
        case .balancer(let found, let place):
            if let refusal = edge.judge(head, in: bytes, asker, at: place) {
                return Explanation(.none, refusal: refusal, at: place)
            }
            if let place, let explanation = FileExplainer.explain(head, bytes, at: place, hasBalancer: true) {
                return explanation
            }
            balancer = found
        case .own(let place):
            if let refusal = edge.judge(head, in: bytes, asker, at: place) {
                return Explanation(.none, refusal: refusal, at: place)
            }
            return FileExplainer.explain(head, bytes, at: place, hasBalancer: false)
                ?? Explanation(.none, refusal: Refusal(.noPath), at: place)
        case .refused(let refusal, _): return Explanation(.none, refusal: refusal)
        }
        let claim = try claim(bytes, peer: peer, balancer: balancer)
        var generator = SystemRandomNumberGenerator()
        let choice = balancer.chooser.rehearse(
            claim.preferences, key: claim.key, staysWithSession: balancer.configuration.noFailover, now: now
        ) { generator.next() }
        var asked: [UInt8] = []
        claim.withRoute(head, in: bytes, balancer: balancer) { route in
            for offset in route.indices { asked.append(route[offset]) }
        }
        let decision = Decision(balancer: balancer, choice: choice, source: claim.source, asked: asked[...])
        return Explanation(decision, refusal: choice == nil ? balancer.refusal(of: claim, now: now) : nil)
    }

    private func claim(_ bytes: Span<UInt8>, peer: ClientPeer, balancer: Balancer) throws(SupervisionError)
        -> SessionClaim
    {
        guard let written = balancer.written else {
            return SessionClaim(
                head, in: bytes, balancer: balancer, peer: peer, origin: edge.origin(of: head, in: bytes, peer: peer),
                now: now,
                isRehearsal: true)
        }
        var memory: AffinityMemory?
        if let keys = keys[balancer.index] {
            do {
                memory = try AffinityMemory(balancer: balancer.configuration.name, keys: keys, library: TLSLibrary())
            } catch {
                throw SupervisionError(
                    .exhausted,
                    "balancer \(balancer.configuration.name): OpenSSL cannot open its sealed routes (\(error))",
                    cure: "look at the memory that is left")
            }
        }
        var state = AffinityState()
        return SessionClaim(written, head, in: bytes, balancer: balancer, memory: memory, into: &state) { _, _ in }
    }

    // MARK: - The request

    private func peer(_ request: ExplainedRequest) throws(SupervisionError) -> ClientPeer {
        let host = request.address ?? "127.0.0.1"
        guard let address = SocketAddress(host: host, port: 0) else {
            throw SupervisionError(
                .malformed, "address: expected an IP address in digits, found \"\(host)\"",
                cure: "write it without port and brackets, such as 192.0.2.1")
        }
        return ClientPeer(address: address, isSecure: false, edge: edge)
    }

    /// The request's head as a client would send it.
    private func text(_ request: ExplainedRequest) throws(SupervisionError) -> [UInt8] {
        var lines = ["\(request.method) \(request.path) HTTP/1.1"]
        lines.append("Host: \(request.host ?? someHost)")
        if let cookie = request.cookie { lines.append("Cookie: \(cookie)") }
        lines += request.fields
        for line in lines where line.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            throw SupervisionError(
                .malformed, "expected pieces of one request, found a line break in \"\(line)\"",
                cure: "give each field by itself")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// A host that the first site is for.
    private var someHost: String {
        switch edge.configuration.sites.first?.host {
        case .exact(let name): name
        case .wildcard(let suffix): "www.\(suffix)"
        case .any, nil: "localhost"
        }
    }
}
