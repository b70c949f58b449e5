/// The foreign words of names that are looked up.
extension ForeignWords {
    /// At the top.
    static let resolvers: (words: String, meaning: Meaning) = (
        "resolver resolvers nameserver nameservers",
        .advice("write dns: { servers: [10.0.0.53] }, or leave it out: /etc/resolv.conf is obeyed")
    )
    /// A service of a member.
    static let service: (words: String, meaning: Meaning) = ("service srvrecord srvrecords", .called("srv"))
    /// A member for each address.
    static let template: (words: String, meaning: Meaning) = (
        "servertemplate strictdns dynamic", .written("addresses: all")
    )
    /// That a member's name is looked up.
    static let resolving: (words: String, meaning: Meaning) = (
        "resolve resolvers resolver initaddr resolveprefer",
        .needless("names are asked for again when their answers have lived; dns: at the top says whom")
    )
    /// How many members a name may stand for.
    static let expansion: (words: String, meaning: Meaning) = ("maxservers addressesmax", .called("members-max"))

    /// Those of `dns`.
    static let dns = ForeignWords([
        ("nameserver nameservers server resolver resolvers address addresses", .called("servers")),
        ("valid holdvalid maxttl dnsrefreshrate", .called("ttl-max")), ("minttl", .called("ttl-min")),
        ("holdobsolete grace", .called("hold")),
        (
            "resolveretries timeoutresolve timeoutretry holdnx holdtimeout holdrefused holdother resolvertimeout",
            .needless("a server is waited for 2 s, and asked again more and more seldom while it fails")
        ),
        ("parseresolvconf", .needless("/etc/resolv.conf is obeyed where no servers are declared")),
        ("ipv4 ipv6", .needless("the machine's own addresses say of which kind there is a way")),
        ("acceptedpayloadsize", .needless("what is longer is asked for by TCP")),
    ])
}
