/// A configuration of one balancer, written as a user would.
struct EdgeText {
    /// Which listeners there are; the port is always the kernel's choice.
    enum Listeners {
        case cleartext
        /// Cleartext for HTTP/1.1 and for HTTP/2 with prior knowledge.
        case prior
        case tls
        /// Cleartext at a UNIX-domain socket of this path.
        case local(path: String)
        /// Cleartext for HTTP/1.1 and for HTTP/2 with prior knowledge, at a UNIX-domain socket of this path.
        case localPrior(path: String)
        /// TLS at a port and cleartext at a UNIX-domain socket of this path.
        case both(path: String)
    }

    var listeners = Listeners.cleartext
    /// What stands in the braces of `tls:`.
    var tls = "certificates: certs/"
    /// Names and addresses, in order.
    var members: [(name: String, endpoint: Endpoint)]
    /// More keys of each member, as they stand in braces.
    var memberKeys = ""
    /// More keys of single members by their names, behind those of each.
    var keys: [String: String] = [:]
    /// The value of `affinity:`.
    var affinity: String?
    /// More lines of the balancer.
    var balancer: [String] = []
    /// What stands in the braces of the site's `paths:`.
    var paths = "/: shop"
    /// The site's host; nil: any.
    var host: String?
    /// More lines at the top level.
    var settings: [String] = []
    var workers = 2

    /// The scheme of members' URLs.
    var scheme = "http"

    /// A balancer `shop` with members `node1`, `node2` and so on.
    init(_ endpoints: Endpoint..., listeners: Listeners = .cleartext, affinity: String? = nil, settings: [String] = [])
    {
        self.init(before: endpoints, listeners: listeners, affinity: affinity, settings: settings)
    }

    /// The same, of a list of them.
    init(
        before endpoints: [Endpoint], listeners: Listeners = .cleartext, affinity: String? = nil,
        settings: [String] = []
    ) {
        members = endpoints.enumerated().map { ("node\($0.offset + 1)", $0.element) }
        self.listeners = listeners
        self.affinity = affinity
        self.settings = settings
    }

    var text: String {
        var lines = ["listeners:"]
        switch listeners {
        case .cleartext: lines += ["  - address: \"127.0.0.1:0\""]
        case .prior: lines += ["  - address: \"127.0.0.1:0\"", "    protocols: [h2c, http/1.1]"]
        case .local(let path): lines += ["  - address: \"unix:\(path)\""]
        case .localPrior(let path):
            lines += ["  - address: \"unix:\(path)\"", "    protocols: [h2c, http/1.1]"]
        case .tls: lines += ["  - address: \"127.0.0.1:0\"", "    tls: { \(tls) }"]
        case .both(let path):
            lines += ["  - address: \"127.0.0.1:0\"", "    tls: { \(tls) }", "  - address: \"unix:\(path)\""]
        }
        lines += ["sites:", "  - paths: { \(paths) }"]
        if let host { lines += ["    host: \(host)"] }
        lines += ["balancers:", "  shop:"]
        if let affinity { lines += ["    affinity: \(affinity)"] }
        lines += balancer.map { "    " + $0 }
        lines += ["    members:"]
        lines += members.map { name, endpoint in
            let url = "\"\(endpoint.memberURL(scheme))\""
            let more = [memberKeys, keys[name] ?? ""].filter { !$0.isEmpty }.map { ", " + $0 }.joined()
            return "      \(name): " + (more.isEmpty ? url : "{ url: \(url)\(more) }")
        }
        lines += ["workers: \(workers)"] + settings
        return lines.joined(separator: "\n") + "\n"
    }
}
