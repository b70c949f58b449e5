import HTTP
import TestSupport
import Testing

@Suite struct CGIScriptTests {
    /// What a path comes to, in short: `name|info` of a program, `index`, `front`, `missing`, `refused`.
    private static func resolve(
        _ path: String, suffix: String = ".php", front: String = "/index.php", index: String = "index.php"
    ) -> String {
        let rules = GatewayRules(root: bytes("/srv"), index: bytes(index), suffix: bytes(suffix), front: bytes(front))
        let source = bytes(path)
        switch rules.resolve(source.span) {
        case .refused: return "refused"
        case .missing: return "missing"
        case .found(let script):
            switch script.source {
            case .front: return "front"
            case .index: return "index"
            case .named: return text(source, 0..<script.nameEnd) + "|" + text(source, script.nameEnd..<source.count)
            }
        }
    }

    static let named: [(String, String)] = [
        ("/index.php", "/index.php|"), ("/a/b/c.php", "/a/b/c.php|"), ("/a.php/", "/a.php|/"),
        ("/a.php/b", "/a.php|/b"), ("/a.php/b.php", "/a.php|/b.php"), ("/a.php/b.php/c", "/a.php|/b.php/c"),
        ("/a/b.php/c/d.php/e", "/a/b.php|/c/d.php/e"), ("/a.php//b", "/a.php|//b"), ("//a.php", "//a.php|"),
        ("/x//a.php", "/x//a.php|"), ("/a%2Ephp", "/a%2Ephp|"), ("/a%2ephp/x", "/a%2ephp|/x"),
        ("/a.%70hp", "/a.%70hp|"), ("/%61.php", "/%61.php|"), ("/a.ph%70/x", "/a.ph%70|/x"),
        ("/a%20b.php", "/a%20b.php|"), ("/a.php.php", "/a.php.php|"), ("/a.jpg.php", "/a.jpg.php|"),
        ("/a..php", "/a..php|"), ("/...php", "/...php|"), ("/a.p.php", "/a.p.php|"), ("/a.ph.php", "/a.ph.php|"),
        ("/%C3%A4.php", "/%C3%A4.php|"), ("/a;x.php", "/a;x.php|"), ("/a.php/x;y=1", "/a.php|/x;y=1"),
        ("/a.php/%C3%A4", "/a.php|/%C3%A4"), ("/.a.php", "/.a.php|"), ("/a.php/.php", "/a.php|/.php"),
        ("/a.php/...", "/a.php|/..."), ("/a.php/.x", "/a.php|/.x"), ("/a.php/%25", "/a.php|/%25"),
        ("/a.php/%2525", "/a.php|/%2525"), ("/%252e%252e/a.php", "/%252e%252e/a.php|"), ("/~u/a.php", "/~u/a.php|"),
        ("/a+b.php", "/a+b.php|"), ("/a,b=c@d:e.php", "/a,b=c@d:e.php|"), ("/a.php/x.jpg", "/a.php|/x.jpg"),
        ("/%FF.php", "/%FF.php|"), ("/%C0%AE%C0%AE/a.php", "/%C0%AE%C0%AE/a.php|"),
    ]

    static let others = [
        "/", "/a", "/a/", "/a/b", "/a.phpx", "/a.php5", "/a.PHP", "/a.Php", "/aphp", "/a.php;x", "/a.php;x/b",
        "/a.php%20",
        "/.php", "/.php/x", "/a.ph", "/a.ph/p", "/a./php", "/a.jpg", "/%2Ephp", "/php", "/a.php%3B", "/a.php%3Fx",
        "/a.php%23", "/a.php.", "/a.php..", "/...", "/....", "/a...", "/..a", "/.a", "/a%2E", "/%20", "/%7E", "//",
        "///",
        "/a//", "/a.html/b", "/%C3%A4", "/a.php~", "/a.php.bak", "/a_php", "/phpinfo", "/.well-known/x", "/a.php%25",
    ]

    static let refused = [
        "", "*", "a", "a.php", "/.", "/..", "/./", "/../", "/./a.php", "/../a.php", "/a/.", "/a/..", "/a/./b.php",
        "/a/../b.php", "/a.php/.", "/a.php/..", "/a.php/../b", "/a.php/./b", "/%2e", "/%2E", "/%2e%2e", "/%2E%2E",
        "/.%2e", "/%2e.", "/%2e/a.php", "/%2e%2e/a.php", "/.%2E/a.php", "/a/%2e%2e/b.php", "/a.php/%2e%2e/b",
        "/a.php/%2e", "/a.php/.%2e", "//../a.php", "/..//a.php", "/a/..//b", "/a/%2e%2E/",
        "/%00", "/a%00.php", "/a.php%00", "/a.php%00.jpg", "/a.jpg%00.php", "/a.php/%00", "/a.php/x%00y",
        "/%01", "/%09", "/%0a", "/%0A.php", "/a.php%0a", "/a.php/%0d", "/a.php%0d%0a", "/%1F", "/%7f", "/%7F.php",
        "/a%2Fb.php", "/a%2fb", "/a.php%2Fb", "/a.php%2fb", "/%2F", "/%2f%2f", "/%2Fa.php", "/a%2F..%2Fb.php",
        "/..%2Fa.php", "/a.php/b%2Fc", "/a%5Cb.php", "/a%5cb", "/%5C", "/a.php%5cb", "/..%5Ca.php", "/a.php/b%5Cc",
        "/a\\b.php", "/\\", "/..\\a.php", "/a.php\\b",
        "/%", "/%2", "/%zz", "/%2g", "/%g2", "/a%.php", "/a.php%", "/a.php/%", "/a.php/%4", "/%%", "/%%35c", "/%u002e",
        "/\u{0}", "/a\u{0}.php", "/a\u{1F}", "/a\u{7F}.php", "/a.php/\u{A}",
    ]

