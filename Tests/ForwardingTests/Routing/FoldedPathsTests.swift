import Forwarding
import Model
import Testing

/// The paths of a site without regard to letters' case.
@Suite("Paths in lower case")
struct FoldedPathsTests {
    private static func path(
        _ prefix: String, _ match: SiteConfiguration.Path.Match = .below
    ) -> SiteConfiguration.Path {
        var path = SiteConfiguration.Path(prefix: prefix, balancer: "shop")
        path.match = match
        return path
    }

    @Test("the longest path around a name, in each spelling; a segment is none that only begins so")
    func around() {
        var folded = FoldedPaths(["/a/b/c", "/A/b", "/a/B", "/a", "/"].map { Self.path($0) })
        #expect(folded.below("/a/b/c/d") == [0])
        #expect(folded.below("/a/b/cd") == [1, 2])
        #expect(folded.below("/a/b") == [1, 2])
        #expect(folded.below("/a/") == [3] && folded.below("/ab") == [4] && folded.below("/") == [4])
        var bare = FoldedPaths([Self.path("/a")])
        #expect(bare.below("/b").isEmpty && bare.below("/").isEmpty)
    }

    @Test("an exact path, and what is declared below the same name in another spelling")
    func exact() {
        var folded = FoldedPaths([Self.path("/One", .exact), Self.path("/One"), Self.path("/one")])
        #expect(folded.exact("/one") == [0, 2] && folded.exact("/two").isEmpty)
    }

    @Test("the suffixes below a name: of equal ones there is one, the best ones first; the others are further out")
    func suffixes() {
        var folded = FoldedPaths([
            Self.path("/a/b", .suffix(".png")), Self.path("/A", .suffix(".PNG")), Self.path("/a", .suffix(".png")),
            Self.path("/", .suffix(".gif")),
        ])
        func told(_ name: String) -> [[Int]] { folded.suffixes(at: name).map { $0.members } }
        #expect(told("/a/b") == [[0]] && told("/a") == [[1, 2]] && told("/") == [[3]] && told("/c").isEmpty)
        let letters = ["/a", "/"].map { folded.suffixes(at: $0).map { $0.letters } }
        #expect(letters == [[1], [0]])
        #expect(folded.suffixed(around: "/a/b/c") == "/a/b" && folded.suffixed(around: "/a/b") == "/a")
        #expect(folded.suffixed(around: "/c") == "/" && folded.suffixed(around: "/") == nil)
    }

    @Test("of thousands of paths only those around a name are looked at", arguments: [100, 8_000])
    func counted(count: Int) {
        var folded = FoldedPaths((0..<count).map { Self.path("/App/\($0)") } + [Self.path("/", .suffix(".php"))])
        for number in 0..<count {
            #expect(folded.below("/app/\(number)") == [number])
            #expect(folded.suffixes(at: "/app/\(number)").isEmpty)
            #expect(folded.suffixed(around: "/app/\(number)") == "/")
        }
        // Its own name twice, and the two around it, whatever others there are.
        #expect(folded.lookups == 4 * count)
    }
}
