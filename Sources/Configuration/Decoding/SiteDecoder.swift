import Forwarding
import Model

/// Decodes sites.
enum SiteDecoder {
    /// The keys of a site, and of a path, that have to do with others.
    private static let ofSites: Set = ["host", "listeners", "paths"]
    private static let ofPaths: Set = ["balancer", "cases", "cookie-domains"]

    /// Decodes the list and refuses two sites for one host at one listener.
    ///
    /// - Parameters:
    ///   - slot: the list.
    ///   - listeners: those that are declared.
    ///   - balancers: the names of the declared balancers, in their order.
    ///   - certificates: knows the certificates' names.
    static func decode(
        _ slot: Slot?, listeners: [ListenerConfiguration], balancers: [String], certificates: CertificateCheck
    ) -> [SiteConfiguration] {
        var sites: [SiteConfiguration] = []
        var claims = HostClaims()
        for item in slot?.items() ?? [] {
            guard let section = item.section() else { continue }
            let hosts = section["host"].map(self.hosts) ?? [(.any, item)]
            if section["paths"] == nil, section["redirect"] == nil {
                let summary = SiteConfiguration.schema.table["paths"].summary
                section.complain("the key \"paths\" is missing: \(summary)")
            }
            var redirects = RedirectCheck()
            let paths = paths(section["paths"], balancers: balancers, &redirects)
            var site = SiteConfiguration(hosts: hosts.map(\.host), paths: paths)
            site.listeners = section["listeners"].flatMap { self.listeners($0, among: listeners) }
            section.read(SiteConfiguration.schema, into: &site) { !ofSites.contains($0.name) }
            RulesCheck.check(section)
            guard !hosts.isEmpty else { continue }
            let folders = listeners.filter { site.isServed(at: $0.address) }.compactMap(\.tls?.certificatesPath)
            if let slot = section["listeners"] { CleartextCheck.check(site, at: slot, listeners) }
            for (host, slot) in hosts {
                certificates.site(host, in: folders, at: slot)
                claims.claim(host, of: site, at: slot)
            }
            redirects.check(site, section["redirect"], isSecure: site.listeners == nil || !folders.isEmpty)
            sites.append(site)
        }
        if sites.count > SiteConfiguration.sitesMax {
            slot?.complain("\(sites.count) sites are more than \(SiteConfiguration.sitesMax)", cure: "use wildcards")
        }
        return sites
    }

    /// The listeners that a site is served at, each once.
    private static func listeners(_ slot: Slot, among declared: [ListenerConfiguration]) -> [ListenAddress]? {
        var addresses: [ListenAddress] = []
        let names = declared.map(\.address.description)
        for piece in slot.pieces() ?? [] {
            let parsed = piece.parsed { text throws(GrammarError) in
                try ListenAddress.parse(text, from: piece.folder, examplePort: 443)
            }
            guard let address = parsed else { continue }
            if addresses.contains(address) {
                piece.complain("the listener is there twice", cure: .takeAway("take one away"))
                continue
            }
            addresses.append(address)
            // Where none could be read, that was said.
            guard !declared.isEmpty, !names.contains(address.description) else { continue }
            piece.complain(
                "no listener has the address \(address)",
                cure: NearestName.suggestion(for: address.description, among: names)
                    ?? "those that are declared are \(names.joined(separator: ", "))")
        }
        return addresses.isEmpty ? nil : addresses
    }

    /// The hosts of a site, each once, with where it is written.
    private static func hosts(_ slot: Slot) -> [(host: SiteConfiguration.Host, slot: Slot)] {
        if let list = listed(slot) {
            slot.complain("there are several hosts in one text", cure: .write(list))
            return []
        }
        var hosts: [(host: SiteConfiguration.Host, slot: Slot)] = []
        for piece in slot.pieces() ?? [] {
            guard let host = piece.parsed(SiteConfiguration.Host.parse) else { continue }
            if hosts.contains(where: { $0.host == host }) {
                piece.complain("the host is there twice", cure: .takeAway("take one away"))
            } else {
                hosts.append((host, piece))
            }
        }
        return hosts
    }

