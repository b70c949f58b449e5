/// The table: what clients may write for a path, and who gets it.
extension PathKind {
    static let all: [Self] = [
        ordinary, escapedSlashes, backslashes, parameters, sessions, dots, escapedDots, escapedLetters, ends,
        emptySegments, controls, mixtures, absolute,
    ]

    static let ordinary = Self(
        "Names that only begin like a declared one, and everything that stands behind a question mark.",
        app: [
            "/", "/x", "/x/y.html", "/adm", "/administrator", "/admin.html", "/admin-x/y", "/admin~", "/ADMIN",
            "/Admin/x", "/wiki/admin", "/a/b/admin", "/inner", "/inner/x", "/public", "/pub.html", "/PUB/x",
            "/.well-known", "/.well-known/", "/.well-known/security.txt", "/.well-known/acme-challenges/x",
            "/well-known/acme-challenge/x", "/.WELL-KNOWN/acme-challenge/x", "/.git/config", "/.../admin",
            "/?/../admin", "/x?/../admin", "/x?;/../../admin", "/x?%2f..%2fadmin", "/x?y=/admin/../z",
            "/x?\\..\\admin", "/x?%00/admin", "/?//admin", "/~user/x", "/a!$&'()*+,=:@b", "/a..b/c", "/a/..b/admin",
            "/a/b../admin", "/x/.../admin", "/a/.b/c", "/x:80/admin", "/!/admin", "/@x/admin", "/./admin.html",
            "/=/admin", "/-/admin", "/_/pub", "/*/admin", "/$/admin",
        ],
        admin: ["/admin", "/admin/x", "/admin/a/b/c?d=e", "/admin?x=/../..", "/admin?;jsessionid=1"],
        acme: ["/.well-known/acme-challenge", "/.well-known/acme-challenge/", "/.well-known/acme-challenge/token-1"],
        pub: ["/pub", "/pub/", "/pub/x", "/pub/img/x.png?y", "/pub?/../admin"])

    static let escapedSlashes = Self(
        "`%2F`, which is a slash to some and a letter to others.",
        app: [
            "/@scope%2Fname", "/@scope%2fname/-/name-1.0.tgz", "/files/a%2Fb", "/api/v4/projects/group%2Fproject/raw",
            "/a%2F", "/a%2Fadmin", "/a%2F%2Fb", "/a%2F..%2Fb", "/proxy/https%3A%2F%2Fexample.com%2Fadmin", "/ADMIN%2F",
            "/administrator%2Fx", "/x/admin%2F..", "/x%2Fadmin", "/x%2Fy%2Fadmin%2Fz", "/.well-known/x%2Fy",
            "/.well-known%2Fx", "/inner%2Fx", "/x%2F..%2Finner",
        ],
        admin: ["/admin/a%2Fb", "/admin/realms/a%2Fb/users", "/admin/%2F", "/admin/a%2F..%2Fb", "/admin/x%2F..%2Fy"],
        acme: ["/.well-known/acme-challenge/a%2Fb"],
        pub: ["/pub/a%2Fb", "/pub/x%2F..%2Fy", "/pub/a%2F%2Fb"],
        refused: [
            .app: [
                "/admin%2Fx", "/admin%2f", "/admin%2F%2Fx", "/admin%2Fx/y", "/%2Fadmin", "/%2fadmin/x", "/%2f%2fadmin",
                "/%2F%2F/admin", "/%2Fx/admin", "/x%2f..%2fadmin", "/x%2F../admin", "/x/..%2fadmin",
                "/x%2F..%2F/admin", "/x/y%2F..%2F..%2Fadmin", "/x%2F.%2F..%2Fadmin", "/admin%2F..%2Fx",
                "/admin%2F../x", "/.well-known%2Facme-challenge/x", "/.well-known%2Facme-challenge",
                "/.well-known/acme-challenge%2Fx", "/pub%2Fx", "/pub%2F..%2Fadmin", "/x%2F..%2Fpub%2Fy",
            ],
            .admin: ["/admin/..%2Fx", "/admin/x%2F..%2F..%2Fy"],
            .acme: ["/.well-known/acme-challenge/..%2F..%2Fadmin"],
            .pub: ["/pub/..%2fpub/x", "/pub/x%2F..%2F..%2Fadmin", "/pub/%2e%2e%2fadmin"],
        ])

