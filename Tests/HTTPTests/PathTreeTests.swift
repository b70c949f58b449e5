import Bytes
import HTTP
import TestSupport
import Testing

/// Whether all readings of a path lead to one place.
@Suite("PathTree") struct PathTreeTests {
    private typealias Site = DeclaredSite

    /// A site, as most are that have several balancers.
    private static let farm = Site(["/", "/admin", "/.well-known/acme-challenge"])
    /// One with paths that members get under other names.
    private static let mapped = Site(["/", "/pub", "/pub/img"], mapped: ["/pub"])
    /// One without a balancer for all the rest.
    private static let partial = Site(["/app", "/app/admin"])

    @Test(
        "a path that may lead to another place is ambiguous",
        arguments: [
            // What follows a semicolon, for who knows no parameters.
            "/x;%2f../admin", "/x;%2F..%2fadmin", "/x;%5c../admin", "/x;\\..\\admin", "/x;/../admin", "/x;a=b/../admin",
            "/;/admin", "/;x=y/admin", "/x;/%2e%2e/admin", "/x;%2f%2e%2e%2fadmin", "/x;a/..;b/admin", "/..;/admin",
            "/x/..;/admin", "/x/..;a=b/admin/", "/x%3B/../admin", "/x%3b%2f../admin", "/x/..%3Ba/admin",
            // What follows it, for who does.
            "/admin;x", "/admin;x=y/z", "/admin;%2f", "/admin%3Bx", "/admin;/x", "/admin;jsessionid", "/admin;",
            "/admin;jsessionid=%2f", "/admin;jsessionid=a/../../x", "/admin;jsessionid=a%00", "/admin;jsessionid=a\\b",
            "/admin;jsessionid=1;x/y", "/x;jsessionid=%2f..%2fadmin", "/x;jsessionid=/../admin",
            "/;jsessionid=1/admin", "/..;jsessionid=1/admin", "/x/..;jsessionid=1/admin", "/admin;JSESSIONID=1",
            "/%2e%2e;jsessionid=1/admin", "/admin;jsessionid=1/..;jsessionid=2x", "/x/.%252e;jsessionid=1/admin",
            // Slashes that may be none, and the other way round.
            "/admin%2Fx", "/admin%2f", "/admin%5Cx", "/admin\\x", "/admin%252Fx", "/admin%255c", "/%2Fadmin",
            "/%5cadmin",
            "/\\admin", "//admin", "///admin/x", "/%2f%2fadmin", "/admin%%32f", "/admin%2%66", "/admin%25%32%66",
            // Ends.
            "/admin%00", "/admin%00x", "/admin%2500/x", "/admin%3Fx", "/admin%23", "/admin%253f",
            // Dot segments.
            "/./admin", "/%2e/admin", "/x/../admin", "/x/%2e%2e/admin", "/x/.%2E/admin", "/x/%252e%252e/admin",
            "/../admin", "/admin/..", "/admin/../x", "/admin/x/../../y", "/admin/.%2e/x", "/x/y/../../admin",
            "/x%2f..%2fadmin", "/x%2F../admin", "/x%5C..%5Cadmin", "/x\\..\\admin", "/x%252f..%252fadmin",
            "/x/..%2fadmin", "/x/..%5cadmin", "/x/..\\admin", "/x//../admin", "/x/./../admin", "/x/.//../admin",
            "/admin/%2e%2e%2fx", "/admin/..%00", "/x/%%32e%%32e/admin", "/x/%2%65./admin",
            // Chains of servers, each of which reads in a way of its own.
            "/a%2Fb/../x%2F..%2Fadmin", "/a%252Fb/../x%252F..%252Fadmin", "/a/../admin/%2e%2e/a/z",
            // A host behind two slashes.
            "//x/admin", "/\\x/admin", "/%2Fx/admin", "//x;y/admin", "/%5C/admin", "//user@x:80/admin",
            // Escapes of what is reserved.
            "/%252e%252e/admin", "/%2561dmin", "/adm%2569n/x",
            // Tabs, line ends and blanks that parsers of URLs leave out.
            "/admin%09", "/ad%09min/x", "/%0Aadmin", "/admin%0d/x", "/admin%20", "/admin%1F%20", "/x/.%09./admin",
            "/%25%0961dmin/x", "/%6%091dmin/x", "/%0%099admin/x", "/%0%0a9admin", "/%2%09e%2e/admin",
            "/x%2%09f../admin",
            "/x;%2%09f../admin/", "/x/%25%092e./admin", "/%09/x/admin", "/admin%2509", "/admin/..%20",
            "/.well-known/acme%0a-challenge",
            "/.well-known%2Facme-challenge/x", "/.well-known/acme-challenge/..", "/.well-known/acme-challenge/%2e%2e/x",
            "/.well-known//acme-challenge", "/.well-known/./acme-challenge", "/.well-known/x/../acme-challenge/y",
        ])
    func ambiguous(_ path: String) {
        #expect(Self.farm.agrees(path) == false)
    }

