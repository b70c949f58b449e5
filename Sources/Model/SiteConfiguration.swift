/// Public hosts and the balancers that answer for their paths.
public struct SiteConfiguration: Sendable, Equatable {
    /// Sites of an edge at most: what a table of hosts holds.
    public static let sitesMax = 65_536

    /// Which hosts a site is for.
    public enum Host: Sendable, Hashable {
        /// One name or IP literal, lower case, without a port; an IPv6 address stands in brackets.
        case exact(String)
        /// Every name that ends in `.` and this suffix, lower case: `example.com` of `*.example.com`. The longest
        /// suffix wins.
        case wildcard(suffix: String)
        /// Every host that no other site is for.
        case any
    }

    /// What becomes of paths with `%2F`.
    public enum EscapedSlashes: String, Sendable, CaseIterable {
        /// They pass where all who read them, as a slash or not, find the same place.
        case judge
        /// They pass as letters, where the places to which they may lead have one balancer.
        case pass
        /// They are refused.
        case refuse
    }

    /// What becomes of paths that are guarded ones but for their letters' case.
    public enum LetterCase: String, Sendable, CaseIterable {
        /// They are refused, unless they are declared themselves: some members take them for the guarded ones.
        case judge
        /// They are other paths.
        case exact
    }

    /// A path prefix and who answers for it.
    public struct Path: Sendable, Hashable {
        /// Who answers, and with what.
        public enum Action: Sendable, Hashable {
            /// One of ``EdgeConfiguration/balancers``, by its name.
            case balancer(String)
            /// Martlet, which sends clients elsewhere.
            case redirect(RedirectConfiguration)
            /// Martlet, always with the same.
            case answer(FixedAnswer)
            /// Martlet, with files; a balancer with what is none, where there is one.
            case files(FilesConfiguration)
        }

        /// How requests' paths are compared with ``prefix``.
        public enum Match: Sendable, Hashable {
            /// They are it, or below it.
            case below
            /// They are it.
            case exact
            /// They are below it, and their last segment ends in these letters: `.png`.
            case suffix(String)
        }

        /// Starts with `/` and, but for `/` itself, does not end with it.
        ///
        /// It matches on segment borders: `/static` matches `/static` and
        /// `/static/x`, not `/statics`. Compared byte for byte; escapes are in upper case, none stands for an
        /// unreserved character.
        public var prefix: String
        /// How requests' paths are compared with it.
        public var match = Match.below
        /// Who answers, unless a case holds.
        public var action: Action
        /// Who answers for some requests; the first one that holds.
        public var cases: [CaseConfiguration] = []
        /// What members get in place of the prefix, in the same form; `nil`: the path as it came.
        public var target: String?
        /// Which host members get (`ProxyPreserveHost`).
        public var membersHost = MembersHost.client
        /// Whether URLs and cookies in answers that speak of the member are made to speak of the site
        /// (`ProxyPassReverse`).
        public var mapsAnswers = false
        /// What stands in the place of each `Domain` of cookies, by that domain in lower case
        /// (`ProxyPassReverseCookieDomain`); only where answers are mapped.
        public var cookieDomains: [String: String] = [:]
        /// Whether it is served where a listener sends its clients to TLS.
        public var isServedInCleartext = false
        /// What of answers and requests waits for slow clients; `nil`: what does of the balancer's.
        public var buffering: BufferingConfiguration?
        /// What holds for this path alone.
        public var rules = RulesConfiguration()

        /// Makes a path without mapping that a balancer answers for.
        public init(prefix: String, balancer: String) {
            self.init(prefix: prefix, action: .balancer(balancer))
        }

        /// Makes a path without mapping.
        public init(prefix: String, action: Action) {
            self.prefix = prefix
            self.action = action
        }

        /// Bytes that a path may have as it is written, with what says for which requests it is.
        public static let nameBytesMax = 2_048

        /// The path as it is written in a configuration: `/a`, `=/a` for it alone, `/a/*.png` for a suffix below it.
        public var declaredName: String {
            get {
                switch match {
                case .below: prefix
                case .exact: "=" + prefix
                case .suffix(let suffix): (prefix == "/" ? "" : prefix) + "/*" + suffix
                }
            }
            set {
                let star = newValue.firstIndex(of: "*")
                if newValue.hasPrefix("=") {
                    (prefix, match) = (String(newValue.dropFirst()), .exact)
                } else if let star {
                    let prefix = newValue[..<star].dropLast()
                    self.prefix = prefix.isEmpty ? "/" : String(prefix)
                    match = .suffix(String(newValue[star...].dropFirst()))
                } else {
                    (prefix, match) = (newValue, .below)
                }
            }
        }

        /// Whether requests whose path belongs to both are its own, by the kind of the path and its length.
        fileprivate func goesBefore(_ other: Path) -> Bool {
            // By bytes and not by `count`: equal lengths of different paths never match the same target.
            let (own, others) = (prefix.utf8.count, other.prefix.utf8.count)
            switch (match, other.match) {
            case (.suffix(let suffix), .suffix(let otherSuffix)) where own == others:
                return suffix.utf8.count > otherSuffix.utf8.count
            default: return match.rank != other.match.rank ? match.rank < other.match.rank : own > others
            }
        }

