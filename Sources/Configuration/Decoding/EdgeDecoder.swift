import Forwarding

/// Decodes a whole configuration.
enum EdgeDecoder {
    /// Decodes the root.
    ///
    /// - Parameters:
    ///   - root: the document; its findings get all errors.
    ///   - folder: what relative paths start from.
    ///   - certificates: looks at the folders of certificates.
    ///   - knowsProcessor: whether the processor is one that igzip is written for.
    /// - Returns: a value that holds only if there are no findings; `nil` when there is nothing to make one of.
    static func decode(
        _ root: Slot, from folder: BaseFolder, certificates: inout CertificateCheck, knowsProcessor: Bool
    ) -> EdgeConfiguration? {
        guard let section = root.section() else { return nil }
        let listeners = ListenerDecoder.decode(section["listeners"], from: folder, certificates: &certificates)
        let proxies = TrustedProxyDecoder.decode(section["trusted-proxies"], from: folder, listeners: listeners)
        let balancers = section["balancers"]?.named() ?? []
        let sites = SiteDecoder.decode(section["sites"], balancers: balancers.map(\.name), certificates: certificates)
        let compression = CompressionDecoder.decode(section["compression"], knowsProcessor: knowsProcessor)
        let findingCount = root.findings.count
        let decoded = balancers.compactMap {
            BalancerDecoder.decode(
                $0, from: folder, hearsHeartbeats: section["heartbeat-listen"] != nil, listeners: listeners)
        }
        let areBalancersRight = root.findings.count == findingCount
        let needs = ExchangeNeeds(listeners: listeners, balancers: decoded, compression: compression)
        return EdgeConfiguration(
            listeners: listeners, sites: sites,
            balancers: decoded,
            workers: section.declared("workers"), compression: compression,
            timeouts: timeouts(section["timeouts"]),
            limits: limits(section["limits"], needs, hasWindows: compression.codings != [.gzip]),
            accessLog: accessLog(section["log"], from: folder),
            trustedProxies: proxies.ranges, trustedSocketPaths: proxies.socketPaths,
            explainFrom: explainFrom(section["explain-from"]),
            controlSocketPath: controlSocketPath(
                section["control"], from: folder, listeners: listeners, balancers: decoded),
            heartbeatAddress: HeartbeatDecoder.address(
                section["heartbeat-listen"], balancers: decoded, areRight: areBalancersRight))
    }

    private static func explainFrom(_ slot: Slot?) -> [AddressRange] {
        let items = slot?.items { (try? AddressRange.parse($0)) != nil } ?? []
        return items.compactMap { $0.parsed(AddressRange.parse) }
    }

    private static func timeouts(_ slot: Slot?) -> Timeouts {
        var timeouts = Timeouts()
        guard let section = slot?.section() else { return timeouts }
        timeouts.handshake = section.value("handshake")
        timeouts.head = section.value("head")
        timeouts.body = section.value("body")
        timeouts.keepalive = section.value("keepalive")
        timeouts.connect = section.value("connect")
        timeouts.answer = section.value("answer")
        timeouts.tunnel = section.value("tunnel")
        timeouts.drain = section.value("drain")
        return timeouts
    }

    private static func limits(_ slot: Slot?, _ needs: ExchangeNeeds, hasWindows: Bool) -> Limits {
        var limits = Limits()
        guard let section = slot?.section() else {
            limits.makeRoom(for: needs)
            return limits
        }
        let requestHead = section["request-head"].map { $0.quantity() } ?? limits.requestHeadBytesMax
        // A head's limit that is wrong says nothing about those of its parts.
        limits.requestHeadBytesMax = requestHead ?? Limits.Settings.requestHead.range.upperBound
        limits.requestLineBytesMax = part("request-line", of: limits.requestHeadBytesMax, in: section)
        limits.fieldBytesMax = part("field", of: limits.requestHeadBytesMax, in: section)
        limits.fieldCountMax = section.value("field-count")
        limits.answerHeadBytesMax = section.value("answer-head")
        limits.requestBodyBytesMax = section.declared("request-body")
        limits.requestExpansionMax = section.value("request-expansion")
        limits.connectionsMax = section.value("connections")
        limits.http2StreamsMax = section.value("http2-streams")
        limits.http2GlitchesMax = section.value("http2-glitches")
        if let memory = section.declared("exchange-memory") {
            limits.exchangeMemoryBytesMax = memory
            check(limits, needs, hasWindows: hasWindows, in: section)
        } else {
            limits.makeRoom(for: needs)
        }
        return limits
    }

