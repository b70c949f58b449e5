/// The table of ``ApacheTests``.
extension ApacheScenario {
    private static let letters = ["d", "s", "i", "r", "h", "e", "n"]

    /// Farms whose last member is out of error only because all others are in it; see ``differences``.
    private static let recovering = ["a! b:e c!", "a! b:re c!", "a! b:he c!"]

    /// Each flag alone and with each other one, while its fellow members are well, one is dead, or both are.
    static let flags: [ApacheScenario] = {
        var found: [ApacheScenario] = []
        for (index, first) in letters.enumerated() {
            for second in [""] + letters[(index + 1)...] {
                for (before, behind) in [("a", "c"), ("a!", "c"), ("a!", "c!")] {
                    let text = "\(before) b:\(first)\(second) \(behind)"
                    if !recovering.contains(text) { found.append(ApacheScenario(text, "- - - - b b -")) }
                }
            }
        }
        return found
    }()

    /// A flag beside each other one.
    static let neighbours: [ApacheScenario] = {
        var found: [ApacheScenario] = []
        for first in letters {
            for second in letters { found.append(ApacheScenario("a:\(first) b:\(second) c d!", "- - - a b c d -")) }
        }
        return found
    }()

    static let sets = [
        ApacheScenario("a/1 b c/1", "- - - a -"), ApacheScenario("a/1 b! c/1", "- - - - b c"),
        ApacheScenario("a/7 b/99 c/3!", "- - - b"), ApacheScenario("a:n b:n c/1", "- - a b -"),
        ApacheScenario("a b! c:h d/1", "- - - - c d"), ApacheScenario("a! b! c:h d/1", "- - - c d -"),
        ApacheScenario("a! b! c:r d/1", "- - - -"), ApacheScenario("a b c! d:r e:r", "- - - - - -"),
        ApacheScenario("a! b c! d:r e:r f:r", "- - - - - - -"), ApacheScenario("a! b! c! d:r", "- - - -"),
        ApacheScenario("a! b! d:r! e:r f:r", "- - - - -"), ApacheScenario("a! d:r/1 b/1", "- - - d -"),
        ApacheScenario("a! d:r/1 b/2", "- - -"), ApacheScenario("a:n b d:rn e:r", "- - - d e -"),
        ApacheScenario("a! b! c:h d:h", "- - - -"), ApacheScenario("d:r a b!", "- - - -"),
        ApacheScenario("d:r*5 a b! c", "- - - - - - - - -"), ApacheScenario("c:h*2 d:h a!", "- - - - - -"),
        ApacheScenario("a/2 b/2*3 c/1!", "- - - - - -"), ApacheScenario("a:d/0 b:s/0 c/1 d/2", "- - a b c d"),
    ]

    static let redirects = [
        ApacheScenario("a b:d>c c", "b b b -"), ApacheScenario("a b:s>c c", "b b -"),
        ApacheScenario("a b>c c", "b b -"), ApacheScenario("a b>c! c d", "b b b -"),
        ApacheScenario("a b:d>c c:d>d d", "b b -"), ApacheScenario("a b:d>c c:d>b d", "b b b"),
        ApacheScenario("a b:d>c c:n", "b b -"), ApacheScenario("a b:d>c c:h", "b b -"),
        ApacheScenario("a b:d>c c:r", "b b -"), ApacheScenario("a b:d>c c!", "b b -"),
        ApacheScenario("a b:n>c c", "b b -"), ApacheScenario("a b:d>c c/4", "b b -"),
        ApacheScenario("a b:d>c c", "b b b", ["nofailover": "On"]),
        ApacheScenario("a b:d>c c:d", "b b -", ["nofailover": "On"]),
    ]

    static let shares = [
        ApacheScenario("a*7 b*3", "- - - - - - - - - -"), ApacheScenario("a*1 b*4 c*1", "- - - - - - - - - - - -"),
        ApacheScenario("a*1 b*1 c*1 d*2", "- - - - - - - - - -"), ApacheScenario("a*1.5 b*2.25", "- - - - - - - - - -"),
        ApacheScenario("a*100 b*1", "- - - b - - b -"), ApacheScenario("a b c", "b b b - - - - - - - -"),
        ApacheScenario("a*2 b!", "- - - b b -"), ApacheScenario("a b/1 c:h", "b b c c - - - b -"),
        ApacheScenario("a b c:r d:n", "d d c - - - -"), ApacheScenario("a b", "- - - -", method: "bytraffic"),
        ApacheScenario("a b", "+90000 - - +200000 - - - -", method: "bytraffic"),
        ApacheScenario("a b*3", "+30000 +30000 +30000 +30000 +30000 +30000 +30000 +30000", method: "bytraffic"),
        ApacheScenario("a b c:r", "+50000 +50000 c +90000 - -", method: "bytraffic"),
        ApacheScenario("a! b c:r", "+50000 +20000 +20000 +20000 +60000 - -", method: "bytraffic"),
        ApacheScenario("a b c", "- - - - - -", method: "bybusyness"),
        ApacheScenario("a b c", "hold - - hold - - - hold -", method: "bybusyness"),
        ApacheScenario("a b*5", "hold hold hold hold hold", method: "bybusyness"),
        ApacheScenario("a b c", "hold b b b - - -", method: "bybusyness"),
        ApacheScenario("a*3 b c:h", "hold - - - hold hold - -", method: "bybusyness"),
        ApacheScenario("a! b c:r", "hold - - hold - -", method: "bybusyness"),
        ApacheScenario("a b/1", "hold hold hold", method: "bybusyness"),
    ]

