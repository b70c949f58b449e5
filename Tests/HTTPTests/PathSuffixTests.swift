import HTTP
import Testing

/// Whether the last segment of a path ends in some letters, for everybody who reads it.
@Suite("PathSuffix") struct PathSuffixTests {
    private func verdict(_ path: String, _ suffix: String = ".php") -> PathSuffix.Verdict {
        let (path, suffix) = (Array(path.utf8), Array(suffix.utf8))
        return PathSuffix.verdict(path.span, suffix: suffix.span)
    }

    @Test(
        "what ends so however it is read",
        arguments: [
            "/a%20b.php", "/a%C3%A9/x.php", "/a/../x.php", "/x;y/z.php", "/group%2Fproject/x.php", "/a//b.php",
            "/%41.php", "/.well-known/x.php", "/x.php/%41.php", "/a\\b.php", "/a%2F..%2Fx.php",
        ])
    func has(path: String) {
        #expect(verdict(path) == .has)
    }

    @Test(
        "what some may take for such, and others not",
        arguments: [
            "/x.php%00", "/x.php%00.txt", "/x.php;y", "/x.php%3By", "/x.php%3f.txt", "/x.php%23", "/x%2ephp",
            "/x.%70hp", "/x.p%68p", "/x%252ephp", "/x.php%20", "/x.php%09", "/x.ph%09p", "/x.php%2F", "/x.php%5C",
            "/x.php\\", "/x.php/.", "/x.php/a/..", "/x.php/%2e", "/x.php%2F.", "//x.php", "/%2Fx.php", "/\\x.php",
            "/a%00/x.php", "/a;b%2Fx.php", "/a;b.php", "/a%3Bb.php", "/a%3F/x.php", "/a%253Fb.php", "/.//x.php",
            "/a%/x.php", "/x.php%2500", "/x.php%%30%30", "/x%2E%70%68%70",
        ])
    func depends(path: String) {
        #expect(verdict(path) == .depends)
    }

    @Test(
        "what nobody takes for such",
        arguments: [
            "/x%20y", "/x.phpx%20", "/x.php/%41", "/a/../x.ph", "/x.PHP%41", "/%2e%2e/x", "/x.php5%00", "/php%00",
            "/x.php//y%20",
        ])
    func hasNot(path: String) {
        #expect(verdict(path) == .hasNot)
    }

    @Test("an escape's digits are no letters of a suffix")
    func escapes() {
        let (path, suffix) = (Array("/x%2e".utf8), Array("2e".utf8))
        let ends = PathSuffix.ends(path.span, with: suffix.span)
        #expect(!ends)
        #expect(verdict("/x%41", "1") == .depends)
    }

    @Test("a long path is doubtful before it costs much")
    func long() {
        #expect(verdict("/%41" + String(repeating: ".", count: 8_000)) == .depends)
    }
}
