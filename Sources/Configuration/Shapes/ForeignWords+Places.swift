/// What others call what listens and what is served: the root, listeners, sites and paths.
extension ForeignWords {
    /// Those of the root.
    static let root = ForeignWords(
        [
            (
                "upstream upstreams backend backends cluster clusters proxy services pool pools farm",
                .called("balancers")
            ),
            ("frontend frontends listen bind server servers entrypoints", .called("listeners")),
            ("virtualhost virtualhosts vhost vhosts host domains routes routers location locations", .called("sites")),
            (
                "http stream events global defaults staticresources dynamicresources",
                .advice("there are no blocks around the others: move what is in it to the top")
            ),
            (
                "ssl tls certificate certs sslcertificate",
                .advice("it belongs to a listener: { address: \"[::]:443\", tls: { certificates: certs/ } }")
            ),
            ("includes import imports confd includeoptional", .called("include")),
            ("acme letsencrypt certificatesresolvers autohttps", .missing("certificates by ACME have")),
            ("logging", .called("log")),
            ("gzip brotli deflate encode", .called("compression")),
            ("workerprocesses threads nbthread nbproc concurrency", .called("workers")),
            ("maxconn maxconnections workerconnections", .written("limits: { connections: $ }")),
            ("clientmaxbodysize limitrequestbody maxbody", .written("limits: { request-body: $ }")),
            ("accesslog customlog transferlog", .written("log: { access: { path: $ } }")),
            ("errorlog", .needless("events go to standard error")),
            ("loglevel", .written("log: { events: { level: $ } }")),
            ("admin api stats statistics statssocket", .written("control: { socket: /run/martlet/control.sock }")),
            ("prometheus prometheusexporter exporter", .written("metrics: 127.0.0.1:9901")),
            (
                "setrealipfrom realip forwardedheaders proxies remoteipinternalproxy remoteiptrustedproxy trustedips",
                .called("trusted-proxies")
            ),
            ("realipheader remoteipheader", .written("forwarded: { read: x-forwarded-for }")),
            (
                "proxyprotocol acceptproxy remoteipproxyprotocol",
                .advice(
                    "it belongs to a listener: { address: \"[::]:443\", tls: { certificates: certs/ }, "
                        + "proxy-protocol: [10.0.0.0/8] }")
            ),
            ("username runas uid setuid", .called("user")),
            ("group gid setgid", .needless("a group stands behind the user's name, as in user: martlet:adm")),
            ("daemon pid pidfile chroot", .needless("it is the service manager's matter")),
            ("seccomp landlock seccompfilter hardening", .written("sandbox: true")),
            resolvers,
            ("version", .needless("there are no versions")),
            ("middlewares middleware", .advice("write what they do: fields, users, allow, rate-limit, redirect")),
            ("requestid uniqueid uniqueidheader tracingid", .called("request-id")),
            ("proxytimeout", .written("timeouts: { answer: $ }")),
        ], noRulesButUsers)

    /// Those of a listener.
    static let listener = ForeignWords(
        [
            ("port", .written("address: \"[::]:$\"")),
            ("listen bind addr", .called("address")), ("ssl https", .called("tls")),
            ("http2 h2 alpn", .called("protocols")),
            (
                "certificate certificates cert crt pem sslcertificate key sslcertificatekey",
                .advice("they are a folder under tls: tls: { certificates: certs/ }")
            ),
            ("proxyprotocol", .called("proxy-protocol")), ("acceptproxy", .written("proxy-protocol: [trusted]")),
            ("sendproxy", .missing("the PROXY protocol towards members has")),
            ("ciphers ciphersuites sslciphers sslprotocols minversion policy", .missing("a choice of ciphers has")),
            (
                "servername hostname domains site sites routes paths defaultbackend usebackend backend proxypass",
                .advice("sites stand beside listeners, at the top")
            ),
            ("backlog reuseport deferred", .needless("it is chosen as needed")),
            (
                "redirects return rewrite rewrites rewriterule httprequest redirectscheme", .written("redirect: https")
            ),
            (
                "users auth authbasic basicauth authtype authbasicuserfile authuserfile userlist",
                .advice("users belong to a site, a path or the top: users: htpasswd")
            ),
            (
                "pages errorpage errorpages errordocument errorfile errorfiles handleerrors maintenance "
                    + "maintenancemode down offline fields header headers addheader setheader requestheader "
                    + "proxysetheader proxyhideheader httpresponse cors cookies hsts",
                .advice("pages, maintenance, fields, cookies and hsts belong to a site, a path or the top")
            ),
        ], noRules)

