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

    /// - Parameters:
    ///   - rules: those that hold there, the outer ones too.
    ///   - roots: the folders of files that could be opened, by their paths.
    init(_ path: SiteConfiguration.Path, rules: Rules?, roots: [String: FileRoot]) {
        prefix = Array(path.prefix.utf8)
        isServedInCleartext = path.isServedInCleartext
        own =
            switch path.action {
            case .balancer: nil
            case .redirect(let redirect): .redirect(Redirect(redirect, prefix: path.prefix))
            case .answer(let answer): .answer(answer)
            case .files(let files): .files(FilePlace(files, prefix: path.prefix, root: roots[files.rootPath]))
            }
        mapping = PathMapping(path)
        self.rules = rules
    }

    /// Whether requests pass as if it were not there.
    var isBare: Bool { own == nil && mapping == nil && rules == nil && !isServedInCleartext }
}
