/// Directives of Apache, nginx and HAProxy that stand anywhere there, and what is to be done about them here.
extension ForeignWords {
    /// Those that are a key of the top here, with the entry to write; `$` in it stands for the value.
    private static let keysOfTop: [(words: String, entry: String)] = [
        ("keepalivetimeout timeouthttpkeepalive", "timeouts: { keepalive: $ }"),
        ("clientheadertimeout requestreadtimeout timeouthttprequest", "timeouts: { head: $ }"),
        ("clientbodytimeout sendtimeout timeoutclient", "timeouts: { body: $ }"),
        ("proxyconnecttimeout timeoutconnect", "timeouts: { connect: $ }"),
        ("timeouttunnel", "timeouts: { tunnel: $ }"),
        ("largeclientheaderbuffers tunebufsize", "limits: { request-head: $ }"),
        ("limitrequestline", "limits: { request-line: $ }"),
        ("limitrequestfields tunehttpmaxhdr", "limits: { field-count: $ }"),
        ("limitrequestfieldsize", "limits: { field: $ }"),
        ("proxybuffersize responsefieldsize", "limits: { answer-head: $ }"),
        ("maxrequestworkers", "limits: { connections: $ }"),
        ("gzipminlength", "compression: { minimum-length: $ }"),
        ("gzipcomplevel", "compression: { level: $ }"),
        ("logformat", "log: { access: { format: $ } }"),
        ("stubstatus", "control: { socket: /run/martlet/control.sock }"),
    ]

    /// What is so anyway, or has nothing to be for.
    private static let needless: [(words: String, meaning: Meaning)] = [
        ("servertokens serversignature", .needless("Martlet tells no client its name or version")),
        ("mergeslashes", .needless("double slashes are one where paths are compared, and go on as they came")),
        (
            "portinredirect absoluteredirect servernameinredirect usecanonicalname",
            .needless("a redirect to a path is sent as one, without scheme, host and port")
        ),
        (
            "sslsessioncache sslsessiontickets sslsessiontimeout sslpreferserverciphers sslhonorcipherorder ssldhparam",
            .needless("sessions are resumed, and ciphers chosen, by themselves")
        ),
        ("realiprecursive", .needless("addresses are read from the right, past all of trusted-proxies")),
        ("proxyhttpversion", .needless("members get HTTP/1.1, or HTTP/2 where their URL begins with h2c://")),
        ("sendfile tcpnopush tcpnodelay openfilecache", .needless("that is so where it pays")),
        ("proxyvia", .needless("Via is always said")),
        (
            "proxyaddheaders forwardfor optionforwardfor",
            .needless("members are told in X-Forwarded-For, -Proto, -Port and -Host, and X-Real-IP")
        ),
        (
            "httpclose httpserverclose optionhttpclose optionhttpserverclose httpreuse",
            .needless("connections to members are kept and shared, and a member's disable-reuse says otherwise")
        ),
        ("dontlognull optiondontlognull", .needless("who has said nothing is not in the log")),
        ("heartbeatstorage heartbeatmaxservers", .needless("what a member has said is kept with it")),
        ("defaultserver", .needless("a site without host is for all hosts that no other one has")),
        ("mode", .needless("HTTP is spoken, and nothing else")),
        ("proxyintercepterrors", .needless("pages are for Martlet's own answers, and those of members pass")),
        ("serverlimit threadsperchild", .needless("there is a worker a core, unless workers says how many")),
        ("setoutputfilter", .needless("compression is on by itself")),
    ]

    /// What has no form.
    private static let formless: [(words: String, meaning: Meaning)] = [
        ("sslstapling sslstaplingverify sslusestapling ocspupdate", .missing("OCSP stapling has")),
        (
            "sslprotocols sslciphers sslconfcommand sslprotocol sslciphersuite sslminver",
            .missing("a choice of versions and ciphers has")
        ),
        ("http3 quic", .missing("HTTP/3 has")),
        ("cacheenable expiresbytype slice", .missing("caches have")),
        (
            "sslclientcertificate sslverifyclient sslverifydepth sslcacertificatefile cafile crlfile",
            .advice(
                "clients' certificates have no form here yet, and without them it is open to everybody: say who may "
                    + "ask by allow and users, or keep nginx or Apache before it")
        ),
        (
            "if map geo splitclients rewritecond proxypassmatch locationmatch",
            .advice(
                "there are none here: cases of a path look at method and fields, allow and deny at addresses, and "
                    + "each path has an entry of its own, /a, =/a or /a/*.png")
        ),
        (
            "limitrate bandwidthlimit mirror subfilter imagefilter ssi charset addtype adddefaultcharset options "
                + "filter capture luaload useservice",
            .advice("leave nginx, Apache or HAProxy before or behind it for that")
        ),
        ("expires", .advice("write fields: { answer: { set: { Cache-Control: max-age=3600 } } }")),
        (
            "fastcgiparam fastcgiparams",
            .advice("it is a balancer's: { fastcgi: { root: /var/www/html, params: { APP_ENV: production } } }")
        ),
        (
            "sslcertificatefile sslcertificatekeyfile sslcertificatechainfile crtlist defaultcrt strictsni",
            .advice("it belongs to a listener: { address: \"[::]:443\", tls: { certificates: certs/ } }")
        ),
    ]

    /// Those of the root.
    static let directivesOfTop =
        needless + formless
        + keysOfTop.map { ($0.words, .written($0.entry)) } + [("proxysendtimeout", .written("timeouts: { body: $ }"))]

    /// Those of a listener, a site and a path.
    static let directives =
        needless + formless
        + keysOfTop.map { key in
            (key.words, .advice("move it to the top: \(key.entry.replacing("$", with: "…"))"))
        }
}
