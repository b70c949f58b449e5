import Balancing
import Forwarding
import TLS

/// Serving another configuration, and what the ``Stage`` of a plain one does without.
extension Stage {
    /// A key that routes are sealed with.
    static func key(_ epoch: UInt8) -> TokenKey {
        TokenKey(epoch: epoch, secret: (0..<32).map { UInt8($0) ^ epoch })
    }

    /// The configuration that a stage is made with by the same words.
    static func text(
        _ members: [String: String], settings: String = "", edge: String = "", speaking wire: Wire = .http1
    ) -> String {
        var lines = [edge]
        if !edge.contains("listeners:") { lines.append("listeners: [{ address: \"127.0.0.1:8080\" }]") }
        if !edge.contains("sites:") { lines.append("sites: [{ paths: { /: shop } }]") }
        lines += ["balancers:", "  shop:", "    members:"]
        for (index, name) in members.keys.sorted().enumerated() {
            let keys = members[name].map { $0.isEmpty ? "" : ", " + $0 } ?? ""
            lines.append("      \(name): { url: \"\(wire.scheme)://192.0.2.\(index + 1):80\"\(keys) }")
        }
        lines += settings.split(separator: "\n").map { "    " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Gives the worker what it keeps of balancers whose affinity is written into cookies.
    func remembering(_ keys: [TokenKey] = [Stage.key(1)]) throws -> Stage {
        bench.serve(edge, memories: try Self.memories(of: edge, keys))
        return self
    }

    /// Serves another configuration, as after a reload.
    ///
    /// - Parameters:
    ///   - served: what was served before; `nil`: what the stage was made with.
    ///   - addressCounts: how many addresses members have, by name; 1 unless something else is said.
    ///   - passwordFiles: what stands in files of users, by their paths.
    /// - Returns: what is served now.
    @discardableResult
    func serve(
        _ yaml: String, after served: Edge? = nil, addressCounts: [String: Int] = [:],
        keys: [TokenKey] = [Stage.key(1)], passwordFiles: [String: PasswordFile] = Stage.passwordFiles
    ) throws -> Edge {
        let served = served ?? edge
        installations += 1
        let next = try Self.edge(
            yaml, after: served, addressCounts: addressCounts, passwordFiles: passwordFiles,
            installation: installations, now: now)
        for balancer in next.balancers {
            guard let old = served.balancers.first(where: { $0.chooser.name == balancer.chooser.name })
            else { continue }
            balancer.takeOver(from: old, now: now)
        }
        bench.serve(next, memories: try Self.memories(of: next, keys))
        return next
    }

    private static func memories(of edge: Edge, _ keys: [TokenKey]) throws -> [AffinityMemory?] {
        let library = try TLSLibrary()
        return try edge.balancers.map { balancer in
            try AffinityMemory(balancer: balancer.chooser.name, keys: keys, library: library)
        }
    }
}
