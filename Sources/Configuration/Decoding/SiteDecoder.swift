import Model

/// Decodes sites.
enum SiteDecoder {
    /// The keys of a site, and of a path, that have to do with others.
    private static let ofSites: Set = ["host", "paths"]
    private static let ofPaths: Set = ["balancer", "cookie-domains"]

    /// Decodes the list and refuses two sites for one host.
    ///
    /// - Parameters:
    ///   - slot: the list.
    ///   - balancers: the names of the declared balancers, in their order.
    ///   - certificates: knows the certificates' names.
    static func decode(
        _ slot: Slot?, balancers: [String], certificates: CertificateCheck
    ) -> [SiteConfiguration] {
        var sites: [SiteConfiguration] = []
        var origins: [SiteConfiguration.Host: Origin] = [:]
        for item in slot?.items() ?? [] {
            guard let section = item.section() else { continue }
            let host = section["host"].map(self.host) ?? .any
            if section["paths"] == nil, section["redirect"] == nil {
                let summary = SiteConfiguration.schema.table["paths"].summary
                section.complain("the key \"paths\" is missing: \(summary)")
            }
            var redirects = RedirectCheck()
            let paths = paths(section["paths"], balancers: balancers, &redirects)
            guard let host else { continue }
            certificates.site(host, at: section["host"])
            let hostSlot = section["host"] ?? item
            if let first = origins[host] {
                let name = host == .any ? "any host" : hostSlot.text() ?? ""
                hostSlot.complain(
                    "there is a site for \(name) already, at \(first)", cure: "put the paths of both into one")
            } else {
                origins[host] = hostSlot.node.origin
            }
            var site = SiteConfiguration(host: host, paths: paths)
            section.read(SiteConfiguration.schema, into: &site) { !ofSites.contains($0.name) }
            redirects.check(site, section["redirect"])
            sites.append(site)
        }
        if sites.count > SiteConfiguration.sitesMax {
            slot?.complain("\(sites.count) sites are more than \(SiteConfiguration.sitesMax)", cure: "use wildcards")
        }
        return sites
    }

    private static func host(_ slot: Slot) -> SiteConfiguration.Host? {
        if case .sequence = slot.node.content, case .text(let kind) = slot.shape {
            slot.refuse(expected: kind.expected, cure: SiteConfiguration.Host.oneForEach)
            return nil
        }
        return slot.parsed(SiteConfiguration.Host.parse)
    }

    private static func paths(
        _ slot: Slot?, balancers: [String], _ redirects: inout RedirectCheck
    ) -> [SiteConfiguration.Path] {
        var paths: [SiteConfiguration.Path] = []
        var seen: [String: (name: String, origin: Origin)] = [:]
        let known = Set(balancers)
        for entry in slot?.named() ?? [] {
            guard let section = entry.slot.section() else { continue }
            let balancer = section["balancer"].flatMap { slot in
                slot.text(among: balancers).flatMap { known.contains($0) ? $0 : refuse($0, at: slot, among: balancers) }
            }
            let isWhole = checkAction(section) && (section["balancer"] == nil || balancer != nil)
            var path = SiteConfiguration.Path(prefix: "", balancer: balancer ?? "")
            section.read(SiteConfiguration.Path.schema, into: &path) { !ofPaths.contains($0.name) }
            path.cookieDomains = cookieDomains(section, mapsAnswers: path.mapsAnswers)
            checkIndexes(section["index"], path)
            guard let prefix = entry.parsedName(PathPrefix.parse) else { continue }
            if let first = seen[prefix] {
                entry.complain(
                    "\(entry.name.quoted) is the same path as \(first.name.quoted) at \(first.origin)",
                    cure: .takeAway("keep one of them"))
            } else {
                seen[prefix] = (entry.name, entry.nameOrigin)
            }
            guard isWhole else { continue }
            path.prefix = prefix
            redirects.add(section["redirect"], of: path)
            paths.append(path)
        }
        return paths
    }

    /// Sees to it that a path says in one way who answers.
    private static func checkAction(_ section: Section) -> Bool {
        let names = SiteConfiguration.Path.actionKeys
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

    /// Sees to it that what answers for a folder may be sent.
    private static func checkIndexes(_ slot: Slot?, _ path: SiteConfiguration.Path) {
        guard let slot, let files = path.files else { return }
        for name in files.indexes {
            guard let suffix = files.hiddenSuffixes.first(where: { name.lowercased().hasSuffix($0.lowercased()) })
            else { continue }
            slot.complain(
                "\(name) is never sent, as names that end in \(suffix) are hidden",
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