    @Test(
        "escaped slashes: letters between places of one family, or nothing at all",
        arguments: [
            // Path, the place that is found, and whether it is so where they are judged, passed, refused.
            ("/a%2Fb", 0, true, true, false), ("/api%2Fx", 0, false, true, false),
            ("/api%252Fx", 0, false, true, false),
            ("/admin%2Fx", 0, false, false, false), ("/api/%2e%2e%2fadmin", 1, false, false, false),
            ("/x%2F..%2Fapi", 0, false, true, false), ("/x%2F..%2Fadmin", 0, false, false, false),
            ("/api%2Fx/../y", 0, false, true, false), ("/x/../api", 0, false, false, false),
            ("/api/%2f..", 1, false, true, false), ("/api%5Cx", 0, false, false, false), ("/%41", 0, true, true, true),
            ("/%2Fapi", 0, false, true, false), ("/%2Fx/admin", 0, false, false, false),
        ])
    func escapedSlashes(path: String, place: Int, judged: Bool, passed: Bool, refused: Bool) {
        let places = [("/", 0, 0), ("/api", 1, 0), ("/admin", 2, 2)].map { prefix, kind, family in
            PathTree.Place(prefix: Array(prefix.utf8), kind: kind, isMapped: false, family: family)
        }
        let bytes = Array(path.utf8)
        for (slashes, agrees) in [
            (PathTree.EscapedSlashes.judged, judged), (.passed, passed), (.refused, refused),
        ] {
            let tree = PathTree(places, parameters: [], slashes: slashes)
            #expect(tree.agrees(bytes.span, on: place) == agrees, "\(slashes)")
        }
    }

    @Test(
        "an exact path is what all find there, and nothing below it",
        arguments: [
            ("/%73tatus", 0, true), ("/status;jsessionid=1", 0, true), ("/x/../status", 1, false),
            ("/status;x", 0, false), ("/status%2F", 1, false), ("/status%2Fx", 1, true), ("/status/%41", 1, true),
            ("/status//", 1, false), ("/%2573tatus", 1, false), ("/status%00", 1, false), ("/x/../y", 1, true),
            ("/status/..", 1, true), ("/a%2Fb", 1, true), ("/status%20", 1, false),
        ])
    func exact(path: String, place: Int, agrees: Bool) {
        let places = [
            PathTree.Place(prefix: Array("/status".utf8), kind: 0, isMapped: false, isExact: true),
            PathTree.Place(prefix: Array("/".utf8), kind: 1, isMapped: false),
        ]
        let tree = PathTree(places, parameters: ["jsessionid"])
        let bytes = Array(path.utf8)
        #expect(tree.agrees(bytes.span, on: place) == agrees)
        #expect(PathReader.path(bytes.span, equals: Array("/status".utf8).span) == (place == 0))
    }

