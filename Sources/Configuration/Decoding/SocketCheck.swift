import Limiting
import Model

/// Holds the UNIX-domain sockets that a configuration names against one another.
enum SocketCheck {
    /// Complains about trusted listeners that there are not.
    ///
    /// - Parameters:
    ///   - proxies: `trusted-proxies`, which was read.
    ///   - listeners: those that are declared; where none could be read, that was said.
    static func check(proxies: Slot?, listeners: [ListenerConfiguration]) {
        guard let proxies, !listeners.isEmpty, case .sequence = proxies.node.content else { return }
        for item in proxies.items() ?? [] {
            guard case .text(let text)? = item.datum(), case .socket(let path)? = TrustedProxy(text),
                !listeners.contains(where: { $0.address == .unix(path: path) })
            else { continue }
            refuse(path, at: item, listeners: listeners)
        }
    }

    /// Warns of trust in everybody, where others than this machine's own proxies reach a listener.
    static func warn(ofAll proxies: Slot?, listeners: [ListenerConfiguration]) {
        guard let proxies, case .sequence = proxies.node.content, listeners.contains(where: { !$0.address.isLocal })
        else { return }
        for item in proxies.items() ?? [] {
            guard case .text(let text)? = item.datum(), case .range(let range)? = TrustedProxy(text),
                range.prefixLength == 0 || range.prefixLength == 96 && range.description.hasSuffix("/0")
            else { continue }
            item.warn(
                "everybody is trusted: a client may say of himself who he is, and that he came by https",
                cure: "name the addresses of the proxies alone")
        }
    }

    private static func refuse(_ path: String, at slot: Slot, listeners: [ListenerConfiguration]) {
        let declared = listeners.compactMap { listener in
            if case .unix(let path) = listener.address { "unix:\(path)" } else { nil }
        }
        let cure: Cure =
            switch declared.count {
            case 0: .takeAway("name the proxies' addresses; no listener is a UNIX-domain socket")
            case 1: .write(declared[0])
            default: "those that are declared are \(declared.joined(separator: ", "))"
            }
        slot.complain("no listener has the address unix:\(path)", cure: cure)
    }

    /// Complains about proxies that cannot connect to the listener which is to hear of their clients.
    ///
    /// - Parameters:
    ///   - introducers: `proxy-protocol`, which was read.
    ///   - address: the listener's.
    ///   - proxies: `trusted-proxies`.
    static func check(introducers: Slot, of address: ListenAddress, proxies: Slot?) {
        guard case .sequence = introducers.node.content else { return }
        for item in introducers.items() ?? [] {
            guard case .text(let text)? = item.node.meaning else { continue }
            switch (text == "trusted", text.hasPrefix("unix:"), address) {
            case (true, _, _):
                if case .sequence(let nodes)? = proxies?.node.content, !nodes.isEmpty { continue }
                item.complain(
                    "nobody is trusted: there is no trusted-proxies",
                    cure: .takeAway("name the proxies there, or take it away"))
            case (_, false, .unix):
                item.complain("clients of a UNIX-domain socket have no address", cure: .write(address.description))
            case (_, true, .unix):
                let path = try? TextKind.introducer.parse(text, from: item.folder)
                guard let path, path != address.description else { continue }
                item.complain("it is another address than the listener's own", cure: .write(address.description))
            case (_, true, .ip):
                item.complain(
                    "this listener is no UNIX-domain socket",
                    cure: .takeAway("name the proxies' addresses, or take it away"))
            default: break
            }
        }
    }

    /// Complains about an address of metrics that is taken.
    static func check(metrics slot: Slot?, address: ListenAddress, _ edge: EdgeConfiguration) {
        let cure = Cure("give metrics an address of their own")
        if let listener = edge.listeners.first(where: { $0.address.collides(with: address) }) {
            slot?.complain("clients connect to \(listener.address)", cure: cure)
        }
        if let path = edge.controlSocketPath, address == .unix(path: path) {
            slot?.complain("this is the control socket", cure: cure)
        }
        for balancer in edge.balancers {
            for member in balancer.members where AddressDoubts.reaches(member.address, address) {
                slot?.complain(
                    "member \(member.name) of \(balancer.name) waits there: clients would be answered with metrics",
                    cure: cure)
            }
        }
    }

    /// Complains about a control socket that is taken.
    static func check(control slot: Slot?, path: String, _ edge: EdgeConfiguration) {
        if edge.listeners.contains(where: { $0.address == .unix(path: path) }) {
            slot?.complain("clients connect to \(path)", cure: "give the control socket a path of its own")
        }
        for balancer in edge.balancers {
            for member in balancer.members where member.address == .unix(path: path) {
                slot?.complain(
                    "member \(member.name) of \(balancer.name) waits there: its clients would control this process",
                    cure: "give the control socket a path of its own")
            }
        }
    }
}