    static let backslashes = Self(
        "`\\` and `%5C`, which some take for slashes.",
        app: [
            "/a\\b", "/a%5Cb", "/a\\..\\b", "/C:\\x\\y", "/\\", "/x\\", "/x\\admin", "/x\\y\\admin\\z", "/ADMIN\\x",
            "/inner\\x",
        ],
        admin: ["/admin/a\\b", "/admin/a%5Cb", "/admin/\\x", "/admin/a\\..\\b"],
        acme: ["/.well-known/acme-challenge/a\\b"],
        pub: ["/pub/a\\b", "/pub/a%5Cb"],
        refused: [
            .app: [
                "/admin\\x", "/admin\\", "/admin%5Cx", "/admin%5c", "/\\admin", "/%5cadmin", "/%5C/admin",
                "/\\x/admin", "/x\\..\\admin", "/x%5C..%5Cadmin", "/x/..\\admin", "/x/..%5cadmin", "/x\\../admin",
                "/x%5c../admin", "/admin\\..\\x", "/.well-known\\acme-challenge\\x", "/.well-known%5Cacme-challenge/x",
                "/.well-known/acme-challenge\\x", "/pub\\x", "/pub%5Cx", "/x\\..\\pub", "/x/.\\../admin",
                "/\\\\x/admin", "/\\/x/admin", "/\\/admin", "/x\\/../admin", "/x\\.\\..\\admin", "/x%5c%2e%2e%5cadmin",
            ],
            .admin: ["/admin/..\\x", "/admin/..%5cx", "/admin/x\\..\\..\\y"],
            .pub: ["/pub/..\\admin", "/pub/x\\..\\..\\pub\\y"],
        ])

    static let parameters = Self(
        "What follows `;`: to some the segment goes on, to others it has ended.",
        app: [
            "/a;b=c", "/a;b=/c", "/a;b/c;d", "/;x", "/a/;/b", "/x;a=b/admin", "/administrator;x", "/x;/../y",
            "/x;%2f../y", "/x/y;/../admin", "/x;/pub",
        ],
        admin: ["/admin/x;y/z", "/admin/;x", "/admin/x;y=z", "/admin/x/..;/y", "/admin/..;/admin/x"],
        acme: ["/.well-known/acme-challenge/x;y"],
        pub: ["/pub/x;a/b"],
        refused: [
            .app: [
                "/admin%3Bx", "/admin%3bx/y", "/admin%253Bx", "/x;/../admin", "/x;a=b/../admin", "/x;%2f../admin",
                "/x;%2F..%2fadmin", "/x;%5c../admin", "/x;\\..\\admin", "/x;/%2e%2e/admin", "/x;%2f%2e%2e%2fadmin",
                "/x;a/..;b/admin", "/..;/admin", "/x/..;/admin", "/x/..;a=b/admin/", "/x/..;%2fadmin",
                "/x%3B/../admin", "/x%3b%2f../admin", "/x/..%3Ba/admin", "/x/..%3b/admin", "/x/.;/../admin",
                "/.;/admin", "/x/y/..;/..;/admin", "/..;x/..;y/admin", "/x/%2e%2e;/admin", "/x/.%2e;a/admin",
                "/x/..;/..;/admin", "/x/..%253b/admin", "/.well-known/..;/admin", "/x;%2f..%2fpub", "/;%2fadmin",
                "/;%2f..%2fadmin", "/x;y%2f..%2f..%2fadmin", "/x;/;/../../admin",
            ],
            .admin: [
                "/admin;x", "/admin;", "/admin;x=y/z", "/admin;/x", "/admin;%2f", "/admin;.css", "/admin;/",
                "/admin;a=1;b=2/x", "/;/admin", "/;x=y/admin", "/;/;/admin", "/admin/..;/x", "/admin/..;a=b/x",
                "/admin/x/..;/..;/y", "/admin;/../x", "/admin/;/../x",
            ],
            .acme: [
                "/.well-known;x/acme-challenge/y", "/.well-known/acme-challenge;x", "/.well-known/acme-challenge;x/y",
                "/.well-known/;/acme-challenge/x",
            ],
            .pub: [
                "/pub;x", "/pub;a=b/x", "/pub;%2f../admin", "/pub/..;/pub/x", "/pub/..;/admin",
                "/pub/x;%2f..%2f..%2fadmin", "/pub/;/../x", "/pub/..;/inner/x", "/pub;/../admin",
            ],
        ])

