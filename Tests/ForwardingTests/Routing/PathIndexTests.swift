import Forwarding
import HTTP
import Model
import Testing

/// Declared paths and suffixes, found without looking at the others.
@Suite("Look-ups of declared paths")
struct PathIndexTests {
    /// What is looked for, and what a walk through all declared ones finds.
    private static let targets = [
        "", "/", "/p7", "/p7/", "/p7/x", "/p70", "/p7/deep/er", "/p7/deep", "/p7/deeper", "/none/at/all", "*",
        "/%70%37/x", "/p7;a=b/x", "//p7//deep//y", "/p7/%64eep;z", "/p7%2Fdeep", "/p7/deep/..", "/q%2f/é",
        "/p8/a-very-long-path/that-is/longer/than/each/that/is/declared/and/goes/on/and/on/and/on/and/on",
    ]

    private static func declared(_ count: Int) -> [[UInt8]] {
        let paths = ["/", "/p7/deep", "/q%2F"] + (0..<count).map { "/p\($0)" }
        return paths.map { Array($0.utf8) }
    }

    @Test("the longest path is found as by a walk through all, few or many", arguments: [2, 2_000])
    func longest(count: Int) {
        let declared = Self.declared(count)
        let index = PathIndex(declared)
        for target in Self.targets {
            let path = Array(target.utf8)
            let isPlain = PathTree.isPlain(path.span)
            var walked: Int?
            for (number, prefix) in declared.enumerated() {
                let isIt =
                    path.isEmpty
                    ? prefix.count == 1
                    : isPlain
                        ? PathReader.plain(path.span, hasPrefix: prefix.span)
                        : PathReader.path(path.span, hasPrefix: prefix.span)
                if isIt, prefix.count > walked.map({ declared[$0].count }) ?? 0 { walked = number }
            }
            var compared = 0
            let found = index.longest(path.span, isPlain: isPlain, compared: &compared)
            #expect(found == walked, "\(target)")
            var comparedExact = 0
            let exact = index.exact(path.span, isPlain: isPlain, compared: &comparedExact)
            if let exact, !path.isEmpty {
                let whole = declared[exact]
                let isWhole = PathReader.path(path.span, equals: whole.span)
                #expect(isWhole, "\(target)")
            }
        }
    }

    @Test("an exact path is found as it is, with and without escapes", arguments: [2, 2_000])
    func exact(count: Int) {
        let declared = Self.declared(count)
        let index = PathIndex(declared)
        for (target, expected) in [("/p1", 4), ("/%701", 4), ("/", 0), ("", 0), ("/q%2f", 2)] {
            let path = Array(target.utf8)
            var compared = 0
            let found = index.exact(path.span, isPlain: PathTree.isPlain(path.span), compared: &compared)
            #expect(found == expected, "\(target)")
        }
        for target in ["/p1/", "/p1/x", "/p", "/q%2f/x"] {
            let path = Array(target.utf8)
            var compared = 0
            let found = index.exact(path.span, isPlain: PathTree.isPlain(path.span), compared: &compared)
            #expect(found == nil, "\(target)")
        }
    }

    @Test("of many paths a request is compared with few", arguments: [1_000, 60_000])
    func counted(count: Int) {
        let index = PathIndex(Self.declared(count))
        for number in stride(from: 0, to: count, by: count / 500) {
            let path = Array("/p\(number)/a/b/c".utf8)
            var compared = 0
            let found = index.longest(path.span, isPlain: true, compared: &compared)
            #expect(found == number + 3)
            // Itself and /, and what shares a chain of the table and is as long.
            #expect(compared < 40)
        }
    }

    @Test("the best suffix is found as by a walk through all, few or many", arguments: [2, 2_000])
    func suffixes(count: Int) {
        let letters = (["-min.js", ".js", "s", ".JS"] + (0..<count).map { ".e\($0)" }).map { Array($0.utf8) }
        let index = SuffixIndex(letters)
        for (target, expected) in [
            ("/a/app-min.js", 0), ("/app.js", 1), ("/s", 2), ("/app.JS", 3), ("/x.e1", 5), ("/x.e1/", nil),
            ("/x.E1", nil), ("/", nil), ("", nil), ("js", 2),
        ] {
            let path = Array(target.utf8)
            var compared = 0
            let found = index.best(of: path.span, compared: &compared)
            #expect(found == expected, "\(target)")
            #expect(compared <= 40)
        }
        let folded = SuffixIndex(letters.map { $0.map { $0 == 0x4A || $0 == 0x53 ? $0 + 32 : $0 } }, ignoresCase: true)
        let path = Array("/APP.Js".utf8)
        var compared = 0
        let found = folded.best(of: path.span, compared: &compared)
        #expect(found == 1)
    }

    private static func path(
        _ prefix: String, _ balancer: String = "shop", _ match: SiteConfiguration.Path.Match = .below
    ) -> SiteConfiguration.Path {
        var path = SiteConfiguration.Path(prefix: prefix, balancer: balancer)
        path.match = match
        return path
    }

    /// The paths in the order in which they go before one another.
    private static func ordered(_ paths: [SiteConfiguration.Path]) -> [SiteConfiguration.Path] {
        SiteConfiguration(host: .any, paths: paths).paths
    }

    @Test("many suffixes above many paths are kept once, and make kinds as many as there are balancers")
    func regions() throws {
        let count = 1_000
        let paths = Self.ordered(
            (0..<count).map { Self.path("/p\($0)", "b\($0 % 3)") }
                + (0..<count).map { Self.path("/", "files", .suffix(".e\($0)")) }
                + [Self.path("/p5", "other", .suffix(".e5")), Self.path("/one", "one", .exact), Self.path("/", "rest")])
        let guards = [Int](repeating: 0, count: paths.count)
        let likeness = PathLikeness(paths, guards: guards)
        let patterns = try #require(
            SitePatterns(
                paths, kinds: likeness.kinds, families: likeness.families, parameters: [], slashes: .judged))
        #expect(patterns.suffixCount == count + 1)
        // By each of the three balancers and the rest, and /p5, which has one suffix more.
        #expect(patterns.regionKindCount == 5)
        for (target, balancer) in [
            ("/p7/a", "b1"), ("/p7/a.e999", "files"), ("/p5/a.e5", "other"), ("/p5/a.e6", "files"), ("/one", "one"),
            ("/one/", "rest"), ("/p5", "b2"), ("/x.e0", "files"), ("/x", "rest"),
        ] {
            let bytes = Array(target.utf8)
            var compared = 0
            let found = try #require(patterns.find(plain: bytes.span, compared: &compared))
            #expect(paths[found].balancer == balancer, "\(target)")
            #expect(compared < 100)
        }
    }

    @Test("paths are one to members as by comparing each with each, and families go by the balancer")
    func likeness() {
        var kept = Self.path("/kept", "shop")
        kept.target = "/"
        var named = Self.path("/named", "shop")
        named.membersHost = .named("a.test")
        let elsewhere = ["/r", "/s"].map {
            SiteConfiguration.Path(prefix: $0, action: .redirect(RedirectConfiguration(target: "/x")))
        }
        let paths =
            [Self.path("/a", "shop"), Self.path("/b", "other"), Self.path("/c", "shop"), kept, named]
            + [Self.path("/d", "shop")] + elsewhere
        let likeness = PathLikeness(paths, guards: [0, 0, 0, 0, 0, 1, 0, 0])
        #expect(likeness.kinds == [0, 1, 0, 3, 4, 0, 6, 7])
        #expect(likeness.families == [0, 1, 0, 3, 0, 5, 6, 7])
    }
}
