import Bytes
import HTTP
import TestSupport
import Testing

@Suite struct FilePathTests {
    private static let ofPHP = HiddenNames(suffixes: [".php", ".phtml", ".phar", ".inc"])

    /// What a path comes to: the file's path, with a slash behind it for a folder, or `!` and why it is refused.
    static func resolve(
        _ path: [UInt8], below prefix: Int = 0, hiding hidden: HiddenNames = ofPHP, room: Int = 8192
    ) -> String {
        var resolution: FilePath.Resolution?
        let result = [UInt8](capacity: room) { output in
            resolution = FilePath.resolve(path.span, below: prefix, hiding: hidden, into: &output)
        }
        switch resolution {
        case .file: return text(result)
        case .folder: return text(result) + "/"
        case .refused(let refusal): return "!\(refusal.code)"
        case nil: return "?"
        }
    }

    private func resolve(_ path: String, below prefix: Int = 0) -> String {
        Self.resolve(bytes(path), below: prefix)
    }

    /// Spellings, and what they come to.
    static let cases: [(path: String, file: String)] = [
        // Slashes.
        ("", ""), ("/", "/"), ("//", "/"), ("///", "/"), ("/a", "a"), ("/a/", "a/"), ("/a//", "a/"), ("//a", "a"),
        ("///a///b///", "a/b/"), ("/a/b/c.png", "a/b/c.png"), ("/a//b", "a/b"), ("a", "a"), ("a/b", "a/b"),
        // Escapes, decoded once.
        ("/%61", "a"), ("/%41", "A"), ("/A", "A"), ("/a%20b", "a b"), ("/a+b", "a+b"), ("/%7Eann/x", "~ann/x"),
        ("/%7eann", "~ann"), ("/a%25b", "a%b"), ("/a%2525", "a%25"), ("/%2561", "%61"), ("/%252e%252e/x", "%2e%2e/x"),
        ("/%252e", "%2e"), ("/%252f", "%2f"), ("/..%252f..%252fx", "!hidden"), ("/%255c", "%5c"), ("/%2500", "%00"),
        ("/x%252ephp", "x%2ephp"), ("/%3f", "?"), ("/a%23b", "a#b"), ("/%26%3d%3A", "&=:"), ("/a%3Bb", "a;b"),
        ("/%c3%a9", "\u{C3}\u{A9}"), ("/%C3%A9", "\u{C3}\u{A9}"), ("/%e2%82%ac", "\u{E2}\u{82}\u{AC}"),
        ("/%f0%9f%98%80", "\u{F0}\u{9F}\u{98}\u{80}"), ("/%e9", "\u{E9}"), ("/\u{E9}", "\u{E9}"),
        ("/%ff%fe", "\u{FF}\u{FE}"), ("/%80", "\u{80}"), ("/%c0", "\u{C0}"), ("/%c0x", "\u{C0}x"),
        ("/%e0%a0%80", "\u{E0}\u{A0}\u{80}"), ("/%f0%90%80%80", "\u{F0}\u{90}\u{80}\u{80}"),
        ("/%c0/%ae", "\u{C0}/\u{AE}"),
        // Escapes that are none.
        ("/%", "!malformed-escape"), ("/%4", "!malformed-escape"), ("/%4g", "!malformed-escape"),
        ("/%g4", "!malformed-escape"), ("/%%41", "!malformed-escape"), ("/a%", "!malformed-escape"),
        ("/100%.png", "!malformed-escape"), ("/%u002e", "!malformed-escape"), ("/%u2215", "!malformed-escape"),
        ("/% 41", "!malformed-escape"), ("/%+1", "!malformed-escape"), ("/%-1", "!malformed-escape"),
        ("/%0x", "!malformed-escape"), ("/%2", "!malformed-escape"), ("/%2/e", "!malformed-escape"),
        ("/%;e", "!malformed-escape"), ("/a/%zz/b", "!malformed-escape"), ("/%\u{FF}1", "!malformed-escape"),
        // Controls.
        ("/%00", "!control"), ("/a%00.png", "!control"), ("/x.php%00.png", "!control"), ("/%00/a", "!control"),
        ("/%01", "!control"), ("/%09", "!control"), ("/%0a", "!control"), ("/%0d%0aX: y", "!control"),
        ("/%1f", "!control"), ("/%7f", "!control"), ("/a\u{0}", "!control"), ("/a\t", "!control"),
        ("/a\u{7F}", "!control"),
        ("/..%00/x", "!control"), ("/%2e%2e%00", "!control"), ("/a/%1b[31m", "!control"),
        // Slashes and backslashes within names.
        ("/a%2fb", "!separator"), ("/a%2Fb", "!separator"), ("/%2f", "!separator"), ("/%2f%2fetc", "!separator"),
        ("/a\\b", "!separator"), ("/\\", "!separator"), ("/\\etc", "!separator"), ("/a%5cb", "!separator"),
        ("/a%5Cb", "!separator"), ("/C:%5Cx", "!separator"), ("/%5c%5chost%5cx", "!separator"),
        ("/a/..%5c..%5cx", "!separator"), ("/..\\x", "!separator"), ("/a;%2f/b", "a/b"), ("/a;\\/b", "a/b"),
        // Characters of more bytes than they need.
        ("/%c0%ae", "!overlong"), ("/%c0%ae%c0%ae/x", "!overlong"), ("/%C0%AE%C0%AE/x", "!overlong"),
        ("/%c0%af", "!overlong"), ("/a%c0%afb", "!overlong"), ("/%c1%9c", "!overlong"), ("/%c1%81", "!overlong"),
        ("/%e0%80%ae", "!overlong"), ("/%e0%80%af", "!overlong"), ("/%e0%81%9c", "!overlong"),
        ("/%e0%9f%bf", "!overlong"), ("/%f0%80%80%ae", "!overlong"), ("/%f0%80%80%af", "!overlong"),
        ("/%f0%8f%bf%bf", "!overlong"), ("/%f8%80%80%80%ae", "!overlong"), ("/%fc%80%80%80%80%ae", "!overlong"),
        ("/%c0%80", "!overlong"), ("/x%c0%aephp", "!overlong"), ("/.%c0%ae/x", "!overlong"),
        ("/\u{C0}\u{AE}", "!overlong"), ("/\u{C0}%ae", "!overlong"), ("/%c0\u{AF}", "!overlong"),
        // Parameters.
        ("/a;x", "a"), ("/a;", "a"), ("/a;/", "a/"), ("/a;x/", "a/"), ("/a;x/b;y", "a/b"), ("/a;x=1;y=2/b", "a/b"),
        ("/;x", "/"), (";x", ""), ("/;x/b", "b"), ("/a/;x/b", "a/b"), ("/a/;x", "a/"), (";x/a", "a"),
        ("/a.png;jsessionid=0123.node1", "a.png"), ("/a;%00", "a"), ("/a;%", "a"), ("/a;..", "a"), ("/a;../b", "a/b"),
        ("/a;/../b", "!dot-segment"), ("/..;/x", "!dot-segment"), ("/..;a=b/x", "!dot-segment"),
        ("/.;/x", "!dot-segment"), ("/%2e%2e;/x", "!dot-segment"), ("/a/..;/..;/x", "!dot-segment"),
        ("/..;", "!dot-segment"), ("/..;;/x", "!dot-segment"), ("/..%3B/x", "!hidden"), ("/..%3b/..%3b/x", "!hidden"),
        // Dots.
        ("/.", "!dot-segment"), ("/..", "!dot-segment"), ("/./", "!dot-segment"), ("/../", "!dot-segment"),
        ("/a/.", "!dot-segment"), ("/a/..", "!dot-segment"), ("/a/./b", "!dot-segment"), ("/a/../b", "!dot-segment"),
        ("/../etc/passwd", "!dot-segment"), ("//../x", "!dot-segment"), ("..", "!dot-segment"), (".", "!dot-segment"),
        ("/%2e", "!dot-segment"), ("/%2E", "!dot-segment"), ("/%2e%2e", "!dot-segment"), ("/.%2e/x", "!dot-segment"),
        ("/%2e./x", "!dot-segment"), ("/a/%2E%2e/x", "!dot-segment"), ("/a/b/../../../x", "!dot-segment"),
        ("/...", "!hidden"), ("/....", "!hidden"), ("/....//x", "!hidden"), ("/.../x", "!hidden"), ("/..a", "!hidden"),
        ("/a.", "a."), ("/a..", "a.."), ("/a../x", "a../x"), ("/a..b", "a..b"), ("/a.b.c", "a.b.c"),
        ("/.. /x", "!hidden"), ("/..%20/x", "!hidden"), ("/%20../x", " ../x"),
        // Names that begin with a dot.
        ("/.git", "!hidden"), ("/.git/", "!hidden"), ("/.git/config", "!hidden"), ("/a/.git/config", "!hidden"),
        ("/.htaccess", "!hidden"), ("/.env", "!hidden"), ("/%2eenv", "!hidden"), ("/%2Egit/HEAD", "!hidden"),
        ("/a/.b/c", "!hidden"), ("/.svn/entries", "!hidden"), ("/.DS_Store", "!hidden"), ("/.user.ini", "!hidden"),
        ("/.x.php.swp", "!hidden"), ("//.git/config", "!hidden"), ("/;x/.git/config", "!hidden"),
        ("/.git;x/a", "!hidden"),
        ("/.;git", "!dot-segment"), ("/a.git/x", "a.git/x"), ("/a/b.env", "a/b.env"),
        ("/.well-known/acme-challenge/t", ".well-known/acme-challenge/t"), ("/.well-known", ".well-known"),
        ("/.well-known/", ".well-known/"), ("/a/.well-known/b", "a/.well-known/b"), ("/.Well-Known/x", "!hidden"),
        ("/%2ewell-known/x", ".well-known/x"), ("/.well-known;x/a", ".well-known/a"), ("/.well-knownx", "!hidden"),
        ("/.well-know", "!hidden"), ("/.well-known/.git/x", "!hidden"), ("/.well-known/../x", "!dot-segment"),
        ("/.well-known/x.php", "!hidden"), ("/.well_known/x", "!hidden"),
        // Scripts.
        ("/x.php", "!hidden"), ("/a/x.php", "!hidden"), ("/x.PHP", "!hidden"), ("/x.pHp", "!hidden"),
        ("/x.phtml", "!hidden"), ("/x.phar", "!hidden"), ("/x.inc", "!hidden"), ("/X.INC", "!hidden"),
        ("/x.php/", "!hidden"), ("/x.php//", "!hidden"), ("/x.php;x", "!hidden"), ("/x.php;/", "!hidden"),
        ("/x.php;x=.png", "!hidden"), ("/x.php;.png", "!hidden"), ("/x%2ephp", "!hidden"), ("/x%2Ephp", "!hidden"),
        ("/x.%70hp", "!hidden"), ("/x.ph%70", "!hidden"), ("/%78%2e%70%68%70", "!hidden"), ("/x.ph%50", "!hidden"),
        ("/x.php.", "!hidden"), ("/x.php..", "!hidden"), ("/x.php%20", "!hidden"), ("/x.php.%20.", "!hidden"),
        ("/x.php~", "!hidden"), ("/x.php.bak", "!hidden"), ("/x.php.BAK", "!hidden"), ("/x.php.old", "!hidden"),
        ("/x.php.orig", "!hidden"), ("/x.php.save", "!hidden"), ("/x.php.swp", "!hidden"), ("/x.php.tmp", "!hidden"),
        ("/x.php.gz", "!hidden"), ("/x.php.br", "!hidden"), ("/x.php.zst", "!hidden"), ("/x.php.bak.gz", "!hidden"),
        ("/x.php.bak~", "!hidden"), ("/x.php%7e", "!hidden"), ("/x.php/;x", "!hidden"), ("/;x/x.php", "!hidden"),
        ("//x.php", "!hidden"), ("/x.php%3Bx", "x.php;x"), ("/x.php%3f", "x.php?"), ("/x.php%23", "x.php#"),
        ("/x.php/a.png", "x.php/a.png"), ("/lib.inc/a.css", "lib.inc/a.css"), ("/x.php.png", "x.php.png"),
        ("/x.php.html", "x.php.html"), ("/x.php5x", "x.php5x"), ("/php", "php"), ("/xphp", "xphp"),
        ("/.php", "!hidden"),
        ("/x.p%68%70/", "!hidden"), ("/x.html~", "x.html~"), ("/a.bak", "a.bak"), ("/a.gz", "a.gz"), ("/~", "~"),
        ("/x.php%20/", "!hidden"), ("/x.include", "x.include"), ("/x.inc.js", "x.inc.js"), ("/.php/x", "!hidden"),
    ]

