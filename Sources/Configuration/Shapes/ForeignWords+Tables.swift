import Model

/// The foreign words of each table, from the root down: those of Apache, nginx, HAProxy, Caddy, Traefik and Envoy.
extension ForeignWords {
    private static let noChecks = (
        words: "check checks healthcheck httpchk option health inter fall rise slowstart agentcheck",
        meaning: Meaning.missing("active checks have")
    )
    private static let noRules: [(words: String, meaning: Meaning)] = [
        (
            "redirects return redirectmatch rewrite rewrites rewriterule httprequest",
            .advice(
                "there are redirects, redirect: /new or redirect: \"https://example.com\", and answers, answer: 404; "
                    + "members get another path by to:")
        ),
        (
            "header headers addheader setheader requestheader proxysetheader proxyhideheader httpresponse cors",
            .advice(
                "write fields: { request: { set: { X-Name: value } }, answer: { set: { X-Name: value }, "
                    + "remove: [X-Name] } }, where request is what members get, and answer what clients get")
        ),
        ("allowfrom requireip requirehost whitelist allowlist", .called("allow")),
        ("denyfrom requirenotip blacklist blocklist denylist", .called("deny")),
        ("order", .needless("who is denied is out, allowed or not")),
        (
            "require satisfy acl httprequestdeny",
            .advice("say who may ask by allow: [10.0.0.0/8, unix, \"file:office.txt\"], who may not by deny")
        ),
        ("ratelimit ratelimits rate ratelimiting requestrate throttle", .called("rate-limit")),
        (
            "limitreq limitreqzone sticktable httprequesttrack ratelimitinterval",
            .advice("write how many requests an address may send, rate-limit: { rate: 5/s, burst: 10 }")
        ),
        (
            "limitconn limitconnzone inflightreq maxconnperip",
            .advice(
                "write it where it is to hold: limits: { connections-per-address: 50 } of a listener, limits: "
                    + "{ exchanges-per-address: 10 } of a site or a path")
        ),
        ("limitconnstatus limitconnloglevel", .needless("the status is 429, and the log's reason exchanges-limit")),
        ("limitreqstatus limitreqloglevel", .needless("the status is 429, and the log's reason rate-limit")),
        ("errorpage errorpages errordocument errorfile errorfiles handleerrors", .called("pages")),
        ("maintenancemode down offline", .called("maintenance")),
        (
            "root static fileserver alias documentroot docroot tryfiles fallbackresource index directoryindex",
            .advice("files are sent by a path: paths: { /static: { files: /var/www/static } }")
        ),
        ("autoindex browse directorylisting", .missing("listings of folders have")),
        (
            "fastcgipass fastcgi phpfastcgi",
            .advice(
                "it is a balancer's: { fastcgi: /var/www/html, members: { php: fcgi+unix:/run/php/php8.2-fpm.sock } }")
        ),
        ("uwsgipass scgipass", .missing("uwsgi and SCGI have")),
        ("cache proxycache", .missing("caches have")),
    ]

    /// The same where users may be declared.
    private static let noRulesButUsers =
        noRules + [
            ("authbasicuserfile authuserfile basicauthfile htpasswd passwordfile userfile usersfile", .called("users")),
            (
                "authtype authbasic auth basicauth basic authname userlist httprequestauth",
                .advice(
                    "users: htpasswd names a file that `htpasswd -B` writes; with a realm it is "
                        + "users: { file: htpasswd, realm: Shop }")
            ),
            (
                "authdigest digestauth authdigestuserfile authldapurl authform authrequest forwardauth jwt oidc oauth2",
                .advice(
                    "users by name and password alone have a form here: users: htpasswd; close the path in the "
                        + "application otherwise, as without rules it is open to everybody")
            ),
        ]