    @Test(
        "letters of ASCII are the same in both cases where a tree ignores case",
        arguments: [
            ("/ADMIN", [1]), ("/admin/X", [1]), ("/Admin/", [1]), ("/aDmins", [0]), ("/x/Admin", [0]), ("/", [0]),
            ("/STATUS", [2]), ("/Status/", [0]), ("/Status/x", [0]), ("/x/../ADMIN", [0, 1]), ("/%41dmin", [0, 1]),
            ("/%2541DMIN", [0, 1]), ("/ADMIN%00", [0, 1]), ("/Caf%C3%A9", [0, 3]), ("/CAF%c3%a9/x", [0, 3]),
            ("/CAF%C3%89", [0]), ("//Admin/x", [0, 1]), ("/x;/../Admin", [0, 1]),
        ] as [(String, Set<Int>)])
    func ignoringCase(path: String, kinds: Set<Int>) {
        let places = [("/", false), ("/admin", false), ("/status", true), ("/caf%c3%a9", false)].enumerated().map {
            PathTree.Place(prefix: Array($1.0.utf8), kind: $0, isMapped: false, isExact: $1.1)
        }
        let tree = PathTree(places, parameters: [], ignoresCase: true)
        let bytes = Array(path.utf8)
        guard !PathTree.isPlain(bytes.span) else { return #expect(kinds == [tree.kind(ofPlain: bytes.span)]) }
        var found: Set<Int> = []
        let satisfiesAll = tree.allReadings(of: bytes.span) { kind in
            found.insert(kind)
            return true
        }
        #expect(satisfiesAll && found.isSubset(of: kinds) && found.contains(kinds.max()!), "\(found)")
    }

    @Test(
        "a path whose readings lead to one place is given to it",
        arguments: [
            ("/", "/"), ("/@scope%2Fname", "/"), ("/@scope%2fname/-/name-1.0.tgz", "/"), ("/files/a%2Fb", "/"),
            ("/a/../b", "/"), ("/api/v4/projects/group%2Fproject/raw", "/"), ("/a%5Cb", "/"), ("/a\\b", "/"),
            ("/a%00b", "/"), ("/a%2525", "/"), ("/a%252Fb", "/"), ("/%2e%2e/x", "/"), ("/..", "/"), ("/.", "/"),
            ("/a;b=c", "/"), ("/a;b=/c", "/"), ("/a;jsessionid=%2F", "/"), ("/x;/../y", "/"), ("/x;%2f../y", "/"),
            ("/a//b", "/"), ("//", "/"), ("//a", "/"), ("/a/./b/", "/"), ("/%C3%A9/%20", "/"), ("/%", "/"),
            ("/a/b/../admin", "/"), ("/a/..b/admin", "/"), ("/a/.../admin", "/"), ("/x/admin%2F..", "/"),
            ("/proxy/https%3A%2F%2Fexample.com%2Fadmin", "/"), ("/proxy/https://example.com/admin", "/"),
            ("/wiki/Admin", "/"), ("/ADMIN%2F", "/"), ("/administrator%2Fx", "/"), ("/.well-known/x%2Fy", "/"),
            ("/.git/../x", "/"), ("/a%3Fb%23c", "/"), ("/a%20", "/"),
            ("/a%09b", "/"), ("/admin%20x", "/"), ("/admin/%0A", "/admin"), ("/admin/x%20", "/admin"), ("/%61", "/"),
            ("/a/%2e%2e", "/"), ("/a/b/%2e%2e/admin", "/"),
            ("/admin", "/admin"), ("/%61dmin", "/admin"), ("/adm%69n/x", "/admin"), ("/admin/a%2Fb", "/admin"),
            ("/admin/a/../b", "/admin"), ("/admin/a/..", "/admin"), ("/admin//x", "/admin"), ("/admin/x;y/z", "/admin"),
            ("/admin/;x", "/admin"), ("/admin/.", "/admin"), ("/admin/%00", "/admin"), ("/admin/x/%2e%2e/y", "/admin"),
            ("/admin/realms/a%2Fb/users", "/admin"), ("/admin;jsessionid=A1.node1", "/admin"),
            ("/admin;jsessionid=0001:2!3-4+5=/x", "/admin"), ("/admin;SID=x.node1;jsessionid=1", "/admin"),
            ("/admin;jsessionid=", "/admin"), ("/..%00/admin", "/"),
            ("/.well-known/acme-challenge/a%2Fb", "/.well-known/acme-challenge"),
        ])
    func unambiguous(_ path: String, _ place: String) {
        #expect(Self.farm.agrees(path) == true)
        #expect(Self.farm.place(of: path) == place)
    }

    @Test("a path of more pieces than are judged is ambiguous")
    func longPaths() {
        for (piece, count, agrees) in [("/a%20b", 128, true), ("/a%20b", 129, false), ("/x/../y", 43, false)] {
            #expect(Self.farm.agrees(String(repeating: piece, count: count)) == agrees)
        }
        // Nothing in it is judged.
        #expect(Self.farm.agrees(String(repeating: "/a", count: 3000)) == true)
    }

    @Test(
        "a path that members get under another name does not lead out of it",
        arguments: [
            ("/pub/x", true), ("/pub/a%2Fb", true), ("/pub/x/../y", true), ("/pub/x/..", true), ("/pub/./x", true),
            ("/pub;jsessionid=1/x", true), ("/pub/%2e/x", true), ("/pub/x;a/b", true), ("/pub//x", true),
            ("/pub/a/b/../../c", true), ("/pub/img/x", true), ("/pub/img/x/..", true), ("/x/../y", true),
            ("/pub/../pub/x", false), ("/pub/..", false), ("/pub/x/../../pub/y", false), ("/pub/%2e%2e/pub", false),
            ("/pub;%2f../admin", false), ("/pub;x", false), ("/pub%2Fx", false), ("/pub/..%2fpub/x", false),
            ("/pub/..;/pub/x", false), ("/pub/%252e%252e/pub/x", false), ("/pub/x\\..\\..\\pub\\y", false),
            ("/pub/..%20", false), ("/pub/.%0A./admin", false), ("/pub/x%20", true), ("/pub/x/.%09./y", true),
            ("/pub/img/..", false), ("/pub/img/../x", false), ("/pub/x/../img", false), ("//pub/x", false),
        ])
    func mappedPaths(_ path: String, _ agrees: Bool) {
        #expect(Self.mapped.agrees(path) == agrees)
    }

    @Test(
        "where nothing is declared for the rest, nobody answers for it",
        arguments: [
            ("/app/x", true), ("/app/a%2Fb", true), ("/app/x/../y", true), ("/app/../app/x", true),
            ("/app/..", false), ("/app;x", false), ("/x/../app", nil), ("/other%2F", nil), ("/app/%2e%2e/x", false),
            ("/app/x/../admin", false), ("/app/admin/..", false), ("/app//admin", false),
        ])
    func partialSites(_ path: String, _ agrees: Bool?) {
        #expect(Self.partial.agrees(path) == agrees)
    }

    @Test(
        "declared escapes are compared as often decoded as the request's",
        arguments: [
            ("/100%25/x", true), ("/100%/x", nil), ("/a%2Bb", true), ("/a+b", nil), ("/%C3%A9/x%20y", true),
            ("/%c3%a9", true), ("/%C3%A9;x", false), ("/x/../%C3%A9", nil), ("/100%2525", nil),
        ])
    func declaredEscapes(_ path: String, _ agrees: Bool?) {
        let site = Site(["/100%25", "/a%2Bb", "/%C3%A9"])
        #expect(site.agrees(path) == agrees, "\(path)")
    }

    @Test(
        "nearly all paths are plain",
        arguments: [
            ("/", true), ("/a/b/c.d/", true), ("/~ann/-_!$&'()*+,=:@", true), ("/a.b/c..d", true),
            ("//", false), ("/.a", false), ("/a/..", false), ("/a%20", false), ("/a;b", false), ("/a\\b", false),
        ])
    func plain(_ path: String, _ isPlain: Bool) {
        for count in 1..<40 {
            // Wherever in a vector it stands.
            let late = bytes("/" + String(repeating: "x", count: count) + path)
            let early = bytes(path + String(repeating: "x", count: count))
            #expect(PathTree.isPlain(late.span) == isPlain && PathTree.isPlain(early.span) == isPlain)
        }
    }

    private static let alphabets: [[[UInt8]]] = [
        Array("ab/".utf8).map { [$0] } + ["..", ".", "//", "admin", "/admin", "/../", "/pub"].map { Array($0.utf8) },
        [
            "/", "/", "a", "admin", "/admin", "/pub", "..", ".", ";", ";x", "%2f", "%2F", "%5c", "\\", "%2e", "%2e%2e",
            "//",
            "%00", "%09", "%0A", "%20", "%2509", "%2%09f", "%25%092e", "%252f", "%252e", "%3b", "%25", "%", "2f", "/..",
            "/../",
            "jsessionid=1", ";jsessionid=", "%3f",
            "img",
        ].map { Array($0.utf8) },
    ]

    private func path(_ alphabet: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
        var path: [UInt8] = [UInt8(ascii: "/")]
        for _ in 0...Int.random(in: 0..<9, using: &random) { path += alphabet.randomElement(using: &random) ?? [] }
        return path
    }

    @Test("what is accepted is one place to every chain of two servers", arguments: [0, 1])
    func acceptedPaths(_ alphabet: Int) {
        var random = SplitMix(seed: 1)
        var acceptedCount = 0
        for site in [Self.farm, Self.mapped, Self.partial] {
            for _ in 0..<6_000 {
                let path = path(Self.alphabets[alphabet], &random)
                guard let place = site.place(of: path), site.agrees(path) == true else { continue }
                acceptedCount += 1
                for _ in 0..<60 {
                    let servers = [PathServer(&random), PathServer(&random)]
                    let got = site.sent(path, to: place)
                    let segments = servers.reduce(got.path) { $1.read($0) }
                    let found = got.isInside(segments) ? site.owner(of: segments) : nil
                    let isRight = got.isMapped ? got.isInside(segments) : found == place
                    #expect(isRight, "\(text(path)) of \(place) is \(text(segments)) to \(servers)")
                    if !isRight { return }
                }
            }
        }
        #expect(acceptedCount > 1_000)
    }

    @Test("with dot segments alone, what is refused is another place to who resolves them")
    func refusedPaths() {
        var random = SplitMix(seed: 7)
        var refusedCount = 0
        for _ in 0..<20_000 {
            let alphabet = ["a", "/", "/", "..", "/../", "admin", "/admin", "b", "/x"].map { Array($0.utf8) }
            let path = path(alphabet, &random)
            guard let place = Self.farm.place(of: path), Self.farm.agrees(path) == false else { continue }
            refusedCount += 1
            let owners = PathServer.resolving.map { Self.farm.owner(of: $0.read(path)) }
            #expect(owners.contains { $0 != place } || text(path).contains("//"), "\(text(path))")
        }
        #expect(refusedCount > 500)
    }
}