    /// The list that a text of several hosts, as others have it, should be.
    private static func listed(_ slot: Slot) -> String? {
        guard case .text(let text) = slot.node.meaning else { return nil }
        let names = text.split { $0 == "," || $0 == " " }.map(String.init)
        let written = names.compactMap { (try? SiteConfiguration.Host.parse($0)) == nil ? nil : $0.yaml }
        guard names.count > 1, written.count == names.count else { return nil }
        return "[\(written.joined(separator: ", "))]"
    }

    private static func paths(
        _ slot: Slot?, balancers: [String], _ redirects: inout RedirectCheck
    ) -> [SiteConfiguration.Path] {
        var paths: [SiteConfiguration.Path] = []
        var seen: [String: (name: String, origin: Origin)] = [:]
        let known = Set(balancers)
        for entry in slot?.named() ?? [] {
            guard let section = entry.slot.section() else { continue }
            let balancer = balancer(section, among: balancers, known)
            let isWhole = checkAction(section) && (section["balancer"] == nil || balancer != nil)
            var path = SiteConfiguration.Path(prefix: "", balancer: balancer ?? "")
            section.read(SiteConfiguration.Path.schema, into: &path) { !ofPaths.contains($0.name) }
            path.cases = cases(section["cases"], among: balancers, known)
            RulesCheck.check(section)
            path.cookieDomains = cookieDomains(section, mapsAnswers: path.mapsAnswers)
            checkIndexes(section["index"], path)
            AnswerCheck.check(path.action, section)
            guard let name = entry.parsedName(PathPattern.parse) else { continue }
            if let first = seen[name] {
                entry.complain(
                    "\(entry.name.quoted) is the same path as \(first.name.quoted) at "
                        + first.origin.words(from: entry.nameOrigin),
                    cure: .takeAway("keep one of them"))
            } else {
                seen[name] = (entry.name, entry.nameOrigin)
            }
            guard isWhole else { continue }
            path.declaredName = name
            checkSuffix(path, section)
            checkFolder(path, section)
            redirects.add(section["redirect"], of: path)
            paths.append(path)
        }
        return paths
    }

    private static func balancer(_ section: Section, among balancers: [String], _ known: Set<String>) -> String? {
        guard let slot = section["balancer"], let name = slot.text(among: balancers) else { return nil }
        return known.contains(name) ? name : refuse(name, at: slot, among: balancers)
    }

    /// Who answers for some of a path's requests.
    private static func cases(_ slot: Slot?, among balancers: [String], _ known: Set<String>) -> [CaseConfiguration] {
        var earlier: [CaseConfiguration.Condition] = []
        return (slot?.items() ?? []).compactMap { item in
            guard let section = item.section() else { return nil }
            let balancer = balancer(section, among: balancers, known)
            var one = CaseConfiguration()
            let count = item.findings.count
            section.read(CaseConfiguration.schema, into: &one) { $0.name != "balancer" }
            if let balancer { one.action = .balancer(balancer) }
            AnswerCheck.check(one.action, section)
            if item.findings.count == count, one.condition == CaseConfiguration.Condition() {
                section["when"]?.complain("expected method, field or has, which say what requests it is for")
            }
            if item.findings.count == count {
                if let first = earlier.firstIndex(where: { $0.covers(one.condition) }) {
                    section["when"]?.warn(
                        "piece \(first + 1) of cases is for all of these requests, and this one is never asked",
                        cure: "write it in front of that one, or take it away")
                }
                earlier.append(one.condition)
            }
            return checkAction(section, CaseConfiguration.actionKeys) && (section["balancer"] == nil || balancer != nil)
                ? one : nil
        }
    }

    /// Sees to it that a path says in one way who answers.
    ///
    /// - Parameter names: the keys that say so.
    private static func checkAction(
        _ section: Section, _ names: [String] = SiteConfiguration.Path.actionKeys
    ) -> Bool {
        let said = names.filter { section[$0] != nil }
        // What is no file goes to the balancer.
        if said == ["balancer", "files"] { return true }
        if said.isEmpty {
            section.complain("expected \(names.alternatives), which says who answers for the path")
        } else if said.count > 1, let slot = section[said[1]] {
            slot.complain(
                "\(said[1]) and \(said[0]) both say who answers for the path",
                cure: .takeAway("take one of the two away"))
        }
        return said.count == 1
    }

