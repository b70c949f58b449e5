import Model

/// Which paths of a site are one to members, so that a request may be taken for either's. Each is looked at once, as
/// there may be thousands.
package struct PathLikeness {
    /// What is equal in paths that are one to members.
    private struct Nature: Hashable {
        let action: SiteConfiguration.Path.Action
        let membersHost: MembersHost
        let mapsAnswers: Bool
        let cookieDomains: [String: String]
        let isServedInCleartext: Bool
        let rules: RulesConfiguration
        let cases: [CaseConfiguration]
        /// The path itself, where what stands in its place, or where a redirect leads, depends on it.
        let name: String?

        init(_ path: SiteConfiguration.Path) {
            action = path.action
            membersHost = path.membersHost
            mapsAnswers = path.mapsAnswers
            cookieDomains = path.cookieDomains
            isServedInCleartext = path.isServedInCleartext
            rules = path.rules.placed(at: path.declaredName)
            cases = path.cases
            name = path.isMapped || Self.redirects(path) ? path.declaredName : nil
        }

        private static func redirects(_ path: SiteConfiguration.Path) -> Bool {
            ([path.action] + path.cases.map(\.action)).contains { if case .redirect = $0 { true } else { false } }
        }
    }

    /// What is equal in paths one of which may be taken for the other where they differ by an escaped slash.
    private struct Family: Hashable {
        let guardNumber: Int
        /// Who answers, where that says it; else the kind does.
        let balancer: String?
        let kind: Int?
    }

    /// The index of the first path that is the same to members, of each.
    package let kinds: [Int]
    /// The index of the first path of the same guards for which it may be taken by an escaped slash, of each.
    package let families: [Int]

    /// - Parameters:
    ///   - paths: a site's.
    ///   - guards: theirs; see ``PathGuard/numbers(of:in:)``.
    package init(_ paths: [SiteConfiguration.Path], guards: [Int]) {
        var firsts: [Nature: Int] = [:]
        let kinds = paths.indices.map { Self.first(Nature(paths[$0]), in: &firsts, else: $0) }
        var familyFirsts: [Family: Int] = [:]
        families = paths.indices.map { index in
            // One balancer answers for all of them, and none keeps anybody out by itself.
            let balancer = paths[index].isUnguardedAsItIs ? paths[index].balancer : nil
            let family = Family(
                guardNumber: guards[index], balancer: balancer, kind: balancer == nil ? kinds[index] : nil)
            return Self.first(family, in: &familyFirsts, else: index)
        }
        self.kinds = kinds
    }

    private static func first<Key: Hashable>(_ key: Key, in firsts: inout [Key: Int], else index: Int) -> Int {
        if let first = firsts[key] { return first }
        firsts[key] = index
        return index
    }
}

extension SiteConfiguration.Path {
    /// Whether something else stands in its place: what members get, or a folder.
    var isMapped: Bool { target != nil || files != nil }

    /// Whether nothing stands in its place or depends on the request, and it keeps nobody out by itself.
    fileprivate var isUnguardedAsItIs: Bool { !isMapped && !rules.isGuarded && cases.isEmpty }
}