        /// The name of the balancer that answers, if need be for what is no file; `nil` where none is said.
        public var balancer: String? {
            get {
                switch action {
                case .balancer(let name): name.isEmpty ? nil : name
                case .files(let files): files.balancer
                case .redirect, .answer: nil
                }
            }
            set {
                guard let newValue else { return }
                if case .files(var files) = action {
                    files.balancer = newValue
                    action = .files(files)
                } else {
                    action = .balancer(newValue)
                }
            }
        }

        /// The files that it answers with.
        public var files: FilesConfiguration? {
            if case .files(let files) = action { files } else { nil }
        }

        private var fileFolder: String? {
            get { files?.rootPath }
            set {
                guard let newValue else { return }
                var files = FilesConfiguration(rootPath: newValue)
                if let balancer, !balancer.isEmpty { files.balancer = balancer }
                action = .files(files)
            }
        }

        private var fileIndexes: [String]? {
            get { declared(\.indexes) }
            set { if let newValue { change { $0.indexes = newValue } } }
        }

        private var prefersPrecompressed: Bool? {
            get { declared(\.prefersPrecompressed) }
            set { if let newValue { change { $0.prefersPrecompressed = newValue } } }
        }

        private var hiddenSuffixes: [String]? {
            get { declared(\.hiddenSuffixes) }
            set { if let newValue { change { $0.hiddenSuffixes = newValue } } }
        }

        /// What is said of the files; `nil`: nothing else than what holds where nothing is.
        private func declared<Part: Equatable>(_ part: (FilesConfiguration) -> Part) -> Part? {
            guard let files else { return nil }
            return part(files) == part(FilesConfiguration(rootPath: "")) ? nil : part(files)
        }

        /// Changes what is said of the files, where there are some.
        private mutating func change(_ body: (inout FilesConfiguration) -> Void) {
            guard case .files(var files) = action else { return }
            body(&files)
            action = .files(files)
        }

        /// Where clients are sent.
        private var redirect: RedirectConfiguration? {
            get { if case .redirect(let redirect) = action { redirect } else { nil } }
            set { if let newValue { action = .redirect(newValue) } }
        }

        /// What Martlet answers.
        private var answer: FixedAnswer? {
            if case .answer(let answer) = action { answer } else { nil }
        }

        private var answerStatus: Int? {
            get { answer?.status }
            set { if let newValue { action = .answer(FixedAnswer(status: newValue, text: answer?.text)) } }
        }

        private var answerText: String? {
            get { answer?.text }
            set { if let answer { action = .answer(FixedAnswer(status: answer.status, text: newValue)) } }
        }

        /// The keys that say who answers, one of which a path has.
        public static let actionKeys = ["balancer", "redirect", "answer", "files"]

        /// The keys that say who answers.
        static let actionFields: [Field<Path>] = [
            Field(
                "balancer", \.balancer, .text(.balancer),
                "the name of the balancer that answers; one of balancer, redirect and answer is needed"),
            Field(
                "redirect", \.redirect, .shorthand("to", RedirectConfiguration.schema),
                "in place of balancer: where clients are sent"),
            Field(
                "answer", \.answerStatus, .count(200...599),
                "in place of balancer: the status that every request is answered with"),
            Field("text", \.answerText, .text(.content), "with answer: its content")
                .needs("answer", "text is the content of an answer, and there is none", cure: "add answer: 200") {
                    $0.answer != nil
                },
        ]

        /// The keys of what stands behind a path of a site.
        public static let schema = Schema<Path>(
            "Who answers for a path, and what is changed on the way.", of: Path(prefix: "", balancer: ""),
            others: .path,
            actionFields + [
                Field(
                    "cases", \.cases, .list(.table(CaseConfiguration.schema)),
                    "who answers in the place of that for some requests; the first one that holds"),
                Field(
                    "files", \.fileFolder, .text(.fileFolder),
                    "the folder whose files are sent; beside balancer, that answers for what is no file"),
                ofFiles(
                    Field(
                        "index", \.fileIndexes, .list(.text(.fileName)),
                        "with files: what answers for a folder; index.html if left out")),
                ofFiles(
                    Field(
                        "precompressed", \.prefersPrecompressed, .boolean(),
                        "with files: send app.js.br, .zst or .gz in place of app.js to who takes it, where it is there")
                ),
                ofFiles(
                    Field(
                        "hide", \.hiddenSuffixes, .list(.text(.scriptSuffix), countMin: 0),
                        "with files: how names end that are never sent; .php, .phtml, .phar and .inc if left out")),
                Field(
                    "cleartext", \.isServedInCleartext, .boolean(),
                    "serve it at listeners with redirect: https too, such as /.well-known/acme-challenge"),
                Field(
                    "to", \.target, .text(.pathPrefix),
                    "what members get in place of the path; the path itself if left out"),
                Field(
                    "preserve-host", \.membersHost, .host,
                    "whether members get the host that the client named, or each its own; a host: all get that one"),
                Field(
                    "reverse-mapping", \.mapsAnswers, .boolean(),
                    "make URLs and cookies in answers that speak of the member speak of the site"),
                Field(
                    "cookie-domains", \.cookieDomains, .texts(.cookieDomain),
                    "with reverse-mapping: what stands in place of cookies' domains that are not a member's host"),
                Field(
                    "buffering", \.buffering, .shorthand("answers", BufferingConfiguration.schema),
                    "what waits here for slow clients, in place of what the balancer says; off: nothing"
                ).needs(
                    "balancer", "buffering is for what members answer, and none does here"
                ) { $0.balancer != nil },
            ] + RulesConfiguration.innerFields(of: \.rules))

