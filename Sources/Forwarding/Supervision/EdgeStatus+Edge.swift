import Balancing
import Model
import Reactor
import TLS

extension EdgeStatus.Balancer {
    /// - Parameter now: milliseconds of the event loops' clock.
    init(_ balancer: Balancer, now: Int64) {
        let configuration = balancer.configuration
        name = configuration.name
        method = configuration.method.rawValue
        affinity = (configuration.affinity?.name ?? .none).rawValue
        members = configuration.members.indices.map { EdgeStatus.Member(balancer, $0, now: now) }
    }

    /// Whether members are elected by their heartbeats.
    public var hearsHeartbeats: Bool { method == Balancing.Method.heartbeat.rawValue }
}

extension EdgeStatus.Member {
    /// - Parameters:
    ///   - index: the member's in its balancer.
    ///   - now: milliseconds of the event loops' clock.
    init(_ balancer: Balancer, _ index: Int, now: Int64) {
        let declared = balancer.configuration.members[index]
        let member = balancer.chooser.members[index]
        let live = member.state
        name = declared.name
        route = declared.route
        url = declared.url
        addresses = balancer.pools[index].addresses.map(\.description)
        status = MemberStatus.words.filter { declared.status.contains($0.flag) }.map(\.name)
        exchangesMax = declared.exchangesMax
        let inError = balancer.errorMilliseconds(of: index, now: now)
        errorMilliseconds = inError == .max ? nil : inError
        drainedBy =
            live.isDrained
            ? .control
            : declared.isHeld ? .discovery : declared.status.contains(.draining) ? .configuration : nil
        state = balancer.state(of: index, now: now)
        causes = member.causes(now: now).all.map { "\($0.name)" }
        heldMilliseconds = member.heldMilliseconds(now: now)
        sharePercent = member.sharePercent
        underWay = live.inFlightCount
        tunnels = live.tunnelCount
        elected = live.electedCount
        failures = live.failureCount
        serverErrors = live.serverErrorCount
        sentBytes = live.sentBytes
        receivedBytes = live.receivedBytes
        sessions = member.sessions?.count(now: now)
        tiesUncounted = balancer.configuration.affinity?.mode.tiesUncounted ?? false
        drainMilliseconds = sessions.flatMap { member.drainMilliseconds(left: $0, now: now) }
        check = EdgeStatus.Check(balancer, index, now: now)
        heartbeat = live.heartbeat.last(now: now).map { ready, busy, age in
            EdgeStatus.Heartbeat(ready: ready, busy: busy, ageMilliseconds: age)
        }
    }
}

extension Balancer {
    /// Milliseconds for which a member is in error still; `Int64.max` for ever, as one whose name has no address.
    fileprivate func errorMilliseconds(of index: Int, now: Int64) -> Int64 {
        pools[index].addresses.isEmpty ? .max : chooser.members[index].state.errorMilliseconds(now: now)
    }

    /// What a member may get; of several the gravest.
    ///
    /// - Parameter now: milliseconds of the event loops' clock.
    func state(of index: Int, now: Int64) -> EdgeStatus.Member.State {
        let member = chooser.members[index]
        if member.specification.status.isClosed { return .disabled }
        if chooser.isDown(index, now: now) { return .down }
        if errorMilliseconds(of: index, now: now) > 0 { return .inError }
        if member.state.isDue(now: now) { return .due }
        return chooser.isDraining(index, now: now) ? .draining : .usable
    }

    /// How many members get requests.
    func upCount(now: Int64) -> Int {
        chooser.members.indices.count { index in
            switch state(of: index, now: now) {
            case .usable, .draining: true
            case .due, .down, .inError, .disabled: false
            }
        }
    }

    /// Whether some member could be given a request, also to find out how it is.
    func mayAnswer(now: Int64) -> Bool {
        chooser.members.indices.contains { index in
            switch state(of: index, now: now) {
            case .usable, .draining, .due: true
            case .down, .inError, .disabled: false
            }
        }
    }
}

extension EdgeStatus.Certificate {
    init(_ identity: Identity) {
        path = identity.path
        names = identity.names
        serial = identity.serial
        notAfter = identity.notAfter
    }
}

extension EdgeStatus.Source {
    /// What an edge is made of.
    ///
    /// - Parameters:
    ///   - file: where the configuration stands.
    ///   - now: milliseconds of the event loops' clock.
    static func all(of sources: Sources, file: String, now: Int64) -> [EdgeStatus.Source] {
        func source<Value, Fault>(
            _ kind: Kind, _ name: String, _ published: Published<Value, Fault>, _ words: (Fault) -> String?
        ) -> EdgeStatus.Source {
            EdgeStatus.Source(
                kind: kind, name: name, ageSeconds: published.readMillis.map { Int(now - $0) / 1_000 },
                fault: published.fault.flatMap(words))
        }
        let folders = sources.folders.map { path, folder in
            source(.certificates, path, folder) { $0.first.map(\.description) }
        }
        let keyFiles = sources.keyFiles.map { path, file in source(.keyFile, path, file) { $0.message } }
        let users = sources.passwordFiles.map { path, file in source(.usersFile, path, file) { $0.message } }
        let secrets = sources.secretFiles.map { path, file in source(.keyFile, path, file) { $0.message } }
        let pages = sources.pageFiles.map { path, file in source(.page, path, file) { $0.message } }
        let lists = sources.addressLists.map { path, file in source(.addressList, path, file) { $0.lines.first } }
        let roots = sources.roots.map { path, root in source(.folder, path, root) { $0.description } }
        let names = sources.names.map { name, addresses in
            source(.name, name.kind == .services ? name.host : "\(name.host):\(name.port)", addresses) { $0.words }
        }
        let members = sources.memberFiles.map { path, file in source(.membersFile, path, file) { $0.first } }
        return [source(.configuration, file, sources.file) { $0.first }]
            + [folders, keyFiles + secrets + users, pages, lists, roots, members, names].flatMap {
                $0.sorted { $0.name < $1.name }
            }
    }
}

extension MemberConfiguration {
    /// The URL that it could have been declared with.
    fileprivate var url: String { MemberURL(address: address, speaks: speaks).description }
}