    @Test("a path is that of one file, or of none", arguments: cases)
    func spellings(_ path: String, _ file: String) {
        #expect(resolve(path) == file)
    }

    /// Ways to write a segment that leads up.
    private static let up = [
        "..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "..;", "..;x=1", "%2e%2e;a", "..%00", "..%2f", "..%5c", "..\\",
        "%c0%ae%c0%ae", "%252e%252e", ".", "%2e", ".;", "..%3b",
    ]
    /// Ways to write what is between segments.
    private static let between = ["/", "//", "/;x/", "/a;b/", "%2f", "%5c", "\\", "/%2f/", "///"]

    @Test("no spelling of a segment that leads up leads anywhere, wherever it stands")
    func crossed() {
        var count = Self.cases.count
        for up in Self.up {
            for between in Self.between {
                for path in ["/\(up)\(between)etc", "/a\(between)\(up)\(between)\(up)\(between)x"] {
                    count += 1
                    let file = resolve(path)
                    // Decoded once, what is escaped twice is a name, and so is a segment of letters and dots.
                    let isName = up == "%252e%252e" && !between.contains("%") && !between.contains("\\")
                    #expect(file.hasPrefix("!") != isName, "\(path): \(file)")
                    #expect(!isName || file.contains("%2e%2e"), "\(path): \(file)")
                }
            }
        }
        #expect(count >= 450, "spellings that are tried: \(count)")
    }

