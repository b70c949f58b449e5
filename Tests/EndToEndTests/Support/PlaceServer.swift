import Foundation

/// A server that tells which place of a site it has read a request's path as.
///
/// Its answers have the place in `X-Place` (`admin` for `/admin`, `acme` for `/.well-known/acme-challenge`, `pub` for
/// `/pub`, `inner` for `/inner`, `root` for all the rest), and in `X-Balancer` what `X-Balancer-Name` has told it.
/// Sessions' path parameters are no part of a path, as the site declares it: who would take them for one leaves them
/// out when it looks for the place.
struct PlaceServer: Sendable {
    let name: String
    let endpoint: Endpoint
    /// How many of the table's refused paths it reads, without Martlet, as another place than the naive one, at least.
    ///
    /// What Debian 12's versions do, and a tenth less.
    let deceivedCountMin: Int

    private init(_ name: String, deceivedBy count: Int, _ endpoint: Endpoint) {
        self.name = name
        self.endpoint = endpoint
        deceivedCountMin = count
    }

    /// Starts all kinds of them, and chains of two, the first of which reads and writes anew.
    static func startAll() throws -> [PlaceServer] {
        let python = try addresses(of: PythonScript.start("places.py", []), count: 6)
        let node = try addresses(of: ChildProcess(Tool.node.path(), [PythonScript.path("places.js")]), count: 3)
        let tomcat = try PlaceTomcat()
        func script(_ name: String) throws -> Endpoint {
            guard let endpoint = python[name] ?? node[name] else { throw HarnessError("no script has \(name)") }
            return endpoint
        }
        let servers: [PlaceServer] = try [
            PlaceServer("nginx", deceivedBy: 150, nginx()),
            PlaceServer("nginx that keeps empty segments", deceivedBy: 145, nginx("merge_slashes off;")),
            PlaceServer("Apache", deceivedBy: 155, apache(slashes: "On")),
            PlaceServer("Apache that decodes no slashes", deceivedBy: 115, apache(slashes: "NoDecode")),
            PlaceServer("Tomcat", deceivedBy: 160, tomcat.decoding),
            PlaceServer("Tomcat that passes escaped slashes on", deceivedBy: 120, tomcat.passing),
            PlaceServer("Python's server of files", deceivedBy: 165, script("files")),
            PlaceServer("Python's urlparse", deceivedBy: 150, script("parsed")),
            PlaceServer("WSGI", deceivedBy: 45, script("wsgi")),
            PlaceServer("WSGI, segment by segment", deceivedBy: 55, script("shifting")),
            PlaceServer("Python that decodes twice", deceivedBy: 255, script("twice")),
            PlaceServer("Python that decodes twice and drops parameters", deceivedBy: 270, script("all")),
            PlaceServer("Node's URL", deceivedBy: 160, script("whatwg")),
            PlaceServer("Node's URL of what was decoded", deceivedBy: 240, script("decoded")),
            PlaceServer("Node's url.parse", deceivedBy: 195, script("legacy")),
            PlaceServer("PHP's parse_url", deceivedBy: 55, php("url")),
            PlaceServer("PHP's server", deceivedBy: 165, php("script")),
            PlaceServer("nginx before Python's server of files", deceivedBy: 150, nginx(before: script("files"))),
            PlaceServer("nginx before Python that decodes twice", deceivedBy: 240, nginx(before: script("all"))),
            PlaceServer(
                "nginx that keeps empty segments before urlparse", deceivedBy: 145,
                nginx("merge_slashes off;", before: script("parsed"))),
            PlaceServer("nginx before Tomcat", deceivedBy: 180, nginx(before: tomcat.decoding)),
            PlaceServer("Apache before WSGI", deceivedBy: 155, apache(slashes: "On", before: script("wsgi"))),
            PlaceServer("Apache before Tomcat", deceivedBy: 185, apache(slashes: "On", before: tomcat.decoding)),
            PlaceServer(
                "Apache before Python's server of files", deceivedBy: 165,
                apache(slashes: "NoDecode", before: script("files"))),
            PlaceServer(
                "Apache before Node's URL of what was decoded", deceivedBy: 240,
                apache(slashes: "NoDecode", before: script("decoded"))),
        ]
        for server in servers {
            // A page of Tomcat's is compiled when it is asked for.
            let answer = try RawClient(server.endpoint)
                .exchange("GET /admin/x HTTP/1.1\r\nHost: localhost\r\n\r\n", seconds: 60)
            guard answer["X-Place"] == "admin" else { throw HarnessError("\(server.name) says: \(answer.headText)") }
        }
        return servers
    }