    static let sessions = Self(
        "Path parameters with a session, which are no part of the path, and what only looks like them.",
        app: [
            "/x;jsessionid=A1.node1", "/x;jsessionid=A1.node1/y", "/a;jsessionid=%2F", "/administrator;jsessionid=1",
            "/a;jsessionid=1/b/admin",
        ],
        admin: [
            "/admin;jsessionid=A1.node1", "/admin;jsessionid=0001:2!3-4+5=/x", "/admin;jsessionid=1;jsessionid=2",
            "/admin;jsessionid=", "/admin;jsessionid=A1.node1/x;jsessionid=2", "/admin/x;jsessionid=A",
            "/%61dmin;jsessionid=1/x",
        ],
        acme: [
            "/.well-known;jsessionid=1/acme-challenge/x", "/.well-known/acme-challenge;jsessionid=1/x",
            "/.well-known/acme-challenge/x;jsessionid=1",
        ],
        pub: ["/pub;jsessionid=1/x", "/pub;jsessionid=1.app-1", "/pub/x;jsessionid=1"],
        refused: [
            .app: [
                "/x;jsessionid=%2f..%2fadmin", "/x;jsessionid=/../admin", "/x;jsessionid=1/../admin",
                "/x;jsessionid=1%2f..%2fadmin", "/x;jsessionid=1\\..\\admin", "/..;jsessionid=1/admin",
                "/.;jsessionid=1/admin", "/x/..;jsessionid=1/admin", "/%2e%2e;jsessionid=1/admin",
                "/x/%2e%2e;jsessionid=1/admin", "/x/.%252e;jsessionid=1/admin", "/admin%3Bjsessionid=1",
            ],
            .admin: [
                "/admin;jsessionid", "/admin;jsessionid/x", "/admin;JSESSIONID=1", "/admin;xjsessionid=1",
                "/admin;jsessionid=%2f", "/admin;jsessionid=a/../../x", "/admin;jsessionid=a%00",
                "/admin;jsessionid=a\\b", "/admin;jsessionid=1;x/y", "/admin;x;jsessionid=1", "/admin;jsessionid=a%2e",
                "/admin;jsessionid=a%3Bb", "/admin;jsessionid=a|b", "/;jsessionid=1/admin",
                "/admin;jsessionid=1/..;jsessionid=2x", "/admin;jsessionid=1/../x",
                "/admin;jsessionid=1/..;jsessionid=1/x",
            ],
            .pub: [
                "/pub;jsessionid=1/../admin", "/pub;jsessionid=1/..;jsessionid=1/admin",
                "/pub;jsessionid=%2f..%2fadmin", "/pub;sid=1/x",
            ],
        ])

    static let dots = Self(
        "`.` and `..`, which some resolve and others do not.",
        app: [
            "/.", "/..", "/./", "/../", "/a/../b", "/a/./b/", "/a/..", "/a/b/../admin", "/a/b/../../c", "/.git/../x",
            "/../x", "/./x", "/x/..", "/a/../../b", "/x/../y/../z", "/.well-known/../x", "/inner/../x", "/inner/..",
        ],
        admin: [
            "/admin/a/../b", "/admin/a/..", "/admin/.", "/admin/./x", "/admin/a/b/../../c", "/admin/../admin",
            "/admin/../admin/x",
        ],
        acme: ["/.well-known/acme-challenge/x/../y", "/.well-known/acme-challenge/../acme-challenge/x"],
        pub: ["/pub/x/../y", "/pub/x/..", "/pub/./x", "/pub/.", "/pub/a/b/../../c"],
        refused: [
            .app: [
                "/./admin", "/x/../admin", "/x/../admin/y", "/../admin", "/../../admin", "/x/y/../../admin",
                "/x/./../admin", "/x/.//../admin", "/././admin", "/x/../../admin", "/x/y/z/../../../admin",
                "/x/../y/../admin", "/./x/../admin", "/.well-known/../admin", "/.well-known/./acme-challenge",
                "/.well-known/x/../acme-challenge/y", "/x/../.well-known/acme-challenge/y",
                "/.well-known/../.well-known/acme-challenge/x", "/x/../pub", "/x/../pub/y", "/./pub/x",
                "/inner/../pub", "/inner/../admin",
            ],
            .admin: [
                "/admin/..", "/admin/../x", "/admin/../", "/admin/x/../../y", "/admin/x/../..", "/admin/../admin/../x",
                "/admin/../administrator", "/admin/./../x",
            ],
            .acme: [
                "/.well-known/acme-challenge/..", "/.well-known/acme-challenge/../x",
                "/.well-known/acme-challenge/../../x",
            ],
            .pub: [
                "/pub/..", "/pub/../x", "/pub/../pub/x", "/pub/x/../../pub/y", "/pub/../admin", "/pub/../inner/x",
                "/pub/x/../../inner",
            ],
        ])