    @Test(
        "what the place's own prefix takes is no part of the file's path",
        arguments: [
            ("/static", "/static", ""), ("/static/", "/static", "/"), ("/static/a.css", "/static", "a.css"),
            ("/static;x/a.css", "/static", "a.css"), ("/static;x", "/static", ""), ("//static//a", "/static", "a"),
            ("/%73tatic/a", "/static", "a"), ("/a/b/c", "/a/b", "c"), ("/a", "/", "a"), ("/", "/", "/"),
            ("/static/../a", "/static", "!dot-segment"), ("/static/.git/a", "/static", "!hidden"),
            ("/.git/a", "/.git", "a"), ("/x.php", "/x.php", ""),
        ])
    func prefixes(_ path: String, _ prefix: String, _ file: String) {
        let (source, declared) = (bytes(path), bytes(prefix))
        let isBelow = PathReader.path(source.span, hasPrefix: declared.span)
        #expect(isBelow)
        let count = PathReader.count(ofPrefix: declared.span, in: source.span)
        #expect(resolve(path, below: count) == file)
    }

    @Test("bytes and segments are bounded, as is the room")
    func bounds() {
        let name = String(repeating: "n", count: 255)
        #expect(resolve("/\(name)") == name && resolve("/\(name)n") == "!too-long")
        #expect(resolve("/" + String(repeating: "%6e", count: 255)) == name)
        let deep = Array(repeating: "d", count: 64).joined(separator: "/")
        #expect(
            resolve("/\(deep)") == deep && resolve("/\(deep)/") == deep + "/" && resolve("/\(deep)/d") == "!too-long")
        #expect(resolve("/" + String(repeating: "//d", count: 64)) == deep)
        let long = Array(repeating: name, count: 16).joined(separator: "/")
        #expect(resolve("/" + long.dropLast()) == "\(long.dropLast())" && long.utf8.count == 4095)
        #expect(resolve("/" + long) == long && resolve("/\(long)/n") == "!too-long")
        for room in 0..<8 {
            #expect(Self.resolve(bytes("/abc/def"), room: room) == "!too-long")
        }
        #expect(Self.resolve(bytes("/abc/def"), room: 9) == "abc/def")
    }

    @Test("what is hidden is what is told to be")
    func hiding() {
        let own = HiddenNames(suffixes: [".Conf", "secret.txt", ""])
        for (path, file) in [
            ("/x.php", "x.php"), ("/a.conf", "!hidden"), ("/a.CONF", "!hidden"), ("/secret.txt", "!hidden"),
            ("/topsecret.txt", "!hidden"), ("/secret.txt.gz", "!hidden"), ("/secret.tx", "secret.tx"),
            ("/.env", "!hidden"), ("/a.conf/b", "a.conf/b"),
        ] {
            #expect(Self.resolve(bytes(path), hiding: own) == file)
        }
        let nothing = HiddenNames(suffixes: [])
        #expect(Self.resolve(bytes("/x.php"), hiding: nothing) == "x.php")
        #expect(Self.resolve(bytes("/.git"), hiding: nothing) == "!hidden")
    }

    @Test("whatever the bytes, what comes out stays below its folder")
    func anyBytes() {
        var random = SplitMix(seed: 5)
        let pieces = [
            "/", "..", ".", ";", "%2e", "%2f", "%5c", "\\", "%00", "%25", "a", "b.php", "%c0", "%ae", "%", "x", "~",
            " ",
            ".well-known", "%3b", "%0a", ".gz",
        ].map(bytes)
        for _ in 0..<50_000 {
            var path: [UInt8] = [0x2F]
            for _ in 0..<Int.random(in: 0..<9, using: &random) { path += pieces.randomElement(using: &random)! }
            let file = Self.resolve(path)
            guard !file.hasPrefix("!") else { continue }
            let name = file.hasSuffix("/") ? String(file.dropLast()) : file
            guard !name.isEmpty else { continue }
            for segment in name.split(separator: "/", omittingEmptySubsequences: false) {
                #expect(!segment.isEmpty && (!segment.hasPrefix(".") || segment == ".well-known"), "\(text(path))")
                #expect(!segment.contains { $0 == "\\" || $0.unicodeScalars.contains { $0.value < 0x20 } })
            }
            #expect(!name.hasSuffix(".php") && !name.hasSuffix(".php.gz"), "\(text(path))")
            // Escaped anew, it names the same.
            let escaped = bytes(file).map {
                $0 == 0x2F ? "/" : "%" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            #expect(resolve("/" + escaped.joined()) == file)
        }
    }

    @Test("each refusal has a name of its own")
    func codes() {
        #expect(Set(FilePath.Refusal.allCases.map { "\($0.code)" }).count == FilePath.Refusal.allCases.count)
    }
}