    static let sessions = [
        ApacheScenario("a b c", ";b ;b - ;c"), ApacheScenario("a b c", "?b ?b - ?c"),
        ApacheScenario("a b c", ";b,c ;c,b"), ApacheScenario("a b c", "x x x x"), ApacheScenario("a b c", "x;b"),
        ApacheScenario("a b! c", "b b b -"), ApacheScenario("a b! c", "b b -", ["nofailover": "On"]),
        ApacheScenario("a b:d c", "b x -", ["nofailover": "On"]),
        ApacheScenario("a b:n c", "b b -", ["nofailover": "On"]),
        ApacheScenario("a b/3 c", "b b -"), ApacheScenario("a b:h", "b b -"), ApacheScenario("a b:r", "b b -"),
    ]

    /// Several members of one route.
    static let alike = [
        ApacheScenario("a b:h=a c", "a a - - - a -"), ApacheScenario("a! b:h=a c", "a a - - a -"),
        ApacheScenario("a! b:h=a c", "- - - a a"), ApacheScenario("b:h=a a c", "a a - - b a"),
        ApacheScenario("b:h=a a! c", "a a - - a"), ApacheScenario("a b=a c", "a - - - a a -"),
        ApacheScenario("a! b=a c", "a a - - -"), ApacheScenario("a:d b=a c", "a - a - -"),
        ApacheScenario("a:s b:h=a c", "a a - -"), ApacheScenario("a:n b=a c", "a a - -"),
        ApacheScenario("a! b=a! c:h=a d", "a a a - -"), ApacheScenario("a! b:h=a! c:h=a d", "a a - -"),
        ApacheScenario("a:d>d b:h=a d", "a a - -"), ApacheScenario("a:d>d b=a d", "a a - -"),
        ApacheScenario("d:d>a a! b:h=a c", "d d a - -"), ApacheScenario("d>a! a b:h=a c", "d d a - -"),
        ApacheScenario("d:d>a a:d>c b:h=a c", "d a - -"), ApacheScenario("a:d b:h=a>c c", "a a - -"),
        ApacheScenario("a:d b:dh=a>c c d", "a a - - -"), ApacheScenario("a/1 b=a c", "a a - - a"),
        ApacheScenario("a! b/2=a c", "a a - -"), ApacheScenario("a! b:r=a c", "a a - - -"),
        ApacheScenario("a! b:d=a c", "a a - -"), ApacheScenario("a! b:h=a c", "a a - -", method: "bybusyness"),
        ApacheScenario("a! b:h=a c", "a a a - -", ["nofailover": "On"]),
        ApacheScenario("a:d b:hd=a c", "a - -", ["nofailover": "On"]),
        ApacheScenario("a b:h=a c", "!503 a - a", ["failonstatus": "503"]),
        ApacheScenario("a! b:h=a!", "a - a", ["forcerecovery": "Off"]),
    ]

    static let failures = [
        ApacheScenario("a b c", "!500 !500 !503 - - - b", ["failonstatus": "503,500"]),
        ApacheScenario("a b c", "!404 - - !503 - - b", ["failonstatus": "503"]),
        ApacheScenario("a:i b", "!503 - - - a", ["failonstatus": "503"]),
        ApacheScenario("a b:h", "!500 - a -", ["failonstatus": "500"]),
        ApacheScenario("a b", "!500 !500 - -", ["failonstatus": "500"]),
        ApacheScenario("a! b! c!", "- - -"), ApacheScenario("a! b! c!", "- - b", ["forcerecovery": "Off"]),
        ApacheScenario("a!", "- -"), ApacheScenario("a! b", "- - a a"), ApacheScenario("a! b! c", "- - -"),
        ApacheScenario("a! b! c", "- - -", ["maxattempts": "1"]),
        ApacheScenario("a! b! c! d", "- - -", ["maxattempts": "2"]),
        ApacheScenario("a! b:h!", "- -"), ApacheScenario("a! b:n", "- b -"), ApacheScenario("a! b:d", "- - b"),
    ]

