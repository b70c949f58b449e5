import Model
import Reactor

/// What a path of a site leads to beside its balancer. Immutable; shared by all workers.
final class Place: Sendable {
    /// What Martlet answers itself.
    enum Own: Sendable {
        /// Where the request belongs.
        case redirect(Redirect)
        /// Always the same.
        case answer(FixedAnswer)
        /// That the site is at other listeners, with TLS.
        case elsewhere
        /// What is there of files; what is none may be a balancer's.
        case files(FilePlace)
    }

    /// The path as it is declared, for the log.
    let prefix: [UInt8]
    /// What Martlet answers itself; `nil`: a balancer answers all.
    let own: Own?
    /// Whether it is served where the listener sends its clients to TLS.
    let isServedInCleartext: Bool
    /// What is changed in the messages that pass; `nil`: nothing.
    let mapping: PathMapping?
    /// What is allowed, and what is said beside members' words; `nil`: nothing.
    let rules: Rules?
    /// That of its rules, which is asked for each request: on the way through them one would count a reference to each.
    let gate: Gate?
    /// How clients are sent to TLS, where not as the listener's others are.
    let redirect: SecureRedirect?
    /// Who answers for some requests.
    let cases: [PlaceCase]
    /// Whether it says what waits for slow clients, in place of its balancer.
    private let hasBuffering: Bool
    private let buffering: Buffering?
    /// What there is of all that, its rules' traits among it.
    let traits: PlaceTraits

    /// - Parameters:
    ///   - balancer: who answers, if need be for what is no file; `nil`: none does.
    ///   - rules: those that hold there, the outer ones too.
    ///   - cases: who answers for some requests.
    ///   - redirect: how clients are sent to TLS, where not as the listener's others are.
    ///   - roots: the folders of files that could be opened, by their paths.
    init(
        _ path: SiteConfiguration.Path, balancer: BalancerConfiguration?, rules: Rules?, redirect: SecureRedirect?,
        cases: [PlaceCase], roots: [String: FileRoot]
    ) {
        hasBuffering = path.buffering != nil
        buffering = path.buffering.flatMap { declared in balancer.flatMap { Buffering(declared, for: $0) } }
        self.cases = cases
        prefix = Array(path.declaredName.utf8)
        isServedInCleartext = path.isServedInCleartext
        own =
            switch path.action {
            case .balancer: nil
            case .redirect(let redirect):
                .redirect(Redirect(redirect, prefix: path.prefix, isExact: path.match == .exact))
            case .answer(let answer): .answer(answer)
            case .files(let files): .files(FilePlace(files, prefix: path.prefix, root: roots[files.rootPath]))
            }
        mapping = PathMapping(path)
        self.rules = rules
        gate = rules?.gate
        self.redirect = redirect
        traits = PlaceTraits([
            (.own, own != nil), (.mapping, mapping != nil), (.cases, !cases.isEmpty), (.buffering, hasBuffering),
        ]).union(rules?.traits ?? [])
    }

    /// All of a site that is served at other listeners, to which this one sends its clients.
    ///
    /// - Parameters:
    ///   - redirect: how, where not as the listener's others are.
    ///   - rules: those of the site.
    init(elsewhere redirect: SecureRedirect?, rules: Rules?) {
        prefix = Array("/".utf8)
        isServedInCleartext = false
        (hasBuffering, buffering) = (false, nil)
        cases = []
        own = .elsewhere
        mapping = nil
        traits = PlaceTraits.own.union(rules?.traits ?? [])
        self.rules = rules
        gate = rules?.gate
        self.redirect = redirect
    }

    /// What Martlet answers whoever is let in; `nil`: a balancer answers.
    var answer: OwnAnswer? {
        if case .answer(let answer)? = own { OwnAnswer(fixed: answer) } else { nil }
    }

    /// Whether requests pass as if it were not there.
    var isBare: Bool {
        own == nil && mapping == nil && rules == nil && !isServedInCleartext && redirect == nil && cases.isEmpty
            && !hasBuffering
    }

    /// What waits for slow clients of a balancer's members; `nil`: nothing.
    func buffering(of balancer: Balancer) -> Buffering? { hasBuffering ? buffering : balancer.buffering }
}