    /// Those of a listener's `tls`.
    static let tls = ForeignWords([
        (
            "certificate cert crt pem fullchain sslcertificate certificatefile certfile key privkey sslcertificatekey "
                + "keyfile privatekey",
            .advice(
                "write certificates: and a folder, with one file a name: "
                    + "cat privkey.pem fullchain.pem > certs/example.com.pem, or links example.com.crt and .key")
        ),
        (
            "protocols versions minversion maxversion ciphers ciphersuites sslprotocols sslciphers policy curves "
                + "dhparam",
            .missing("a choice of versions and ciphers has")
        ),
        (
            "clientauth clientca clientcertificate clientcertificates sslverifyclient sslclientcertificate verify "
                + "verifyclient ca cafile cacertificate mtls",
            .advice(
                "clients' certificates have no form here yet, and without them it is open to everybody: say who may "
                    + "ask by allow and users, or keep nginx or Apache before it")
        ),
        ("acme letsencrypt auto automatic email", .missing("certificates by ACME have")),
        ("ocsp stapling sslstapling", .missing("OCSP stapling has")),
        ("sni snistrict", .needless("identities are always chosen by SNI")),
    ])

    /// Those of a site.
    static let site = ForeignWords(
        [
            ("servername hostname domain domains name names serveralias aliases vhost", .called("host")),
            ("location locations routes path rules handle", .called("paths")),
            (
                "proxypass grpcpass reverseproxy balancer backend upstream usebackend defaultbackend service",
                .written("paths: { /: $ }")
            ),
            ("listen", .called("listeners")),
            (
                "tls ssl certificate port",
                .advice("a site is served at every listener unless it names some, and they stand at the top")
            ),
            ("timeout proxyreadtimeout proxytimeout", .written("timeouts: { answer: $ }")),
            ("clientmaxbodysize limitrequestbody maxbody", .written("limits: { request-body: $ }")),
            ("log accesslog compression gzip encode", .missing("logs and compression of one site alone have")),
            ("case casesensitivity", .called("letter-case")),
            ("allowencodedslashes encodedslashes", .called("escaped-slashes")),
            ("proxysendtimeout", .written("timeouts: { body: $ }")),
            (
                "casesensitive casesensitiverouting caseinsensitive ignorecase",
                .needless("paths are told apart by case, and letter-case says what becomes of guarded ones in another")
            ),
        ], noRulesButUsers)

    /// Those of a path.
    static let path = ForeignWords(
        [
            ("proxypass grpcpass backend upstream service cluster pool farm", .called("balancer")),
            ("target prefixrewrite replaceprefix uri", .called("to")), ("stripprefix", .written("to: /")),
            ("body content message string", .called("text")), ("status code", .written("answer: $")),
            ("proxycookiepath proxypassreversecookiepath", .written("reverse-mapping: true")),
            ("proxysendtimeout", .written("timeouts: { body: $ }")),
            ("proxyredirect proxypassreverse reverse", .called("reverse-mapping")),
            ("proxypreservehost passhostheader hostheader upstreamvhost", .called("preserve-host")),
            (
                "proxysetheader requestheader setheader httprequestsetheader",
                .advice("write fields: { request: { set: { X-Name: value } } }, and preserve-host: NAME for Host")
            ),
            ("proxycookiedomain proxypassreversecookiedomain cookiedomain", .called("cookie-domains")),
            ("proxycookieflags cookieflags", .written("cookies: { secure: always }")),
            ("websocket websockets ws upgrade allowupgrade", .needless("WebSockets pass by themselves")),
            ("timeout proxyreadtimeout proxytimeout", .written("timeouts: { answer: $ }")),
            ("clientmaxbodysize limitrequestbody maxbody", .written("limits: { request-body: $ }")),
            ("proxybuffering proxyrequestbuffering", .advice("write buffering: off, or buffering: 1MiB")),
            (
                "method methods match matcher when",
                .advice("write cases: [{ when: { method: GET }, balancer: … }], or by a field: { X-Canary: \"1\" }")
            ),
            ("alias static fileserver dir directory folder", .called("files")),
            (
                "root documentroot docroot",
                .advice(
                    "files: has the folder of what follows the path, as nginx's and Apache's alias has: where root is "
                        + "/var/www, the path /static has files: /var/www/static")
            ),
            (
                "tryfiles fallbackresource",
                .advice("files: and balancer: beside each other send files, and the balancer what is none")
            ),
            ("indexes directoryindex indexnames", .called("index")),
            ("gzipstatic brotlistatic precompress", .called("precompressed")),
            ("hidden hides", .called("hide")),
        ], noRulesButUsers)
}
