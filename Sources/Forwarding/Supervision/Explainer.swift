import Balancing
import Bytes
import HTTP
import Model
import Reactor
import TLS

/// Finds out what would become of a request, with the parsers and the balancers that requests go through, and without
/// counting anything.
package struct Explainer: ~Copyable {
    let edge: Edge
    /// Milliseconds of the event loops' clock.
    let now: Int64
    /// The keys of sealed routes by their balancers' index; `nil` for others.
    let keys: [[TokenKey]?]
    private var head = RequestHead(fieldCountMax: Limits.Settings.fieldCount.range.upperBound)

    /// Explains requests of an edge as it is now.
    ///
    /// - Parameters:
    ///   - keys: those of sealed routes by their balancers' index; `nil` for others.
    ///   - now: milliseconds of the event loops' clock.
    package init(edge: Edge, keys: [[TokenKey]?], now: Int64) {
        self.edge = edge
        self.keys = keys
        self.now = now
    }

    /// Explains a request.
    ///
    /// - Throws: ``SupervisionError/Kind/malformed`` where the pieces do not make one request,
    ///   ``SupervisionError/Kind/exhausted`` where OpenSSL cannot open sealed routes.
    package mutating func explain(_ request: ExplainedRequest) throws(SupervisionError) -> Explanation {
        let named = try listener(request)
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
            return Explanation(.none, answer: OwnAnswer(Refusal(error)))
        }
        let listener = named ?? listener(for: bytes.extracting(head.hostRange))
        let declared = edge.configuration.listeners[listener]
        let peer = ClientPeer(
            address: try address(request, at: declared.address), isSecure: declared.tls != nil,
            listener: edge.entrances[listener].key, edge: edge)
        return try explain(bytes.extracting(0..<count), peer: peer)
    }

    private func explain(_ bytes: Span<UInt8>, peer: ClientPeer) throws(SupervisionError) -> Explanation {
        let rehearsal = Rehearsal()
        var explanation = try explain(bytes, peer: peer, rehearsal)
        explanation.limits = rehearsal.limits
        return explanation
    }

    private func explain(
        _ bytes: Span<UInt8>, peer: ClientPeer, _ rehearsal: Rehearsal
    ) throws(SupervisionError) -> Explanation {
        let approach = edge.approach(of: head, in: bytes, peer: peer)
        let (asker, ruling) = (Asker(approach, of: peer, now: Int(now) * 1_000_000), Ruling(rehearsal))
        if let answer = Edge.admit(head, in: bytes, from: peer, asker, in: ruling) {
            return Explanation(.none, answer: answer)
        }
        let destination = edge.destination(of: head, in: bytes, by: peer.entrance)
        let (place, rules) = (destination.place, destination.rules)
        if let refusal = destination.refusal {
            let judged = Edge.judge(refusal, to: head, in: bytes, from: peer, asker, by: rules, in: ruling)
            return Explanation(.none, answer: judged, rules: rules, key: Self.key(of: judged.outcome))
        }
        if let answer = Edge.rehearse(head, in: bytes, from: peer, asker, at: place, in: ruling) {
            return Explanation(.none, answer: answer, at: place, rules: rules)
        }
        let hasBalancer = destination.balancer != nil
        if let place, let file = FileExplainer.explain(head, bytes, at: place, hasBalancer: hasBalancer) { return file }
        guard let own = destination.balancer else {
            return Explanation(.none, answer: OwnAnswer(Refusal(.noPath)), at: place, rules: rules)
        }
        let other = own.standIn == nil ? nil : standIn(for: own, bytes, peer: peer, origin: asker.origin)
        let balancer = other ?? own
        if let refusal = bound(bytes, peer: peer, approach: approach, balancer: balancer, at: place) {
            return Explanation(.none, answer: OwnAnswer(refusal), at: place, rules: rules)
        }
        let claim = try claim(bytes, peer: peer, origin: asker.origin, balancer: balancer)
        var generator = SystemRandomNumberGenerator()
        let choice = balancer.chooser.rehearse(
            claim.preferences, key: claim.key, staysWithSession: balancer.configuration.noFailover, now: now
        ) { generator.next() }
        var asked: [UInt8] = []
        claim.withRoute(head, in: bytes, balancer: balancer) { route in
            for offset in route.indices { asked.append(route[offset]) }
        }
        let decision = Decision(
            balancer: balancer, choice: choice, isStandIn: other != nil, source: claim.source, asked: asked[...])
        var explanation = Explanation(
            decision, answer: choice == nil ? OwnAnswer(balancer.refusal(of: claim, now: now)) : nil, rules: rules)
        if let mapping = place?.mapping, choice != nil {
            explanation.target = mapping.target(of: head, in: bytes)
            explanation.fields += mapping.words
        }
        let buffering = place == nil ? balancer.buffering : place?.buffering(of: balancer)
        explanation.buffered = buffering.map { Explanation.Buffered($0) }
        return explanation
    }

    /// What Martlet would answer to a request that is larger than it may be there, or that is to copy or move something
    /// to where others answer; `nil`: nothing.
    private func bound(
        _ bytes: Span<UInt8>, peer: ClientPeer, approach: Approach, balancer: Balancer, at place: Place?
    ) -> Refusal? {
        let most = place?.rules?.bounds.requestBodyBytesMax ?? edge.configuration.limits.requestBodyBytesMax ?? .max
        let isInflated = balancer.configuration.inflatesRequests && head.hasInflatableContent(in: bytes)
        if !isInflated, case .length(let count) = head.framing, count > UInt64(most) {
            return Refusal(.requestBody, limit: most)
        }
        var edits = Splices()
        place?.mapping?.mapTarget(of: head, in: bytes, &edits)
        let isHere = peer.entrance.sites.mapDestination(
            of: head, in: bytes, authority: approach.authority ?? head.authorityRange,
            isSecure: approach.isSecure ?? peer.isSecure, to: balancer, at: place, &edits)
        return isHere ? nil : Refusal(.destinationElsewhere)
    }

    /// Who would answer in a balancer's place.
    private func standIn(
        for balancer: Balancer, _ bytes: Span<UInt8>, peer: ClientPeer, origin: UInt128
    ) -> Balancer? {
        edge.standIn(for: balancer, now: now) { balancer in
            (try? claim(bytes, peer: peer, origin: origin, balancer: balancer))?.preferences ?? MemberPreferences()
        }
    }

    private func claim(
        _ bytes: Span<UInt8>, peer: ClientPeer, origin: UInt128, balancer: Balancer
    ) throws(SupervisionError) -> SessionClaim {
        guard let written = balancer.written else {
            return SessionClaim(
                head, in: bytes, balancer: balancer, peer: peer, origin: origin, now: now, isRehearsal: true)
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

    /// The key under which a request leads nowhere.
    private static func key(of outcome: Outcome) -> String {
        switch outcome {
        case .noSite: "sites"
        case .noPath, .pathAmbiguous: "paths"
        default: ""
        }
    }

    // MARK: - The request

    /// Where the client is; over a UNIX-domain socket it is where the listener is, unless a proxy has named it.
    private func address(
        _ request: ExplainedRequest, at listener: ListenAddress
    ) throws(SupervisionError) -> SocketAddress {
        if request.address == nil, case .unix(let path) = listener, let address = SocketAddress(unixPath: path) {
            return address
        }
        let host = request.address ?? "127.0.0.1"
        guard let address = SocketAddress(host: host, port: 0) else {
            throw SupervisionError(
                .malformed, "address: expected an IP address in digits, found \"\(host)\"",
                cure: "write it without port and brackets, such as 192.0.2.1")
        }
        return address
    }

    /// The listener that is asked for; `nil`: none is.
    private func listener(_ request: ExplainedRequest) throws(SupervisionError) -> Int? {
        guard let name = request.listener else { return nil }
        let listeners = edge.configuration.listeners
        guard let listener = listeners.firstIndex(where: { $0.address.description == name }) else {
            throw SupervisionError(
                .malformed, "listener: there is none at \"\(name)\"",
                cure: "the listeners are \(listeners.map(\.address.description).joined(separator: ", "))")
        }
        return listener
    }

    /// The listener at which clients ask for a host: the first with TLS that serves it, or else the first that does.
    private func listener(for host: Span<UInt8>) -> Int {
        let listeners = edge.configuration.listeners
        var found: Int?
        for index in listeners.indices where edge.entrances[index].sites.serves(host) {
            if listeners[index].tls != nil { return index }
            found = found ?? index
        }
        return found ?? 0
    }

    /// The request's head as a client would send it.
    private func text(_ request: ExplainedRequest) throws(SupervisionError) -> [UInt8] {
        var lines = ["\(request.method) \(request.path) HTTP/\(request.version)"]
        let host = request.host ?? someHost
        if !host.isEmpty { lines.append("Host: \(host)") }
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
        switch edge.configuration.sites.first?.hosts.first {
        case .exact(let name): name
        case .wildcard(let suffix): "www.\(suffix)"
        case .any, nil: "localhost"
        }
    }
}