    /// Complains about a memory in which an exchange of these limits has no room.
    private static func check(_ limits: Limits, _ needs: ExchangeNeeds, hasWindows: Bool, in section: Section) {
        let least = limits.exchangeMemoryLeast(needs)
        let others = [
            needs.encoderBytes > 0 ? "compression" : nil, needs.inflates ? "inflating" : nil,
            needs.hasHTTP2Clients || needs.hasHTTP2Members ? "HTTP/2" : nil,
        ].compactMap { $0.map { " and \($0)" } }.joined()
        guard limits.exchangeMemoryBytesMax < least else { return }
        let (given, needed) = (limits.exchangeMemoryBytesMax, least)
        section["exchange-memory"]?.complain(
            "\(Quantity.written(given, as: .bytes)) is less than the heads' limits"
                + "\(others) may take, which is \(Quantity.written(needed, as: .bytes))",
            cure: cure(limits, needs, hasWindows: hasWindows))
    }

    /// What gives an exchange of these limits room: only what helps.
    private static func cure(_ limits: Limits, _ needs: ExchangeNeeds, hasWindows: Bool) -> Cure {
        let needed = limits.exchangeMemoryLeast(needs)
        let heads: [(name: String, limit: WritableKeyPath<Limits, Int>)] = [
            ("request-head", \.requestHeadBytesMax), ("answer-head", \.answerHeadBytesMax),
        ]
        let large = heads.filter { head in
            var lower = limits
            lower[keyPath: head.limit] = min(lower[keyPath: head.limit], 12 * 1024)
            return lower.exchangeMemoryLeast(needs) < needed
        }
        var ways: [String] = []
        if !large.isEmpty { ways.append("lower \(large.map { $0.name }.joined(separator: " and ")) to 12KiB") }
        if needs.encoderBytes > 0 {
            if hasWindows { ways.append("lower compression's windows and levels") }
            ways.append("switch compression off")
        }
        guard Limits.Settings.exchangeMemory.range.contains(needed) else { return Cure(ways.alternatives) }
        let memory = Quantity.written(needed, as: .bytes)
        return Cure((["write \(memory)"] + ways).alternatives, .write(memory))
    }

    /// Reads the limit of a part of a head: at most the head's, which its default gives way to.
    private static func part(_ name: String, of headBytes: Int, in section: Section) -> Int {
        guard let value = section.declared(name) else { return min(section.value(name), headBytes) }
        if value > headBytes {
            let head = Quantity.written(headBytes, as: .bytes)
            section[name]?.complain(
                "\(Quantity.written(value, as: .bytes)) is more than request-head allows in all, which is \(head)",
                cure: .write(head, ", or raise request-head"))
        }
        return value
    }

    private static func accessLog(_ slot: Slot?, from folder: BaseFolder) -> AccessLogConfiguration? {
        guard let section = slot?.section()?["access"]?.section() else { return nil }
        var log = AccessLogConfiguration()
        if let format = section["format"]?.choice().flatMap(AccessLogConfiguration.Format.init) { log.format = format }
        if let path = section["path"]?.text(), path != "-" { log.destination = .file(path: folder.path(path)) }
        return log
    }

    private static func controlSocketPath(
        _ slot: Slot?, from folder: BaseFolder, listeners: [ListenerConfiguration],
        balancers: [BalancerConfiguration]
    ) -> String? {
        guard let slot = slot?.section()?["socket"],
            let path = slot.parsed({ (text) throws(GrammarError) in try UnixPath.parse(bare: text, from: folder) })
        else { return nil }
        if listeners.contains(where: { $0.address == .unix(path: path) }) {
            slot.complain("clients connect to \(path)", cure: "give the control socket a path of its own")
        }
        for balancer in balancers {
            for member in balancer.members where member.address == .unix(path: path) {
                slot.complain(
                    "member \(member.name) of \(balancer.name) waits there: its clients would control this process",
                    cure: "give the control socket a path of its own")
            }
        }
        return path
    }
}
