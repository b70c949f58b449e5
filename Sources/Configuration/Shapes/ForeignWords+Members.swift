/// What others call balancers, their members, and how sessions are tied to these.
extension ForeignWords {
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
        ("resolve resolvers", .needless("names are resolved at the start and at SIGHUP")),
        ("requiredsecret", .called("secret")), ("iobuffersize maxpacketsize ajppacketsize", .called("packet-size")),
        noChecks,
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
}