    /// Sees to it that a suffix has nothing that `/x.png/` or `/x.png;y` would go round.
    private static func checkSuffix(_ path: SiteConfiguration.Path, _ section: Section) {
        guard case .suffix = path.match else { return }
        if let slot = section["to"] {
            slot.complain(
                "a suffix has no path that another one could stand in the place of", cure: .takeAway("take it away"))
        }
        if path.rules.isGuarded {
            section.complain(
                "who is kept out of a suffix comes in by another spelling", cure: "keep them out of a path")
        }
    }

    /// Sees to it that something follows a path whose files are what follows it; `/` is the folder itself.
    private static func checkFolder(_ path: SiteConfiguration.Path, _ section: Section) {
        guard path.files != nil, path.match == .exact, path.prefix != "/" else { return }
        section["files"]?.complain(
            "files are what follows the path, and nothing follows \(path.declaredName)",
            cure: "write the path without =")
    }

    /// Sees to it that what answers for a folder may be sent.
    private static func checkIndexes(_ slot: Slot?, _ path: SiteConfiguration.Path) {
        guard let slot, let files = path.files else { return }
        for name in files.indexes {
            guard let suffix = files.hiddenSuffix(of: name) else { continue }
            let copies = name.lowercased().hasSuffix(suffix.lowercased()) ? "" : ", and so are their copies"
            slot.complain(
                "\(name) is never sent, as names that end in \(suffix) are hidden\(copies)",
                cure: .takeAway("leave it to the balancer, whose fastcgi has an index of its own"))
        }
    }

    private static func cookieDomains(_ section: Section, mapsAnswers: Bool) -> [String: String] {
        guard let slot = section["cookie-domains"] else { return [:] }
        if !mapsAnswers {
            let message = "cookie-domains are for answers that are mapped, and reverse-mapping is not on"
            if let switched = section["reverse-mapping"] {
                switched.complain(message, cure: .write("true"))
            } else {
                section.complain(message, adding: "reverse-mapping: true")
            }
        }
        var domains: [String: String] = [:]
        for entry in slot.named() ?? [] {
            guard let theirs = entry.parsedName(Words.cookieDomain)?.lowercased(),
                let ours = entry.slot.parsed(Words.cookieDomain)
            else { continue }
            if domains.updateValue(ours, forKey: theirs) != nil {
                entry.complain("the domain \(theirs) is there already", cure: .takeAway("keep one of them"))
            }
        }
        return domains
    }

    private static func refuse(_ name: String, at slot: Slot, among balancers: [String]) -> String? {
        // Where none is declared, or could be read, that was said.
        guard !balancers.isEmpty else { return nil }
        var cure = NearestName.suggestion(for: name, among: balancers)
        if name.contains("://") {
            cure = "declare one under balancers, with this as the URL of its member, and write its name here"
        } else if cure == nil, balancers.count <= 8 {
            cure = "declared \(balancers.count == 1 ? "is" : "are") \(balancers.joined(separator: ", "))"
        }
        slot.complain("there is no balancer \(name.quoted)", cure: cure)
        return nil
    }
}

/// The sites so far, by their hosts.
private struct HostClaims {
    private var claims: [SiteConfiguration.Host: [(listeners: [ListenAddress]?, origin: Origin)]] = [:]

    /// Notes that a site is for a host, and complains where another one at the same listener is.
    mutating func claim(_ host: SiteConfiguration.Host, of site: SiteConfiguration, at slot: Slot) {
        let others = claims[host] ?? []
        let first = others.first { other in
            guard let theirs = other.listeners, let ours = site.listeners else { return true }
            return theirs.contains { ours.contains($0) }
        }
        guard let first else {
            claims[host] = others + [(site.listeners, slot.node.origin)]
            return
        }
        let name = host == .any ? "any host" : slot.text() ?? ""
        slot.complain(
            "there is a site for \(name) already, at \(slot.said(first.origin))",
            cure: "put the paths of both into one")
    }
}

extension NamedSlot {
    /// Reads the name by a grammar and adds what is wrong with it to the findings.
    func parsedName<Value>(_ parse: (String) throws(GrammarError) -> Value) -> Value? {
        do throws(GrammarError) {
            return try parse(name)
        } catch {
            complain("\(name.quoted) \(error.message)", cure: error.cure(isKey: true, parse))
            return nil
        }
    }

    /// Adds that something is wrong with the name.
    func complain(_ message: String, cure: Cure? = nil) {
        slot.findings.add(nameOrigin, keys: slot.keys, message, cure: cure)
    }
}