    static let escapedDots = Self(
        "The same with escapes in them, which are decoded before dots are looked for, or behind.",
        app: [
            "/%2e", "/%2e%2e", "/%2e%2e/x", "/a/%2e%2e", "/a/b/%2e%2e/admin", "/a/%2e/b", "/a/%2e%2e/b",
            "/%2e%2e%2e/admin", "/a%2e/b", "/%2egit/x", "/a/%2e./b/.%2e/c",
        ],
        admin: ["/admin/x/%2e%2e/y", "/admin/%2e/x", "/admin/%2e", "/admin/%2e%2e/admin/x"],
        acme: ["/.well-known/acme-challenge/x/%2e%2e/y"],
        pub: ["/pub/%2e/x", "/pub/x/%2e%2e/y"],
        refused: [
            .app: [
                "/%2e/admin", "/%2E/admin", "/x/%2e%2e/admin", "/x/.%2E/admin", "/x/%2e./admin", "/x/%2E%2E/admin",
                "/%2e%2e/admin", "/%2e%2e/%2e%2e/admin", "/x/%2e/../admin", "/x/%2e%2e/%2e/admin",
                "/x/y/%2e%2e/%2e%2e/admin", "/x/y/../%2e%2e/admin", "/.well-known/%2e/acme-challenge/x",
                "/.well-known/x/%2e%2e/acme-challenge/y", "/x/%2e%2e/pub", "/x%2f%2e%2e%2fadmin", "/%2e%2e%2fadmin",
            ],
            .admin: [
                "/admin/%2e%2e", "/admin/.%2e/x", "/admin/%2e%2e/x", "/admin/x/%2e%2e/%2e%2e/y", "/admin/%2e%2e%2fx",
                "/admin/%2e%2e%5cx",
            ],
            .acme: ["/.well-known/acme-challenge/%2e%2e/x", "/.well-known/acme-challenge/%2e%2e"],
            .pub: [
                "/pub/%2e%2e/pub", "/pub/%2e%2e/admin", "/pub/x/%2e%2e/%2e%2e/admin", "/pub/%2e%2e", "/pub/.%2e/inner",
            ],
        ])

    static let escapedLetters = Self(
        "Escapes of letters, and those of which the one or the other character is escaped itself.",
        app: [
            "/%61", "/%41dmin", "/%61dministrator", "/%C3%A9/%20", "/a%2525", "/a%252Fb", "/%", "/%zz/admin", "/a%/b",
            "/%2/admin", "/a%20b/admin", "/%E0%A4%A", "/admin+x", "/a%0Db%0Aadmin", "/%25252561dmin",
            "/x/%25252e%25252e/admin", "/admin%25252Fx",
        ],
        admin: [
            "/%61dmin", "/adm%69n/x", "/%61%64%6d%69%6e", "/admin/100%", "/admin/%252F", "/admin/%61",
            "/admin/x/%252e%252e/y",
        ],
        acme: [
            "/%2ewell-known/acme-challenge/x", "/%2Ewell%2Dknown/acme%2dchallenge/x",
            "/.well-known/%61cme-challenge/x",
        ],
        pub: ["/%70ub/x", "/p%75b/", "/pub/x/%252e%252e/y"],
        refused: [
            .app: [
                "/%2561dmin", "/adm%2569n/x", "/%25%36%31dmin", "/%%36%31dmin", "/%%361dmin", "/admin%252Fx",
                "/admin%255c", "/admin%%32f", "/admin%2%66", "/admin%25%32%66", "/admin%25%32F", "/%252e%252e/admin",
                "/x/%252e%252e/admin", "/x/%%32e%%32e/admin", "/x/%2%65./admin", "/x/%25%32%65%25%32%65/admin",
                "/x%252f..%252fadmin", "/x%252F%252e%252e%252Fadmin", "/x/..%252fadmin", "/x/..%255cadmin",
                "/x/%252e/../admin", "/x/%252e%2e/admin", "/%2570ub/x", "/pub%252Fx",
                "/.well-known%252Facme-challenge/x", "/%252ewell-known/acme-challenge/x",
                "/.well-known/%2561cme-challenge/x", "/%252fadmin", "/inner/%252e%252e/admin",
            ],
            .admin: ["/admin/%252e%252e/x", "/admin/..%252fx"],
            .acme: ["/.well-known/acme-challenge/%252e%252e/x"],
            .pub: ["/pub/%252e%252e/pub/x", "/pub/%252e%252e/admin"],
        ])

