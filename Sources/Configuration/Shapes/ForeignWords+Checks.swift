import Model

/// The foreign words for checks of members: those of mod_proxy_hcheck, HAProxy, nginx, Traefik, Caddy and Envoy.
extension ForeignWords {
    /// Those of the root.
    static let checksOfRoot: [(words: String, meaning: Meaning)] = [
        ("check healthcheck healthchecks proxyhctemplate hctemplate", .called("checks")),
        ("proxyhcexpr httpcheck", .written("checks: { web: { kind: http, path: /health, content: ok } }")),
        ("proxyhctpsize", .needless("one thread asks all members")),
        (
            "loadserverstatefromfile serverstatefile serverstatebase",
            .needless("what checks have found holds across a restart, in STATE_DIRECTORY")
        ),
        ("spreadchecks", .needless("each check has a jitter, of 10 % where nothing is said")),
    ]

    /// Those of a balancer and of a member.
    static let checksOfMembers: [(words: String, meaning: Meaning)] = [
        ("checks healthcheck healthchecks health activehealthcheck activehealthchecks", .called("check")),
        ("httpchk optionhttpchk hcuri healthuri healthpath checkuri", .written("check: { use: http, path: $ }")),
        ("hcexpr httpcheckexpect healthstatus", .written("check: { use: http, expect: 200 }")),
        ("hctemplate", .called("check")),
        ("hcinterval inter healthinterval", .written("check: { interval: $ }")),
        ("hcpasses rise healthpasses", .written("check: { rise: $ }")),
        ("hcfails fall healthfails", .written("check: { fall: $ }")),
        ("healthport checkport", .written("check: { port: $ }")),
        ("checkaddr", .written("check: { address: $ }")),
        ("fastinter", .written("check: { fast-interval: $ }")),
        ("downinter", .written("check: { down-interval: $ }")),
        ("healthtimeout timeoutcheck", .written("check: { timeout: $ }")),
        ("hcmethod option httpcheck", .written("check: http")),
        ("tcpcheck optiontcpcheck", .written("check: tcp")),
        ("sslhellochk optionsslhellochk", .written("check: tls")),
        ("agentcheck agentport", .written("agent: { port: 9707 }")),
        ("agentinter", .written("agent: { port: 9707, interval: $ }")),
        ("agentsend", .written("agent: { port: 9707, send: $ }")),
        ("agentaddr", .written("agent: { port: 9707, address: $ }")),
    ]

    /// Those of `check`.
    static let check = ForeignWords([
        ("type mode scheme protocol", .called("kind")),
        ("template name hctemplate", .called("use")),
        ("uri url target hcuri healthuri", .called("path")),
        ("hostname authority sni servername checksni", .called("host")),
        ("header headers requestheaders httpheader", .called("fields")),
        ("hcmethod verb", .called("method")),
        ("status statuses expectstatus expectedstatuses healthstatus", .called("expect")),
        ("body string expectbody healthbody", .called("content")),
        ("rstring match bodyregex responsebodyregex contentregex", .called("content-matches")),
        ("every inter hcinterval healthinterval", .called("interval")),
        ("fastinter unhealthyinterval unhealthyedgeinterval", .called("fast-interval")),
        ("downinter noninterval", .called("down-interval")),
        ("hcpasses passes healthythreshold healthpasses", .called("rise")),
        ("hcfails fails unhealthythreshold maxfails healthfails", .called("fall")),
        ("servicename grpcservice", .called("service")),
        ("addr checkaddr", .called("address")), ("healthport checkport", .called("port")),
        ("ssl https checkssl usetls", .called("tls")),
        ("insecureskipverify", .written("tls-verify: false")),
        ("verify sslverify tlsinsecureskipverify", .called("tls-verify")),
        ("ca cafile cacertificate", .called("tls-ca")),
        ("spread spreadchecks jitterpercent intervaljitter", .called("jitter")),
        ("followredirects", .needless("nobody is followed; expect: says which statuses prove a member")),
        ("hcexpr expr", .written("expect: 200-399")),
        ("mandatory persistent", .needless("a member is up until a check says otherwise, and a reload keeps verdicts")),
    ])

    /// Those for `kind` of a check.
    static let checkKinds = ForeignWords([
        ("https get head options option", .called("http")), ("http2 h2c", .called("h2")),
        ("fcgi php phpfpm", .called("fastcgi")), ("cping", .called("ajp")), ("ssl sslhello", .called("tls")),
        ("connect mysql pgsql redis smtp ldap", .called("tcp")),
        ("agent agentcheck external", .needless("a program is asked by agent: { port: 9707 }, beside check")),
    ])

    /// Those of `agent`.
    static let agent = ForeignWords([
        ("agentport", .called("port")), ("addr host agentaddr", .called("address")),
        ("agentsend string", .called("send")), ("inter agentinter every", .called("interval")),
    ])
}
