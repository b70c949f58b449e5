import Balancing
import Model
import Reactor
import TLS

extension EdgeDraft {
    /// What is otherwise than in the edge before it, name by name; what was kept comes first.
    ///
    /// - Parameters:
    ///   - write: writes a value of the configuration as it stands in the file.
    ///   - listeners: addresses that were opened and closed.
    package func changes(
        since old: EdgeDraft, writing write: (Datum) -> String,
        listeners: (opened: [SocketAddress], closed: [SocketAddress])
    ) -> [Receipt.Change] {
        kept + keyChanges(since: old, write) + memberChanges(since: old) + certificateChanges(since: old)
            + keyFileChanges(since: old) + pageChanges(since: old) + addressListChanges(since: old)
            + folderChanges(since: old) + siteChanges(since: old)
            + listeners.opened.map { Receipt.Change(kind: .listener, name: "\($0)", event: .opened) }
            + listeners.closed.map { Receipt.Change(kind: .listener, name: "\($0)", event: .closed) }
    }

    // MARK: - Keys

    /// Members that come and go are told by themselves, without the values of all of their keys.
    private func keyChanges(since old: EdgeDraft, _ write: (Datum) -> String) -> [Receipt.Change] {
        let (before, after) = (old.declared, declared)
        let passing = before.memberKeys.symmetricDifference(after.memberKeys)
        return Difference.between(before, after).filter { !passing.contains($0.keys) }.map { difference in
            Receipt.Change(
                kind: .key, name: difference.keys,
                event: difference.before == nil ? .added : difference.after == nil ? .gone : .changed,
                before: difference.before.map(write), after: difference.after.map(write))
        }
    }

    // MARK: - Sites

    /// What control has closed and opened, of the sites that are declared.
    private func siteChanges(since old: EdgeDraft) -> [Receipt.Change] {
        let (before, after) = (old.edge.closedSites, edge.closedSites)
        guard before != after else { return [] }
        return edge.configuration.sites.compactMap { site in
            let host = site.name
            guard before.contains(host) != after.contains(host) else { return nil }
            return Receipt.Change(kind: .site, name: host, event: after.contains(host) ? .closed : .opened)
        }
    }

    // MARK: - Members

    /// A member with what requests need of it.
    private struct Place {
        let balancer: String
        let member: MemberConfiguration
        let addresses: [SocketAddress]

        var name: String { "\(balancer)/\(member.name)" }
        var formerName: String? { member.formerName.map { "\(balancer)/\($0)" } }
        var words: String? { addresses.isEmpty ? nil : addresses.map(\.description).joined(separator: ", ") }
    }

    private var places: [Place] {
        edge.balancers.flatMap { balancer in
            zip(balancer.configuration.members, balancer.pools).map { member, pool in
                Place(balancer: balancer.configuration.name, member: member, addresses: pool.addresses)
            }
        }
    }

    private func memberChanges(since old: EdgeDraft) -> [Receipt.Change] {
        let former = Dictionary(uniqueKeysWithValues: old.places.map { ($0.name, $0) })
        let places = places
        let names = Set(places.map(\.name))
        var renamed: Set<String> = []
        let changes = places.flatMap { place -> [Receipt.Change] in
            if let before = former[place.name] { return Self.changes(from: before, to: place) }
            guard let name = place.formerName, let before = former[name], !names.contains(name) else {
                return [Receipt.Change(kind: .member, name: place.name, event: .added, after: place.words)]
            }
            renamed.insert(name)
            return [
                Receipt.Change(
                    kind: .member, name: place.name, event: .renamed, before: before.name, after: place.name)
            ] + Self.changes(from: before, to: place)
        }
        let gone = old.places.filter { !names.contains($0.name) && !renamed.contains($0.name) }
        return changes
            + gone.map { Receipt.Change(kind: .member, name: $0.name, event: .gone, before: $0.words) }
    }

    /// What it is declared to be is told key by key; here, that it is another.
    private static func changes(from old: Place, to new: Place) -> [Receipt.Change] {
        func change(_ event: Receipt.Change.Event) -> Receipt.Change {
            Receipt.Change(kind: .member, name: new.name, event: event, before: old.words, after: new.words)
        }
        var changes: [Receipt.Change] = []
        if old.member.isHeld != new.member.isHeld {
            let words = new.member.isHeld ? "no more: it keeps its sessions for a while" : "again"
            changes.append(
                Receipt.Change(
                    kind: .member, name: new.name, event: .changed, reason: "its name stands for it \(words)"))
        } else if let words = shareWords(from: old.member, to: new.member) {
            changes.append(Receipt.Change(kind: .member, name: new.name, event: .changed, reason: words))
        } else if old.member.anonymous != new.member.anonymous {
            changes.append(change(.changed))
        }
        // Resolvers turn addresses round.
        if old.member.address == new.member.address, Set(old.addresses) != Set(new.addresses) {
            changes.append(change(.resolved))
        }
        return changes
    }