    static let ends = Self(
        "`%00`, `%3F` and `%23`, behind which some read no more.",
        app: [
            "/a%00b", "/a%3Fb%23c", "/a%00", "/..%00/admin", "/a%3F/../b", "/x%00/admin", "/x%23/admin",
            "/administrator%00", "/x/..%00/admin", "/%00/admin", "/%00admin", "/%3F/admin", "/%23/admin",
            "/.well-known%00/acme-challenge/x", "/x/..%00/../admin",
        ],
        admin: ["/admin/%00", "/admin/a%3Fb", "/admin/%23"],
        acme: ["/.well-known/acme-challenge/a%3Fb"],
        pub: ["/pub/a%3Fb", "/pub/x%00"],
        refused: [
            .app: [
                "/admin%00", "/admin%00x", "/admin%00/x", "/admin%2500/x", "/admin%3Fx", "/admin%3f/x", "/admin%23",
                "/admin%23x/y", "/admin%253f", "/admin%2523x", "/x/../admin%00", "/x%3F/../admin", "/x%23/../admin",
                "/x%00/../admin", "/x/..%2fadmin%00", "/%3f/../admin", "/pub%00", "/pub%3Fx", "/pub%23",
                "/.well-known/acme-challenge%00", "/.well-known/acme-challenge%3Fx",
            ],
            .admin: ["/admin/..%00", "/admin/..%3f", "/admin/..%23x", "/admin/%2e%2e%00"],
            .acme: ["/.well-known/acme-challenge/..%00"],
            .pub: ["/pub/..%00", "/pub/..%3F/x"],
        ])

    static let emptySegments = Self(
        "`//`: one slash, an empty segment, or what a host stands behind.",
        app: [
            "//", "//a", "//a/b", "/a//b", "/a/b//", "///", "/a///b", "/proxy/https://example.com/admin", "/a//admin",
            "/a//../b", "/x///y", "//x", "//x/y/admin", "/.well-known///x", "//inner/x", "//x/inner",
        ],
        admin: ["/admin//x", "/admin/", "/admin//", "/admin//x//y", "/admin/x//../y"],
        acme: ["/.well-known/acme-challenge//x"],
        pub: ["/pub//x"],
        refused: [
            .app: [
                "/x//../admin", "/x/..//admin", "/x//../../admin", "//x/admin", "//x;y/admin", "//user@x:80/admin",
                "//x:80/admin", "//x//admin", "///x/admin", "//x/../admin", "//../admin", "//./admin", "//[::1]/admin",
                "//x%2Fy/admin", "/.//admin", "/..//admin", "/x/..///admin", "/.//x/admin", "/x/..//y/admin",
                "//x/.well-known/acme-challenge/y", "//x/pub/y",
            ],
            .admin: [
                "//admin", "///admin/x", "//admin/", "//admin/x/y", "/admin//..", "/admin//../x", "/admin//../../x",
                "/admin/x//../../y",
            ],
            .acme: [
                "/.well-known//acme-challenge", "//.well-known/acme-challenge/x", "/.well-known//acme-challenge/x",
            ],
            .pub: ["//pub/x", "/pub//..", "/pub//../x", "/pub//../../admin", "/pub/x//../../../admin", "///pub"],
        ])

