import Session
import TestSupport
import Testing

@Suite("SessionReader", .tags(.session))
struct SessionReaderTests {
    static let routes = ["node1", "node2", "node.3", "node4"]

    /// A request, and what it asks for: source, session, route and member of each candidate, then the first unknown
    /// route.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var target = "/"
        var cookies: [String] = []
        var separator: UInt8? = AffinityKeys.separatorDefault
        var semicolons = false
        var expected: [String] = []
        var unknown: String?
    }

    static let cookieCases = [
        Case(testDescription: "no session"),
        Case(
            testDescription: "a cookie with a route", cookies: ["JSESSIONID=abc.node1"],
            expected: ["cookie0 abc node1 0"]),
        Case(testDescription: "a cookie without a route", cookies: ["JSESSIONID=abc"]),
        Case(testDescription: "a cookie with an empty route", cookies: ["JSESSIONID=abc."]),
        Case(
            testDescription: "an empty session with a route", cookies: ["JSESSIONID=.node2"],
            expected: ["cookie0  node2 1"]),
        Case(testDescription: "an unknown route", cookies: ["JSESSIONID=abc.nodeX"], unknown: "cookie0 abc nodeX"),
        Case(
            testDescription: "the first separator counts", cookies: ["JSESSIONID=abc.node.3"],
            expected: ["cookie0 abc node.3 2"]),
        Case(
            testDescription: "several routes: the best one first", cookies: ["JSESSIONID=abc.node2.node1"],
            expected: ["cookie0 abc node2 1", "cookie0 abc node1 0"]),
        Case(
            testDescription: "several routes, some of nobody", cookies: ["JSESSIONID=a.b..node4.node4.x.node1."],
            expected: ["cookie0 a node4 3", "cookie0 a node1 0"]),
        Case(
            testDescription: "several routes, all of nobody", cookies: ["JSESSIONID=a.b.c"], unknown: "cookie0 a b.c"),
        Case(
            testDescription: "several routes, too many", cookies: ["JSESSIONID=a.1.2.3.4.5.6.7.8.node1"],
            unknown: "cookie0 a 1.2.3.4.5.6.7.8.node1"),
        Case(
            testDescription: "among other cookies", cookies: ["a=b; JSESSIONID=abc.node2; c=d"],
            expected: ["cookie0 abc node2 1"]),
        Case(
            testDescription: "no prefix or suffix of the name",
            cookies: ["XJSESSIONID=a.node1; JSESSIONIDX=a.node1; JSESSIONI=a.node1"]),
        Case(testDescription: "the name has a case", cookies: ["jsessionid=a.node1; JSessionID=a.node1"]),
        Case(testDescription: "not within another value", cookies: ["a=JSESSIONID=x.node1; b=\"JSESSIONID=x.node1\""]),
        Case(
            testDescription: "a quoted value", cookies: [#"JSESSIONID="abc.node1""#],
            expected: ["cookie0 abc node1 0"]),
        Case(
            testDescription: "in the second Cookie field", cookies: ["a=b", "JSESSIONID=abc.node1"],
            expected: ["cookie1 abc node1 0"]),
        Case(
            testDescription: "several cookies of the name, in order",
            cookies: ["JSESSIONID=a.node2; JSESSIONID=b", "JSESSIONID=c.gone; JSESSIONID=d.node1"],
            expected: ["cookie0 a node2 1", "cookie1 d node1 0"], unknown: "cookie1 c gone"),
        Case(
            testDescription: "one member is asked for once", cookies: ["JSESSIONID=a.node1; JSESSIONID=b.node1"],
            expected: ["cookie0 a node1 0"]),
        Case(
            testDescription: "another separator", cookies: ["JSESSIONID=a.b!node1"], separator: UInt8(ascii: "!"),
            expected: ["cookie0 a.b node1 0"]),
        Case(
            testDescription: "no separator: all of it is the route", cookies: ["JSESSIONID=node.3"], separator: nil,
            expected: ["cookie0 node.3 node.3 2"]),
        Case(testDescription: "no separator, an empty value", cookies: ["JSESSIONID="], separator: nil),
    ]

    static let targetCases = [
        Case(testDescription: "a path parameter", target: "/app;jsessionid=abc.node1", expected: ["path abc node1 0"]),
        Case(
            testDescription: "before a query", target: "/app;jsessionid=abc.node1?x=y", expected: ["path abc node1 0"]),
        Case(
            testDescription: "on an inner segment", target: "/app;jsessionid=abc.node1/page",
            expected: ["path abc node1 0"]),
        Case(
            testDescription: "after another parameter", target: "/a;v=1/b;w;jsessionid=abc.node1",
            expected: ["path abc node1 0"]),
        Case(
            testDescription: "before another parameter", target: "/a;jsessionid=abc.node1;v=1",
            unknown: "path abc node1;v=1"),
        Case(
            testDescription: "before another parameter, semicolons delimit", target: "/a;jsessionid=abc.node1;v=1",
            semicolons: true,
            expected: ["path abc node1 0"]),
        Case(
            testDescription: "an ampersand ends it", target: "/a;jsessionid=abc.node1&v=1",
            expected: ["path abc node1 0"]),
        Case(testDescription: "the name without a value", target: "/a;jsessionid;jsessionid="),
        Case(
            testDescription: "no prefix or suffix",
            target: "/jsessionid=a.node1;xjsessionid=a.node1;jsessionidx=a.node1"),
        Case(testDescription: "the name has a case", target: "/a;JSESSIONID=a.node1?JSESSIONID=a.node1"),
        Case(testDescription: "nothing is decoded", target: "/a%3Bjsessionid=a.node1;jsessionid=a%2Enode1"),
        Case(
            testDescription: "the first of the query", target: "/a?jsessionid=abc.node2",
            expected: ["query abc node2 1"]),
        Case(
            testDescription: "inside of the query", target: "/a?x=y&jsessionid=abc.node2&z",
            expected: ["query abc node2 1"]),
        Case(
            testDescription: "in a query after an empty parameter", target: "/a?&&jsessionid=abc.node2",
            expected: ["query abc node2 1"]),
        Case(testDescription: "no semicolon in the query", target: "/a?x=y;jsessionid=abc.node2"),
        Case(
            testDescription: "a semicolon in the query, semicolons delimit", target: "/a?x=y;jsessionid=abc.node2;z",
            semicolons: true,
            expected: ["query abc node2 1"]),
        Case(
            testDescription: "a slash in the query is data", target: "/a?jsessionid=abc.node2/",
            unknown: "query abc node2/"),
        Case(
            testDescription: "a second question mark ends it", target: "/a?jsessionid=abc.node2?",
            expected: ["query abc node2 1"]),
        Case(
            testDescription: "path before query", target: "/a;jsessionid=x.node1?jsessionid=y.node2",
            expected: ["path x node1 0", "query y node2 1"]),
        Case(testDescription: "an empty target", target: ""),
        Case(testDescription: "odd targets", target: ";?;&=?jsessionid"),
        Case(testDescription: "nothing but the parameter", target: ";jsessionid=.node1", expected: ["path  node1 0"]),
        Case(testDescription: "the asterisk", target: "*"),
        Case(
            testDescription: "the absolute form", target: "http://shop.example.com/a;jsessionid=abc.node1?q",
            expected: ["path abc node1 0"]),
    ]

    static let bothCases = [
        Case(
            testDescription: "the URL wins", target: "/a;jsessionid=x.node2", cookies: ["JSESSIONID=y.node1"],
            expected: ["path x node2 1", "cookie0 y node1 0"]),
        Case(
            testDescription: "the URL without a route does not hide the cookie", target: "/a;jsessionid=x",
            cookies: ["JSESSIONID=y.node1"], expected: ["cookie0 y node1 0"]),
        Case(
            testDescription: "the URL with an unknown route does not hide the cookie", target: "/a?jsessionid=x.gone",
            cookies: ["JSESSIONID=y.node1"], expected: ["cookie0 y node1 0"], unknown: "query x gone"),
    ]

    @Test("what a request asks for", arguments: cookieCases + targetCases + bothCases)
    func asks(example: Case) {
        let result = read(example, cookies: example.cookies.map { Array($0.utf8) })
        #expect(result.known == example.expected)
        #expect(result.unknown == example.unknown)
    }

    @Test("keys without names read nothing")
    func withoutNames() {
        let reader = SessionReader(keys: AffinityKeys(cookie: nil, parameter: ""), routes: Self.routes)
        var candidates = RouteCandidates()
        reader.read(target: Array("/;=a.node1?=a.node1".utf8).span, into: &candidates)
        reader.read(cookies: Array("=a.node1; JSESSIONID=a.node1".utf8).span, into: &candidates)
        #expect(candidates.count == 0 && candidates.unknown == nil)
    }

    @Test("the first eight members are kept, and 10,000 cookies are survived")
    func many() {
        let routes = (0..<1_000).map { "node\($0)" }
        let reader = SessionReader(keys: AffinityKeys(cookie: "S", parameter: nil), routes: routes)
        let cookies = (0..<10_000).map { "S=\($0).node\($0 * 7 % 1_000)" }.joined(separator: "; ")
        var candidates = RouteCandidates()
        reader.read(cookies: Array("S=x.gone; S=x.away".utf8).span, into: &candidates)
        reader.read(cookies: Array(cookies.utf8).span, into: &candidates)
        #expect(candidates.count == Limits.candidatesMax)
        #expect((0..<candidates.count).map { candidates[$0].member } == (0..<8).map { $0 * 7 })
        #expect(candidates.unknown?.route == 4..<8)
    }

    @Test("the right cookie is found at the end of 10,000 others")
    func last() {
        let reader = SessionReader(keys: AffinityKeys(cookie: "JSESSIONID", parameter: nil), routes: Self.routes)
        let cookies = (0..<10_000).map { "JSESSIONI\($0)=a.node1" }.joined(separator: "; ") + "; JSESSIONID=a.node4"
        var candidates = RouteCandidates()
        reader.read(cookies: Array(cookies.utf8).span, into: &candidates)
        #expect(candidates.count == 1 && candidates[0].member == 3)
    }

    @Test(
        "any target and any cookies are read as the reference reads them", .tags(.fuzz),
        arguments: 1...20 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let pieces = [
            "jsessionid", "JSESSIONID=", ";jsessionid=", "?jsessionid=", "&jsessionid=", "x", "=", ";", "?", "&", "/",
            ".", "node1",
            ".node2", ".node.3", " ", "\"", "\0", "é", "!",
        ]
        for _ in 0..<3_000 {
            let target = generator.bytes(of: pieces, count: Int.random(in: 0...12, using: &generator))
            let cookies = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                generator.bytes(of: pieces, count: Int.random(in: 0...12, using: &generator))
            }
            let separator = [UInt8(ascii: "."), UInt8(ascii: "!"), nil].randomElement(using: &generator)!
            let example = Case(
                testDescription: "", target: String(decoding: target, as: UTF8.self), separator: separator,
                semicolons: Bool.random(using: &generator))
            let result = read(example, cookies: cookies)
            let expected = expectation(example, cookies: cookies)
            #expect(result.known == expected.known, "\(example.target) \(cookies)")
            #expect(result.unknown == expected.unknown, "\(example.target) \(cookies)")
        }
    }

    @Test("a former route leads to its member, unless another one has it now")
    func formerRoutes() {
        let reader = SessionReader(
            keys: AffinityKeys(cookie: "S", parameter: nil), routes: ["a", "b", "c"], formerRoutes: [nil, "old", "a"])
        for (value, member, isFormer) in [("x.b", 1, false), ("x.old", 1, true), ("x.a", 0, false), ("x.c", 2, false)] {
            let cookie = Array("S=\(value)".utf8)
            var candidates = RouteCandidates()
            reader.read(cookies: cookie.span, into: &candidates)
            #expect(candidates.count == 1 && candidates[0].member == member, "\(value)")
            #expect(candidates[0].isFormer == isFormer, "\(value)")
        }
        var candidates = RouteCandidates()
        let cookie = Array("S=x.gone".utf8)
        reader.read(cookies: cookie.span, into: &candidates)
        #expect(candidates.count == 0 && candidates.unknown?.isFormer == false)
    }

    @Test("any bytes are survived", .tags(.fuzz))
    func anyBytes() {
        var generator = SplitMix(seed: 7)
        let reader = SessionReader(keys: AffinityKeys(cookie: "\u{1}", parameter: "\u{2}"), routes: ["\u{3}", "é"])
        for _ in 0..<20_000 {
            let bytes = generator.bytes(count: Int.random(in: 0...40, using: &generator))
            var candidates = RouteCandidates()
            reader.read(target: bytes.span, into: &candidates)
            reader.read(cookies: bytes.span, into: &candidates)
            for position in 0..<candidates.count {
                #expect(candidates[position].route.upperBound <= bytes.count)
            }
        }
    }

    private func read(_ example: Case, cookies: [[UInt8]]) -> (known: [String], unknown: String?) {
        let keys = AffinityKeys(
            cookie: "JSESSIONID", parameter: "jsessionid", separator: example.separator,
            isSemicolonPathDelimiter: example.semicolons)
        let reader = SessionReader(keys: keys, routes: Self.routes)
        let target = Array(example.target.utf8)
        var candidates = RouteCandidates()
        reader.read(target: target.span, into: &candidates)
        for field in cookies { reader.read(cookies: field.span, into: &candidates) }
        func describe(_ candidate: RouteCandidate) -> String {
            let isCookie = candidate.source == .cookie
            let bytes = isCookie ? cookies[candidate.field] : target
            let session = String(decoding: bytes[candidate.session], as: UTF8.self)
            let route = String(decoding: bytes[candidate.route], as: UTF8.self)
            return "\(candidate.source.name)\(isCookie ? "\(candidate.field)" : "") \(session) \(route)"
        }
        let known = (0..<candidates.count).map { "\(describe(candidates[$0])) \(candidates[$0].member ?? -1)" }
        return (known, candidates.unknown.map(describe))
    }

    private func expectation(_ example: Case, cookies: [[UInt8]]) -> (known: [String], unknown: String?) {
        let name = Array("jsessionid".utf8)
        var values = Reference.parameters(name, Array(example.target.utf8), semicolons: example.semicolons)
        for (number, field) in cookies.enumerated() {
            let pairs = Reference.pairs(field).filter { $0.name == Array("JSESSIONID".utf8) }
            values += pairs.map { (source: "cookie\(number)", value: $0.value) }
        }
        var known: [String] = []
        var members: Set<Int> = []
        var unknown: String?
        for (source, value) in values {
            guard let asked = Reference.asked(source, value, separator: example.separator) else { continue }
            func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
            var routes = [text(asked.route)]
            if !Self.routes.contains(routes[0]), let separator = example.separator {
                let ranked = asked.route.split(separator: separator, omittingEmptySubsequences: false).map(text)
                let found = ranked.prefix(Limits.rankedRoutesMax).filter(Self.routes.contains)
                if !found.isEmpty { routes = found }
            }
            for route in routes {
                let words = "\(source) \(text(asked.session)) \(route)"
                if let member = Self.routes.firstIndex(of: route) {
                    if members.insert(member).inserted { known.append("\(words) \(member)") }
                } else if unknown == nil {
                    unknown = words
                }
            }
        }
        return (known, unknown)
    }
}