    @Test("RFC 3875 4.1.13: the first segment that ends as a program's name does ends the name", arguments: named)
    func names(_ path: String, _ expected: String) {
        #expect(Self.resolve(path) == expected)
        #expect(Self.resolve(path, front: "") == expected)
        // Behind folders, whatever they are called but a program.
        for folder in ["/x", "/x/y.z", "/%20", "/.git", "/a%2eb", "/php"] {
            #expect(Self.resolve(folder + path) == folder + expected)
        }
    }

    @Test("whatever names no program goes to the front one, or is missing", arguments: others)
    func front(_ path: String) {
        let isFolder = path.hasSuffix("/")
        #expect(Self.resolve(path) == "front")
        #expect(Self.resolve(path, front: "") == (isFolder ? "index" : "missing"))
        #expect(Self.resolve(path, front: "", index: "") == "missing")
    }

    @Test("a path that a file system may read in another way is refused, wherever that stands", arguments: refused)
    func refuses(_ path: String) {
        #expect(Self.resolve(path) == "refused" && Self.resolve(path, front: "") == "refused")
        guard path.hasPrefix("/") else { return }
        #expect(Self.resolve("/a/b" + path) == "refused" && Self.resolve("/a.php" + path) == "refused")
        #expect(Self.resolve(path + "/b.php") == "refused")
    }

    @Test("the folder that is asked for is the path")
    func folder() {
        let rules = GatewayRules(
            root: bytes("/srv/"), index: bytes("i.php"), suffix: bytes(".php"), front: [])
        #expect(text(rules.root) == "/srv")
        guard case .found(let script) = rules.resolve(bytes("/a%20b/").span) else {
            return #expect(Bool(false), "not found")
        }
        #expect(script.source == .index && script.nameEnd == 7)
    }

    @Test(
        "other suffixes, of several dots or none",
        arguments: [
            (".cgi", "/a.cgi/x", "/a.cgi|/x"), (".cgi", "/a.php", "front"),
            (".inc.php", "/a.inc.php/x", "/a.inc.php|/x"),
            (".inc.php", "/a.inc.inc.php", "/a.inc.inc.php|"), (".inc.php", "/a.php", "front"),
            ("run", "/dorun/x", "/dorun|/x"), ("run", "/run", "front"), ("", "/a/b", "/a|/b"), ("", "//a/b", "//a|/b"),
            ("", "/", "front"), (".%", "/a.%25/x", "/a.%25|/x"),
        ])
    func suffixes(_ suffix: String, _ path: String, _ expected: String) {
        #expect(Self.resolve(path, suffix: suffix) == expected)
    }

    @Test(
        "every byte in every place, as itself and as an escape", arguments: ["/a/b.php/c", "/x.php", "/a/b/", "/a%2eb"])
    func mutated(_ path: String) {
        let original = bytes(path)
        for index in original.indices {
            for byte in UInt8.min...UInt8.max {
                for isEscaped in [false, true] {
                    let digits = String(byte, radix: 16)
                    let written = isEscaped ? bytes("%" + (digits.count < 2 ? "0" : "") + digits) : [byte]
                    let source = Array(original[..<index]) + written + original[(index + 1)...]
                    let expected = ReferenceScript.resolve(source)
                    if Self.resolve(text(source)) != expected { Issue.record("\(text(source)) is \(expected)") }
                }
            }
        }
    }

    @Test("paths put together at random", .timeLimit(.minutes(10)))
    func random() {
        let pieces = [
            "/", "/", ".", "..", "a", "b", ".php", "php", "%2e", "%2F", "%00", "%", "%61", "\\", ";", "%25", "2e",
            "%C3%A4",
        ]
        var generator = SplitMix(seed: 11)
        for _ in 0..<60_000 {
            var path = generator.next() % 16 == 0 ? "" : "/"
            for _ in 0..<(generator.next() % 8) { path += pieces[Int(generator.next() >> 8) % pieces.count] }
            let expected = ReferenceScript.resolve(bytes(path))
            if Self.resolve(path) != expected { Issue.record("\(path) is \(expected)") }
        }
    }
}

/// Finds the program of a path another way: decoded into segments first, then looked through.
enum ReferenceScript {
    static func resolve(_ path: [UInt8]) -> String {
        guard path.first == UInt8(ascii: "/") else { return "refused" }
        let raw = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            Array($0)
        }
        var found: Int?
        var end = 0
        for segment in raw {
            end += 1 + segment.count
            guard let decoded = decode(segment) else { return "refused" }
            let isHostile = decoded.contains { $0 < 32 || $0 == 127 || $0 == 47 || $0 == 92 }
            if isHostile || decoded == [46] || decoded == [46, 46] { return "refused" }
            if found == nil, decoded.count > 4, decoded.suffix(4).elementsEqual(bytes(".php")) { found = end }
        }
        return found.map { text(path, 0..<$0) + "|" + text(path, $0..<path.count) } ?? "front"
    }

    private static func decode(_ segment: [UInt8]) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = segment[...]
        while let byte = rest.popFirst() {
            guard byte == 37 else {
                decoded.append(byte)
                continue
            }
            let digits = text(Array(rest.prefix(2)))
            guard digits.count == 2, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        return decoded
    }
}