    /// What is another one of two members that differ in set and load factor alone, as where a name server tells other
    /// priorities and weights of a service; `nil`: they differ in nothing, or in more.
    private static func shareWords(from old: MemberConfiguration, to new: MemberConfiguration) -> String? {
        var same = new
        (same.set, same.loadFactorHundredths) = (old.set, old.loadFactorHundredths)
        guard old.anonymous != new.anonymous, old.anonymous == same.anonymous else { return nil }
        func words(_ hundredths: Int) -> String {
            hundredths % 100 == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
        }
        let (before, after) = (old.loadFactorHundredths, new.loadFactorHundredths)
        let set = old.set == new.set ? nil : "lbset \(old.set) -> \(new.set)"
        let factor = before == after ? nil : "load-factor \(words(before)) -> \(words(after))"
        return [set, factor].compactMap { $0 }.joined(separator: ", ")
    }

    // MARK: - Files

    private func certificateChanges(since old: EdgeDraft) -> [Receipt.Change] {
        Self.changes(.certificate, from: old.identities.map { ($0.path, $0) }, to: identities.map { ($0.path, $0) }) {
            "serial \($0.serial)"
        }
    }

    /// Of keys, their epochs are told.
    private func keyFileChanges(since old: EdgeDraft) -> [Receipt.Change] {
        Self.changes(.keyFile, from: old.keyFiles, to: keyFiles) { keys in
            "epochs " + keys.map { "\($0.epoch)" }.joined(separator: ", ")
        } + Self.changes(.keyFile, from: old.secretFiles, to: secretFiles) { $0.description }
            + Self.changes(
                .usersFile, from: old.passwordFiles.map { ($0, $1) }, to: passwordFiles.map { ($0, $1) }
            ) { $0.description }
    }

    private func pageChanges(since old: EdgeDraft) -> [Receipt.Change] {
        Self.changes(.page, from: old.pages.map { ($0, $1) }, to: pages.map { ($0, $1) }) { "\($0.count) bytes" }
    }

    /// Of addresses, how many there are is told.
    private func addressListChanges(since old: EdgeDraft) -> [Receipt.Change] {
        Self.changes(
            .addressList, from: old.addressLists.map { ($0.key, $0.value) }, to: addressLists.map { ($0.key, $0.value) }
        ) { "\($0.count) addresses and ranges" }
    }

    /// What files are sent of: a path may lead to another folder.
    private func folderChanges(since old: EdgeDraft) -> [Receipt.Change] {
        roots.sorted { $0.key < $1.key }.compactMap { path, root in
            guard let before = old.roots[path], !before.isSame(as: root) else { return nil }
            return Receipt.Change(kind: .folder, name: path, event: .changed, reason: "the path leads to another one")
        }
    }

    /// Members' secrets by their files' paths.
    private var secretFiles: [(String, Secret)] {
        edge.balancers.flatMap { balancer in
            zip(balancer.configuration.members, balancer.pools).compactMap { member, pool in
                guard let path = member.secretPath, let secret = pool.terms.secret else { return nil }
                return (path, secret)
            }
        }
    }

    /// The keys of sealed routes by their files' paths.
    private var keyFiles: [(String, [TokenKey])] {
        zip(edge.configuration.balancers, keys).compactMap { balancer, keys in
            guard let path = balancer.keyPath, let keys else { return nil }
            return (path, keys)
        }
    }

    /// What became of what was read from files, by their paths.
    private static func changes<Content: Equatable>(
        _ kind: Receipt.Change.Kind, from old: [(String, Content)], to new: [(String, Content)],
        words: (Content) -> String
    ) -> [Receipt.Change] {
        // Several may stand on one file.
        let before = Dictionary(old) { first, _ in first }
        let after = Dictionary(new) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            guard before[path] != after[path] else { return nil }
            return Receipt.Change(
                kind: kind, name: path, event: before[path] == nil ? .added : after[path] == nil ? .gone : .rotated,
                before: before[path].map(words), after: after[path].map(words))
        }
    }
}

extension MemberConfiguration {
    /// What is declared of it beside its name.
    fileprivate var anonymous: MemberConfiguration {
        var member = self
        if route == name { member.route = "" }
        (member.name, member.formerName) = ("", nil)
        return member
    }
}

extension EdgeConfiguration {
    /// The paths of keys that lead to members, as ``Difference`` tells them.
    fileprivate var memberKeys: Set<String> {
        Set(balancers.flatMap { balancer in balancer.members.map { "balancers.\(balancer.name).members.\($0.name)" } })
    }
}
