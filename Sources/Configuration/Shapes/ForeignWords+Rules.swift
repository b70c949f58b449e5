/// What others call rules and checks, which may stand in several places.
extension ForeignWords {
    /// Those of checks, wherever they are looked for.
    /// Those of rules that have another form here, wherever rules may stand.
    static let noRules: [(words: String, meaning: Meaning)] = [
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
        ("errorpage errorpages errordocument errorfile errorfiles handleerrors httperror", .called("pages")),
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
    static let noRulesButUsers =
        noRules + [
            ("authbasicuserfile authuserfile basicauthfile htpasswd passwordfile userfile usersfile", .called("users")),
            (
                "authtype authbasic auth basicauth basic authname userlist httprequestauth",
                .advice(
                    "users: htpasswd names a file that `htpasswd -B` writes; with a realm it is "
                        + "users: { file: htpasswd, realm: Shop }")
            ),
            (
                "authdigest digestauth authdigestuserfile authldapurl authform authrequest authjwt "
                    + "forwardauth jwt oidc oauth2",
                .advice(
                    "users by name and password alone have a form here: users: htpasswd; close the path in the "
                        + "application otherwise, as without rules it is open to everybody")
            ),
        ]
}