    /// How a session is read.
    static let readings = [
        ApacheScenario("a b c", "@|JSESSIONID=s!b @|JSESSIONID=s.b @;jsessionid=s!c -", ["stickysessionsep": "!"]),
        ApacheScenario("a b c", "@|JSESSIONID=b @|JSESSIONID=s.b @;jsessionid=c -", ["stickysessionsep": "Off"]),
        ApacheScenario("a b c", "@;jsessionid=s.b;x=1 @;x=1;jsessionid=s.b -"),
        ApacheScenario("a b c", "@;jsessionid=s.b;x=1 @;x=1;jsessionid=s.c?y -", ["scolonpathdelim": "On"]),
        ApacheScenario("a b c", "@;jsessionid=s.b @?jsessionid=s.b @?x=1&jsessionid=s.b&y=2 @?x=1 -"),
        ApacheScenario("a b c", "@|a=1;JSESSIONID=s.b @|JSESSIONID=s.b;a=1 @|a=1;JSESSIONID=s.b;b=2 -"),
        ApacheScenario("a b c", "@|JSESSIONID=s. @|JSESSIONID= @|JSESSIONID=s @|JSESSIONID=.b -"),
        ApacheScenario("a b c", "@|jsessionid=s.b @|XJSESSIONID=s.b @|JSESSIONIDX=s.b @?JSESSIONID=s.b"),
        ApacheScenario("a b c", "@|JSESSIONID=s.B @|JSESSIONID=s.b%20 -"),
        ApacheScenario("a b c", "@;jsessionid=s.b?jsessionid=s.c|JSESSIONID=s.a @?jsessionid=s.c|JSESSIONID=s.a"),
    ]

    private static let hidden = "a parameter without a route does not hide the cookie"
    private static let whole = "a parameter's name is compared whole"
    private static let segment = "a path parameter ends at a slash"
    private static let comma = "a comma does not separate cookies (RFC 6265)"
    private static let each = "each cookie of the name may have the route, not the first alone"
    private static let ranked = "of several routes behind one another, the first one that can be used counts"
    private static let quotes = "a cookie's value may be quoted (RFC 6265, section 4.1.1)"
    private static let fresh = "when all are in error, a request is tried on a member that has not failed it before"
    /// Apache does not know since when, and tries it at once.
    static let declared = "a member that is declared to be in error is left alone for its retry time"
    private static let drained = "neither a draining member nor its sessions' requests count in the election"
    private static let ignored = "when a member fails that ignores errors, another one is tried"

    /// What Martlet does otherwise.
    static let differences =
        recovering.map { ApacheScenario($0, "- - - - b b -", martlet: "b b b b b b b", because: fresh) } + [
            ApacheScenario("a b c", "@|JSESSIONID=\"s.b\"", martlet: "b", because: quotes),
            ApacheScenario("a b c", "@|JSESSIONID=s.c.b", martlet: "c", because: ranked),
            ApacheScenario("a b! c", "@|JSESSIONID=s.b.c b.c", martlet: "c c", because: ranked),
            ApacheScenario("a b c", "@;jsessionid=s|JSESSIONID=s.b", martlet: "b", because: hidden),
            ApacheScenario("a b c", "@?jsessionid=s|JSESSIONID=s.b", martlet: "b", because: hidden),
            ApacheScenario("a b c", "@;xjsessionid=s.b @?xjsessionid=s.b", martlet: "a b", because: whole),
            ApacheScenario("a b c", "@;jsessionid=s.c/d", martlet: "c", because: segment),
            ApacheScenario("a b c", "@|a=1,JSESSIONID=s.b", martlet: "a", because: comma),
            ApacheScenario("a b c", "@|JSESSIONID=s.x;JSESSIONID=s.b", martlet: "b", because: each),
            ApacheScenario("a b! c", "@|JSESSIONID=s.b;JSESSIONID=s.c b,c", martlet: "c c", because: each),
            ApacheScenario("a:e b", "- - a a", martlet: "b b b b", because: declared),
            ApacheScenario("a b:n c*3", "b b b b - - - -", martlet: "b b b b c a c c", because: drained),
            ApacheScenario("a:i! b", "- - a -", martlet: "b b b b", because: ignored),
        ]

    static var all: [ApacheScenario] {
        flags + neighbours + sets + redirects + shares + sessions + alike + failures + readings + differences
    }
}