    static let controls = Self(
        "Tabs, ends of lines, spaces at a segment's end: parsers of URLs take them out (WHATWG URL, section 4.4).",
        app: ["/x/..%20", "/a%09b", "/a%20", "/%0D", "/a%0Ab/c%20d", "/administrator%09", "/a/%09../b", "/a%09/admin"],
        admin: ["/admin/a%09b", "/admin/a%20", "/admin/%20/x", "/admin/%0D"],
        acme: ["/.well-known/acme-challenge/a%0Db"],
        pub: ["/pub/a%09b", "/pub/x%20"],
        refused: [
            .app: [
                "/%25%0961dmin/x", "/%6%091dmin/x", "/%0%099admin/x", "/%2%09e%2e/admin", "/x%2%09f../admin",
                "/x;%2%09f../admin/", "/admin%09", "/admin%09/x", "/ad%09min/x", "/admin%0A", "/admin%0d/x",
                "/%0Aadmin", "/x/.%09./admin",
                "/x/%0D../admin", "/x/..%0a/admin", "/admin%20", "/admin%20/x", "/admin%0B", "/admin%1F%20",
                "/.well-known%09/acme-challenge/x", "/.well-known/acme%0a-challenge/x",
                "/.well-known/acme-challenge%20", "/pub%09/x", "/pub%20", "/x/.%09./pub", "/%09/x/admin",
            ],
            .admin: ["/admin/.%09./x", "/admin/..%0A/x", "/admin/..%20"],
            .pub: ["/pub/.%0A./admin", "/pub/..%20", "/pub/x/.%09./.%0d./admin"],
        ])

    static let mixtures = Self(
        "What is one thing to the first server of a chain and another to the next.",
        app: ["/x/..%00/;/../admin"],
        refused: [
            .app: [
                "/a%2Fb/../x%2F..%2Fadmin", "/a%252Fb/../x%252F..%252Fadmin", "/a/../admin/%2e%2e/a/z",
                "/x;%252f../admin", "/x%3b%252f..%252fadmin", "/x/..%5c..;/admin", "/x\\..;/admin", "/x/.%252e/admin",
                "/x/%2e%252e;/admin", "/x;a\\..%2fadmin", "/%2e/%252e/admin", "/x//..;/admin", "//x;/../admin",
                "/\\..;/admin", "/x%5c;%2f../admin", "/admin%2f..;/x", "/admin\\..;\\x", "/pub\\..\\..\\admin",
                "/.well-known;%2facme-challenge/x", "/.well-known/x%5c..%5cacme-challenge/y",
                "/.well-known/%2e%2e;/admin", "/%2e%2e%5cadmin", "/%252e%252e%255cadmin", "/x/%2e%2e%3b/admin",
                "/x%2f;%2f..%2f..%2fadmin", "/..%5c/admin", "/%5c%5cx/admin", "/%2f%5cx/admin", "/\\%2fx/admin",
                "/x%3f/%2e%2e/admin", "/;/..;/..;/admin", "/;jsessionid=1%2f..%2fadmin", "/x;jsessionid=1;/../admin",
            ],
            .admin: ["/admin;%2e%2e/x", "/admin/%252e%252e;/x", "/admin/x;%2f..%2f..%2f..%2fy"],
            .acme: ["/.well-known/acme-challenge;%2f../x"],
            .pub: [
                "/pub;%5c..%5cadmin", "/pub/%2e%2e;/admin", "/pub/%252e%252e%252fadmin", "/pub/x/..%5c..%5cadmin",
                "/pub/..%252f..%252fadmin",
            ],
        ])

    static let absolute = Self(
        "Whole URLs: the path behind the host is judged as any other.",
        app: ["http://HOST", "http://HOST/", "http://HOST/x", "http://HOST/a%2Fb", "http://HOST?/admin"],
        admin: ["http://HOST/admin/x", "http://HOST/admin;jsessionid=1"],
        acme: ["http://HOST/.well-known/acme-challenge/x"],
        pub: ["http://HOST/pub/x"],
        refused: [
            .app: [
                "http://HOST/x/../admin", "http://HOST/x;%2f../admin", "http://HOST/x\\..\\admin",
                "http://HOST/admin%2Fx", "http://HOST/%2561dmin", "http://HOST//x/admin",
            ],
            .admin: ["http://HOST//admin", "http://HOST/admin;x"],
            .pub: ["http://HOST/pub/../admin", "http://HOST/pub/%2e%2e/admin"],
        ])
}
