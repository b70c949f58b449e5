/// What others call the keys and words of what rules say.
extension ForeignWords {
    /// Those of `rate-limit`.
    static let rates = ForeignWords([
        ("nodelay delay", .needless("nobody waits: what is beyond the burst is 429")),
        ("zone size", .needless("each rate has a table of its own")),
        ("key per keyby", .called("by")), ("maxburst", .called("burst")),
        ("status statuscode", .needless("the status is 429")),
        (
            "requests average events count period window interval",
            .advice("write how many requests an address may send, rate-limit: { rate: 5/s, burst: 10 }")
        ),
    ])

    /// Those of its `by`.
    static let rateKeys = ForeignWords([
        ("header headers httpheader hdr", .called("field")),
        ("address ip clientip source src remoteaddr", .written("of: address")),
    ])

    /// Those for its `by`'s value.
    static let rateSources = ForeignWords([
        ("ip clientip source sourceip src remoteaddr binaryremoteaddr remotehost client", .called("address"))
    ])

    /// Those of `fields`.
    static let fields = ForeignWords([
        ("response responses responseheaders answers", .called("answer")),
        ("requests requestheaders upstream", .called("request")),
        (
            "set add remove header headers setheader addheader",
            .advice("write fields: { request: { set: { X-Name: value } } }, or answer: for what clients get")
        ),
    ])

    /// Those of its `request` and `answer`.
    static let fieldEdits = ForeignWords([
        ("unset delete del hide omit", .called("remove")), ("append", .called("add")),
        ("replace override overwrite", .called("set")),
    ])

    /// Those of `redirect`.
    static let redirects = ForeignWords([
        ("code statuscode", .called("status")), ("location target url destination", .called("to")),
        ("permanent", .needless("308 is said where nothing else is, which is for good; status: 302 is for now")),
        ("keepquery preservequery appendquery", .needless("the query goes along; query: drop leaves it out")),
    ])

    /// Those for its `status`.
    static let redirectStatuses = ForeignWords([
        ("permanent moved movedpermanently", .called("301")), ("temp temporary found", .called("302")),
        ("seeother", .called("303")),
    ])

    /// Those for a listener's `redirect`.
    static let redirectSchemes = ForeignWords([
        ("true on yes tls ssl scheme httpshostrequesturi httpsservernamerequesturi", .called("https"))
    ])

    /// Those of a piece of `cases`.
    static let cases = ForeignWords([
        ("if match matcher condition conditions", .called("when")), ("status code", .written("answer: $")),
        ("usebackend proxypass backend", .called("balancer")), ("body content message", .called("text")),
    ])

    /// Those of its `when`.
    static let conditions = ForeignWords([
        ("header headers hdr", .called("field")), ("exists present", .called("has")),
        ("path uri url prefix", .needless("that is the path's own name, and another path has an entry of its own")),
        ("host hostname", .needless("that is the site's")),
        ("address ip src remoteaddr clientip", .needless("addresses are asked for by a path's allow and deny")),
    ])

    /// Those of `hsts`.
    static let transportSecurity = ForeignWords([("includesubdomains", .called("subdomains"))])

    /// Those of `timeouts` of a site or a path.
    static let placeTimeouts = ForeignWords([
        ("read server response backend proxyreadtimeout proxytimeout", .called("answer")),
        ("send write client proxysendtimeout", .called("body")), ("websocket ws", .called("tunnel")),
        ("connect dial proxyconnecttimeout", .advice("it is a member's: { url: …, connection-timeout: 1s }")),
    ])

    /// Those of `request-id`.
    static let requestID = ForeignWords([
        ("header headername name", .called("field")), ("response respond", .called("answers")),
    ])

    /// Those of `users`.
    static let users = ForeignWords([
        ("name authname authbasic title", .called("realm")),
        ("path authuserfile authbasicuserfile htpasswd", .called("file")),
    ])

    /// Those for `escaped-slashes`.
    static let escapedSlashes = ForeignWords([
        ("on true yes allow nodecode", .called("pass")), ("off false no deny reject", .called("refuse")),
    ])
}