        /// The same key, of no use without files.
        private static func ofFiles(_ field: Field<Path>) -> Field<Path> {
            field.needs("files", "\(field.name) is for files, and there are none") { $0.files != nil }
        }
    }

    /// Which hosts it is for: at least one, each once.
    public var hosts: [Host]
    /// The addresses of the listeners that it is served at, each once; `nil`: all.
    public var listeners: [ListenAddress]?
    /// At least one, of different names, so ordered that the first one that matches is the one.
    public private(set) var paths: [Path]
    /// Where clients are sent who ask for what no path is for; `nil`: nowhere.
    public var redirect: RedirectConfiguration?
    /// What becomes of paths with `%2F`.
    public var escapedSlashes = EscapedSlashes.judge
    /// What becomes of paths that are guarded ones but for their letters' case.
    public var letterCase = LetterCase.judge
    /// What holds for all paths that do not say otherwise.
    public var rules = RulesConfiguration()

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - hosts: which hosts it is for.
    ///   - paths: in any order.
    public init(hosts: [Host], paths: [Path]) {
        self.hosts = hosts
        self.paths = []
        declaredPaths = paths
    }

    /// Makes a site of one host, or of all that no other site is for.
    public init(host: Host, paths: [Path]) {
        self.init(hosts: [host], paths: paths)
    }

    /// Whether it is served to the clients of a listener.
    public func isServed(at listener: ListenAddress) -> Bool { listeners?.contains(listener) ?? true }

    /// What it is called by those who speak of it: its first host; `*` is the site for any host.
    public var name: String { hosts[0].description }

    /// The hosts, where there are any.
    var declaredHosts: [Host]? {
        get { hosts == [.any] ? nil : hosts }
        set { hosts = newValue ?? [.any] }
    }

    /// The paths, which may be set in any order.
    var declaredPaths: [Path] {
        get { paths }
        set { paths = newValue.sorted { $0.goesBefore($1) } }
    }

    /// The keys of a piece of `sites`.
    public static let schema = Schema<SiteConfiguration>(
        "Public hosts and their paths.", of: SiteConfiguration(host: .any, paths: []), others: .site,
        [
            Field(
                "host", \.declaredHosts, .oneOrMore(.text(.host)), "exact hosts or *.suffix; any host if left out"),
            Field(
                "listeners", \.listeners, .oneOrMore(.text(.listenAddress)),
                "the addresses of the listeners that it is served at; all if left out"),
            Field(
                "redirect", \.redirect, .shorthand("to", RedirectConfiguration.schema),
                "where clients are sent who ask for what no path is for"),
            Field(
                "escaped-slashes", \.escapedSlashes, .choice(others: .escapedSlashes),
                "paths with %2F: judge passes them where all read the same, pass as letters of one balancer's paths, "
                    + "refuse none of them"),
            Field(
                "letter-case", \.letterCase, .choice(),
                "judge refuses /ADMIN where /admin is guarded, as some members take it for that; exact: it is another "
                    + "path"),
            Field(
                "paths", \.declaredPaths, .named(.shorthand("balancer", Path.schema), .pathPattern, by: \.declaredName),
                "who answers for which path: =/a is /a alone, /a/*.png what ends so below /a; then the longest on "
                    + "segment borders wins"),
        ] + RulesConfiguration.innerFields(of: \.rules))
}

extension SiteConfiguration.Path.Match {
    /// The lower one goes before the higher one.
    fileprivate var rank: Int {
        switch self {
        case .exact: 0
        case .suffix: 1
        case .below: 2
        }
    }
}

extension SiteConfiguration.Host: LosslessStringConvertible {
    /// Reads a host in the form of ``description``.
    public init(_ description: String) {
        self =
            description == "*"
            ? .any
            : description.hasPrefix("*.") ? .wildcard(suffix: String(description.dropFirst(2))) : .exact(description)
    }

    /// As it is written in a configuration; any host, which is left out there, is `*`.
    public var description: String {
        switch self {
        case .exact(let name): name
        case .wildcard(let suffix): "*.\(suffix)"
        case .any: "*"
        }
    }
}