    /// Those of a place.
    static func of(_ vocabulary: Vocabulary) -> ForeignWords {
        switch vocabulary {
        case .none: none
        case .root: root
        case .listener: listener
        case .tls: tls
        case .site: site
        case .path: path
        case .balancer: balancer
        case .member: member
        case .affinity: affinity
        case .timeouts: timeouts
        case .limits: limits
        case .listenerLimits: listenerLimits
        case .placeLimits: placeLimits
        case .compression: compression
        case .log: log
        case .accessLog: accessLog
        case .eventLog: eventLog
        case .syslog: syslog
        case .levels: levels
        case .control: control
        case .metrics: metrics
        case .fastCGI: fastCGI
        case .buffering: buffering
        case .forwarded: forwarded
        case .dns: dns
        case .methods: methods
        case .statuses: statuses
        case .modes: modes
        case .secure: secure
        case .codings: codings
        }
    }

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
            ("user group daemon pid pidfile chroot", .needless("it is the service manager's matter")),
            resolvers,
            ("version", .needless("there are no versions")),
            ("middlewares middleware", .advice("write what they do: fields, users, allow, rate-limit, redirect")),
            ("requestid uniqueid uniqueidheader tracingid", .called("request-id")),
            ("proxytimeout", .written("timeouts: { answer: $ }")),
            noChecks,
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
            "clientauth verify verifyclient ca cafile cacertificate mtls",
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
                "proxypass reverseproxy balancer backend upstream usebackend defaultbackend service",
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
            (
                "casesensitive casesensitiverouting caseinsensitive ignorecase",
                .needless("paths are told apart by case, and letter-case says what becomes of guarded ones in another")
            ),
        ], noRulesButUsers)

    /// Those of a path.
    static let path = ForeignWords(
        [
            ("proxypass backend upstream service cluster pool farm", .called("balancer")),
            ("target stripprefix prefixrewrite replaceprefix uri", .called("to")),
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

    /// Those of a balancer.
    static let balancer = ForeignWords([
        ("lbmethod balance algorithm policy lbpolicy strategy scheduler", .called("method")),
        ("server servers upstream upstreams backend backends endpoints targets nodes", .called("members")),
        ("balancermember hosts loadassignment proxypass loadbalancer", .called("members")),
        ("stickysession", .written("affinity: { cookie: $ }")),
        ("sticky cookie stickiness sessionaffinity persistence appsession stick", .written("affinity: insert")),
        ("stickysessionsep", .written("affinity: { cookie: JSESSIONID, separator: $ }")),
        (
            "scolonpathdelim",
            .written("affinity: { cookie: JSESSIONID, parameter: jsessionid, semicolon-path-delimiter: true }")
        ),
        ("iphash source", .written("affinity: { mode: hash, of: address }")),
        ("hash urihash uri", .written("affinity: { mode: hash, of: path }")),
        ("leastconn", .written("method: least-connections")), ("roundrobin rr", .written("method: byrequests")),
        ("random", .written("method: two-choices")),
        ("retries lbretries", .oneMore("max-attempts")),
        ("tries maxtries lbtries proxynextupstreamtries", .called("max-attempts")),
        ("queue maxwait timeoutqueue", .called("timeout")),
        ("redispatch proxynextupstream", .needless("another member is tried where that is safe")),
        ("keepalive connectionpool", .needless("connections to members are always kept, a member's ttl says how long")),
        ("zone growth nonce", .needless("a reload changes whatever is declared")),
        ("fullconn maxconn maxconns", .advice("it is a member's: { url: …, max: 100 }")),
        (
            "proxypreservehost passhostheader preservehost hostheader upstreamvhost",
            .advice("it belongs to a path: { balancer: shop, preserve-host: false }")
        ),
        ("tls ssl", .missing("TLS to members has")),
        ("php phpfpm phpfastcgi cgi", .called("fastcgi")), ("documentroot root", .written("fastcgi: $")),
        ("proxybuffering responsebuffering bufferresponses", .written("buffering: 1MiB")),
        (
            "proxyrequestbuffering requestbuffering httpbufferrequest optionhttpbufferrequest bufferrequests",
            .written("buffering: { requests: 1MiB }")
        ),
        noChecks,
    ])

    /// Those of a member.
    static let member = ForeignWords([
        ("weight", .weighed("load-factor", zero: "status: [draining]")),
        ("maxconn maxconns maxconnections connections", .called("max")),
        ("backup", .written("status: [hot-standby]")), ("down disabled", .written("status: [disabled]")),
        ("address addr host server target uri", .called("url")), ("cookie jvmroute", .called("route")),
        (
            "queue maxqueue waitingroom",
            .advice("write acquire: 5s beside max, for how long a request waits for its turn")
        ),
        ("failtimeout", .called("retry")),
        ("connecttimeout dialtimeout", .called("connection-timeout")),
        ("readtimeout", .called("timeout")),
        ("maxfails maxfail", .needless("who refuses a connection once is left alone for its retry")),
        ("smax min", .needless("connections are made as they are needed")),
        ("port", .advice("it is a part of the url: http://10.0.0.11:8080")),
        ("name id", .advice("the key that a member stands under is its name")),
        ("ssl tls verify sslverify", .missing("TLS to members has")),
        ("sendproxy sendproxyv2 proxyprotocol", .missing("the PROXY protocol towards members has")),
        ("requiredsecret", .called("secret")), ("iobuffersize maxpacketsize ajppacketsize", .called("packet-size")),
        service, template, resolving, expansion, noChecks,
    ])

    /// Those of `affinity`.
    static let affinity = ForeignWords([
        ("name", .called("cookie")), ("type by kind", .called("mode")), ("header", .called("field")),
        ("maxidle idletimeout", .called("idle")), ("maxlife ttl expires maxage", .called("life")),
        ("secret keys", .called("key-file")), ("ip source sourceip iphash address", .written("of: address")),
        ("uri url", .written("of: path")), ("capacity size", .called("entries")),
        ("indirect postonly", .needless("that is so")),
        ("sessionidle", .advice("it is the balancer's: session-idle: 30m")),
    ])

    /// Those of `timeouts`.
    static let timeouts = ForeignWords([
        ("read server response backend proxyreadtimeout proxytimeout", .called("answer")),
        ("send write client proxysendtimeout clientbody", .called("body")),
        ("header headers request clientheader httprequest readheader", .called("head")),
        ("idle httpkeepalive keepalivetimeout", .called("keepalive")),
        ("dial proxyconnecttimeout", .called("connect")), ("websocket ws", .called("tunnel")),
        ("shutdown grace graceful stop terminate", .called("drain")), ("tls ssl", .called("handshake")),
        ("queue", .advice("it is a balancer's: timeout: 5s")), noChecks,
        ("lameduck predrain shutdowndelay prestop", .called("drain-delay")),
    ])

    /// Those of `limits`.
    static let limits = ForeignWords([
        ("body upload clientmaxbodysize limitrequestbody maxbody", .called("request-body")),
        ("header headers headersize largeclientheaderbuffers", .called("request-head")),
        ("headercount limitrequestfields", .called("field-count")), ("limitrequestfieldsize", .called("field")),
        ("limitrequestline uri", .called("request-line")),
        ("maxconn maxconnections workerconnections", .called("connections")),
        ("streams maxconcurrentstreams", .called("http2-streams")),
        (
            "rate ratelimit limitreq",
            .advice("write how many requests an address may send, rate-limit: { rate: 5/s, burst: 10 }, at the top")
        ),
        (
            "limitconn peraddress perip connectionsperaddress exchangesperaddress",
            .advice(
                "write it where it is to hold: limits: { connections-per-address: 50 } of a listener, limits: "
                    + "{ exchanges-per-address: 10 } of a site or a path")
        ),
    ])

    /// Those of `limits` of a listener.
    static let listenerLimits = ForeignWords([
        (
            "connections connectionsperip maxconnperip limitconn maxconnectionsperip perip peraddress",
            .called("connections-per-address")
        )
    ])

    /// Those of `limits` of a site or a path.
    static let placeLimits = ForeignWords([
        ("body upload clientmaxbodysize limitrequestbody maxbody", .called("request-body")),
        (
            "exchanges requests requestsperaddress limitconn concurrency inflight inflightreq perip peraddress",
            .called("exchanges-per-address")
        ),
    ])

    /// Those of `compression`.
    static let compression = ForeignWords([
        ("gzip on enable", .called("enabled")), ("algorithm algorithms encoding encodings methods", .called("codings")),
        ("mime mimetypes gziptypes contenttypes", .called("types")), ("quality effort gzipcomplevel", .called("level")),
        ("minsize gzipminlength", .called("minimum-length")),
    ])

    /// Those of `forwarded`, its keys' and their values'.
    static let forwarded = ForeignWords([
        ("in header field realipheader remoteipheader from", .called("read")),
        ("out set add send to", .called("write")),
        ("rfc7239", .called("forwarded")),
    ])

    /// Those of `fastcgi`.
    static let fastCGI = ForeignWords([
        ("documentroot dir directory folder path", .called("root")),
        ("fastcgiindex directoryindex", .called("index")),
        ("split splitpath fastcgisplitpathinfo extension extensions", .called("suffix")),
        ("tryfiles fallback fallbackresource script scriptfilename frontcontroller", .called("front")),
        ("fastcgiparam fastcgiparams param env setenv environment", .called("params")),
        ("cgipassauth passauthorization auth", .called("authorization")),
        (
            "bufferresponse fastcgibuffering buffering proxybuffering",
            .advice("it is the balancer's, beside fastcgi: buffering: 1MiB")
        ),
        ("readtimeout fastcgireadtimeout timeout", .advice("it is a member's: { url: …, timeout: 60s }")),
        ("keepconn fastcgikeepconn keepalive", .needless("connections are kept, a member's ttl says how long")),
    ])

    /// Those of `buffering`.
    static let buffering = ForeignWords([
        (
            "response responses answer memresponsebodybytes proxybuffers proxybuffersize responsebuffers",
            .called("answers")
        ),
        (
            "request body memrequestbodybytes clientbodybuffersize proxyrequestbuffering requestbuffers",
            .called("requests")
        ),
        ("proxymaxtempfilesize maxtempfilesize disk", .called("file")),
        ("proxytemppath clientbodytemppath temppath directory dir path", .called("folder")),
        (
            "maxrequestbodybytes maxrequestbody clientmaxbodysize",
            .advice("write limits: { request-body: 10MiB } at the top or at a path")
        ),
        ("retryexpression", .advice("it is the balancer's, beside buffering: retry-on: [502, 503]")),
    ])

    /// Those for `method`'s values.
    static let methods = ForeignWords([
        ("leastconn leastrequest leastoutstandingrequests lc", .called("least-connections")),
        ("roundrobin weightedroundrobin rr wrr staticrr", .called("byrequests")),
        ("random randomtwo p2c poweroftwochoices power", .called("two-choices")),
        ("leastbytes", .called("bytraffic")), ("leasttime ewma peakewma", .called("two-choices")),
        (
            "iphash source clientiphash ip",
            .needless("it is an affinity here: affinity: { mode: hash, of: address }")
        ),
        ("uri urihash urlparam hdr header", .needless("it is an affinity here: affinity: { mode: hash, of: path }")),
        (
            "ring ringhash maglev chash hash",
            .advice("write consistent-hash, and what is hashed: affinity: { mode: hash, of: path }")
        ),
    ])

    /// Those for a member's `status`.
    static let statuses = ForeignWords([
        ("backup h", .called("hot-standby")), ("down d maint maintenance", .called("disabled")),
        ("s", .called("stopped")),
        ("r spare", .called("hot-spare")), ("n drain", .called("draining")), ("i", .called("ignore-errors")),
        ("e", .called("error")), ("up active ok", .needless("members are used unless they say otherwise")),
    ])

    /// Those for `mode` of an affinity.
    static let modes = ForeignWords([
        ("sticky inserted insertindirect stickycookie", .called("insert")), ("rewrite", .called("prefix")),
        ("appsession sticktable", .called("learn")), ("jvmroute stickysession", .called("route")),
        ("off false no", .called("none")),
    ])

    /// Those for `secure` of an affinity.
    static let secure = ForeignWords([("yes true on", .called("always")), ("no false off", .called("never"))])

    /// Those for a coding.
    static let codings = ForeignWords([
        ("brotli", .called("br")), ("zstandard zst", .called("zstd")), ("gz xgzip", .called("gzip")),
        ("deflate", .needless("every client that takes it takes gzip too")),
        ("identity none", .needless("answers are left as they are where the client wants that")),
    ])
}
