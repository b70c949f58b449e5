/// What `martlet proxy` is given: an edge of one balancer for all hosts and paths.
///
/// It is turned into the same document as a file would be, so that the same rules hold.
public struct ProxyArguments: Sendable {
    /// The name of the balancer.
    public static let balancerName = "proxy"

    /// `--listen`: addresses that speak TLS.
    public var listen: [String]
    /// `--listen-http`: addresses that speak cleartext.
    public var listenHTTP: [String]
    /// `--certificates`: a folder of identities; needed for `--listen`.
    public var certificates: String?
    /// `--to`: members as `URL` or `NAME=URL`; those without a name are node1, node2 … by their place.
    public var to: [String]
    /// `--sticky X`: sessions are in the cookie X and the parameter x; where no route is in them, in the cookie alone.
    /// `X|y` names the parameter, as Apache's stickysession does.
    public var sticky: String?
    /// `--control`: the path of the control socket.
    public var control: String?

    /// How long a member is left alone after it failed, such as `5s`; `nil`: as long as without a word.
    public var retry: String?

    /// Makes arguments.
    public init(
        listen: [String] = [], listenHTTP: [String] = [], certificates: String? = nil, to: [String] = [],
        sticky: String? = nil, control: String? = nil
    ) {
        self.listen = listen
        self.listenHTTP = listenHTTP
        self.certificates = certificates
        self.to = to
        self.sticky = sticky
        self.control = control
    }

    /// The document that says the same.
    func document(findings: Findings) -> DocumentNode {
        checkPresence(findings)
        let to = Origin.flag("--to")
        var balancer = [DocumentNode.Entry]()
        if let sticky {
            let flag = Origin.flag("--sticky")
            let (cookie, parameter) = SessionCookies.pair(sticky) ?? (sticky, sticky.lowercased())
            let name = DocumentNode(text: cookie, at: flag)
            let names =
                SessionCookies.isRouteless(cookie)
                ? [entry("mode", DocumentNode(text: "insert", at: flag)), entry("follow", name)]
                : [entry("cookie", name), entry("parameter", DocumentNode(text: parameter, at: flag))]
            balancer.append(entry("affinity", DocumentNode(.mapping(names), at: flag)))
        }
        balancer.append(entry("members", members(findings)))
        let path = DocumentNode(.mapping([entry("/", DocumentNode(text: Self.balancerName, at: to))]), at: to)
        let site = DocumentNode(.mapping([entry("paths", path)]), at: to)
        var root = [
            entry("listeners", listeners()), entry("sites", DocumentNode(.sequence([site]), at: to)),
            entry(
                "balancers",
                DocumentNode(.mapping([entry(Self.balancerName, DocumentNode(.mapping(balancer), at: to))]), at: to)),
        ]
        if let control {
            let flag = Origin.flag("--control")
            let socket = entry("socket", DocumentNode(text: control, at: flag))
            root.append(entry("control", DocumentNode(.mapping([socket]), at: flag)))
        }
        return DocumentNode(.mapping(root), at: to)
    }

    private func checkPresence(_ findings: Findings) {
        if listen.isEmpty, listenHTTP.isEmpty {
            findings.add(
                .flag("--listen"), "no address is given to listen on",
                cure: "add --listen 127.0.0.1:8443 with --certificates, or --listen-http 127.0.0.1:8080")
        }
        if !listen.isEmpty, certificates == nil {
            findings.add(
                .flag("--certificates"), "--listen needs a folder of certificates",
                cure: "add --certificates FOLDER, or use --listen-http")
        }
        if listen.isEmpty, certificates != nil {
            findings.add(.flag("--certificates"), "no listener speaks TLS", cure: "add --listen ADDRESS")
        }
        if to.isEmpty {
            findings.add(.flag("--to"), "no member is given", cure: "add --to http://127.0.0.1:8081")
        }
    }

    private func listeners() -> DocumentNode {
        var listeners: [DocumentNode] = []
        for address in listen {
            let flag = Origin.flag("--listen")
            var entries = [entry("address", DocumentNode(text: address, at: flag))]
            if let certificates {
                let folder = DocumentNode(text: certificates, at: .flag("--certificates"))
                entries.append(entry("tls", DocumentNode(.mapping([entry("certificates", folder)]), at: flag)))
            }
            listeners.append(DocumentNode(.mapping(entries), at: flag))
        }
        for address in listenHTTP {
            let flag = Origin.flag("--listen-http")
            listeners.append(
                DocumentNode(.mapping([entry("address", DocumentNode(text: address, at: flag))]), at: flag))
        }
        // What is missing was said with its flag.
        return listeners.isEmpty
            ? DocumentNode(.unreadable, at: .flag("--listen"))
            : DocumentNode(.sequence(listeners), at: .flag("--listen"))
    }

    private func members(_ findings: Findings) -> DocumentNode {
        let flag = Origin.flag("--to")
        var entries: [DocumentNode.Entry] = []
        var names: Set<String> = []
        for (offset, argument) in to.enumerated() {
            let (name, url) = Self.split(argument)
            let memberName = name ?? "node\(offset + 1)"
            guard names.insert(memberName).inserted else {
                findings.add(
                    flag, "there are two members called \(memberName.quoted)",
                    cure: "write --to NAME=URL with another name")
                continue
            }
            entries.append(DocumentNode.Entry(name: memberName, nameOrigin: flag, value: member(url, flag)))
        }
        return entries.isEmpty ? DocumentNode(.unreadable, at: flag) : DocumentNode(.mapping(entries), at: flag)
    }

    private func member(_ url: String, _ flag: Origin) -> DocumentNode {
        let url = DocumentNode(text: url, at: flag)
        guard let retry else { return url }
        let keys = [entry("url", url), entry("retry", DocumentNode(text: retry, at: flag))]
        return DocumentNode(.mapping(keys), at: flag)
    }

    /// Splits `NAME=URL`; what stands in front of the equals sign is a name unless it looks like the start of a URL.
    private static func split(_ argument: String) -> (name: String?, url: String) {
        guard let equals = argument.firstIndex(of: "=") else { return (nil, argument) }
        let name = argument[..<equals]
        guard !name.contains(where: { $0 == ":" || $0 == "/" }) else { return (nil, argument) }
        return (String(name), String(argument[argument.index(after: equals)...]))
    }

    private func entry(_ name: String, _ value: DocumentNode) -> DocumentNode.Entry {
        DocumentNode.Entry(name: name, nameOrigin: value.origin, value: value)
    }
}
