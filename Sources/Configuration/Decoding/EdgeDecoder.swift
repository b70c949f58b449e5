import Forwarding
import Model

/// Decodes a whole configuration.
enum EdgeDecoder {
    /// What is read by decoders of its own, for what it has to do with other pieces.
    private static let others: Set = ["listeners", "sites", "balancers", "compression", "limits"]

    /// Decodes the root.
    ///
    /// - Parameters:
    ///   - root: the document; its findings get all errors.
    ///   - certificates: looks at the folders of certificates.
    ///   - knowsProcessor: whether the processor is one that igzip is written for.
    /// - Returns: a value that holds only if there are no findings; `nil` when there is nothing to make one of.
    static func decode(
        _ root: Slot, certificates: inout CertificateCheck, knowsProcessor: Bool
    ) -> EdgeConfiguration? {
        guard let section = root.section() else { return nil }
        let listeners = ListenerDecoder.decode(
            section["listeners"], proxies: section["trusted-proxies"], certificates: &certificates)
        let balancers = section["balancers"]?.named() ?? []
        let sites = SiteDecoder.decode(
            section["sites"], listeners: listeners, balancers: balancers.map(\.name), certificates: certificates)
        // A site that could not be read may be the one.
        if root.findings.count == 0 {
            CleartextCheck.check(section["listeners"], listeners, sites: sites, certificates: certificates)
        }
        let findingCount = root.findings.count
        let decoded = balancers.compactMap {
            BalancerDecoder.decode(
                $0, hearsHeartbeats: section["heartbeat-listen"] != nil, listeners: listeners.map(\.address))
        }
        HeartbeatDecoder.check(
            listen: section["heartbeat-listen"], balancers: decoded, areRight: root.findings.count == findingCount)
        var edge = EdgeConfiguration(listeners: listeners, sites: sites, balancers: decoded)
        edge.compression = CompressionDecoder.decode(section["compression"], knowsProcessor: knowsProcessor)
        section.read(EdgeConfiguration.schema, into: &edge) { !others.contains($0.name) }
        let needs = ExchangeNeeds(
            listeners: listeners, sites: sites, balancers: decoded, compression: edge.compression,
            rules: edge.allRules)
        edge.limits = LimitsDecoder.decode(
            section["limits"], needs, hasWindows: edge.compression.codings != [.gzip])
        FieldsCheck.check(section, edge)
        RulesCheck.check(section)
        SocketCheck.check(proxies: section["trusted-proxies"], listeners: listeners)
        SocketCheck.warn(ofAll: section["trusted-proxies"], listeners: listeners)
        if root.findings.count == 0 {
            LogCheck.check(section["log"], edge)
            ProbingCheck.check(section, edge)
            StandInCheck.check(section, edge)
        }
        UsersCheck.check(listeners: section["listeners"], sites: section["sites"], edge)
        if let path = edge.controlSocketPath {
            SocketCheck.check(control: section["control"]?.section()?["socket"], path: path, edge)
        }
        if let address = edge.metrics?.address {
            let slot = section["metrics"]
            SocketCheck.check(metrics: slot.map { $0.section()?["address"] ?? $0 }, address: address, edge)
        }
        return edge
    }
}