    // MARK: - Servers with places

    /// What may be in a segment behind its name and is no part of the path.
    private static let session = #"(;jsessionid=[\w.~!$*+,:=@-]*)*"#

    /// The places but for the rest, and what begins like them.
    private static let places = [
        ("admin", "^/admin\(session)(/|\\z)"), ("pub", "^/pub\(session)(/|\\z)"), ("inner", "^/inner\(session)(/|\\z)"),
        ("acme", "^/\\.well-known\(session)/acme-challenge\(session)(/|\\z)"),
    ]

    private static func nginx(_ settings: String = "") throws -> Endpoint {
        let answer = "add_header X-Balancer $http_x_balancer_name; return 204;"
        let locations = places.map { name, pattern in
            "location ~ \"\(pattern)\" { add_header X-Place \(name); \(answer) }"
        }
        let rest = "location / { add_header X-Place root; \(answer) }"
        return try Nginx(server: ([settings] + locations + [rest]).joined(separator: "\n")).endpoint
    }

    private static func apache(slashes: String) throws -> Endpoint {
        let locations = places.map { name, pattern in
            """
            <LocationMatch "\(pattern)">
            Header always set X-Place \(name)
            </LocationMatch>
            """
        }
        let configuration = """
            AllowEncodedSlashes \(slashes)
            RewriteEngine On
            RewriteRule ^ - [R=204]
            Header always set X-Place root
            Header always set X-Balancer "expr=%{req:X-Balancer-Name}"
            \(locations.joined(separator: "\n"))
            """
        return try Apache(configuration, modules: ["headers", "rewrite"]).endpoint
    }

    /// PHP's own server with a page that is asked whatever the path is.
    ///
    /// - Parameter reading: what the page takes for the path.
    private static func php(_ reading: String) throws -> Endpoint {
        let process = try ChildProcess(
            Tool.php.path(), ["-S", "127.0.0.1:0", PythonScript.path("places.php")], environment: ["READING": reading],
            folder: TemporaryFolder().path)
        // … Development Server (http://127.0.0.1:44667) started
        let line = try process.errors.wait(for: "started")
        let digits = line.components(separatedBy: "127.0.0.1:").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits), port > 0 else { throw HarnessError("PHP's port is not in: \(line)") }
        return .ipv4(port: port)
    }

    /// Where the servers of a script are, by the names that it has written.
    private static func addresses(of process: ChildProcess, count: Int) throws -> [String: Endpoint] {
        try process.output.wait { lines -> [String: Endpoint]? in
            var found: [String: Endpoint] = [:]
            for line in lines {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 2, let port = Int(words[1]) { found[words[0]] = .ipv4(port: port) }
            }
            return found.count >= count ? found : nil
        }
    }

    // MARK: - Those before others

    /// An nginx that replaces a location by a URL, and so forwards what it has read.
    private static func nginx(_ settings: String = "", before member: Endpoint) throws -> Endpoint {
        try Nginx(server: "\(settings)\nlocation / { proxy_pass \(member.memberURL)/; }").endpoint
    }

    private static func apache(slashes: String, before member: Endpoint) throws -> Endpoint {
        try Apache("AllowEncodedSlashes \(slashes)\nProxyPass \"/\" \"\(member.memberURL)/\"").endpoint
    }
}
