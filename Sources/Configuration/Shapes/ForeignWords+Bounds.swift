/// What others call times and sizes, and what is done about messages.
extension ForeignWords {
    /// Those of `timeouts`.
    static let timeouts = ForeignWords([
        ("read server response backend proxyreadtimeout proxytimeout", .called("answer")),
        ("send write client proxysendtimeout clientbody", .called("body")),
        ("header headers request clientheader httprequest readheader", .called("head")),
        ("idle httpkeepalive keepalivetimeout", .called("keepalive")),
        ("dial proxyconnecttimeout", .called("connect")), ("websocket ws", .called("tunnel")),
        ("shutdown grace graceful stop terminate", .called("drain")), ("tls ssl", .called("handshake")),
        ("queue", .advice("it is a balancer's: timeout: 5s")),
        ("check healthcheck", .needless("it is the check's own: check: { use: http, timeout: 2s }")),
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
        ("ram rss maxmemory memorymax memorylimit memmax maxheap", .called("memory")),
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

    /// Those for a coding.
    static let codings = ForeignWords([
        ("brotli", .called("br")), ("zstandard zst", .called("zstd")), ("gz xgzip", .called("gzip")),
        ("deflate", .needless("every client that takes it takes gzip too")),
        ("identity none", .needless("answers are left as they are where the client wants that")),
    ])
}
