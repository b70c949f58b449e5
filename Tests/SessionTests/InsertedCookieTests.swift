import Session
import TestSupport
import Testing

@Suite("InsertedCookie", .tags(.session))
struct InsertedCookieTests {
    let cookie = InsertedCookie(name: "MARTLET_shop", members: ["node1", "node.2"])

    private func line(
        _ member: Int?, _ change: (inout CookieAttributes) -> Void = { _ in }, isSecure: Bool = true,
        following field: String? = nil, marks: InsertedMarks? = nil
    ) -> String {
        var attributes = CookieAttributes()
        change(&attributes)
        let field = field.map { Array($0.utf8) }
        let text = attributes.text(isSecure: isSecure, following: field?.span)
        let line = cookie.line(member: member, marks: marks, attributes: text)
        return String(decoding: line, as: UTF8.self).replacing("\r\n", with: "|")
    }

    @Test("the value names the member, and is marked secure over TLS")
    func value() {
        #expect(InsertedCookie.name(balancer: "shop") == "MARTLET_shop")
        #expect(line(0, isSecure: false) == "Set-Cookie: MARTLET_shop=node1; Path=/; HttpOnly; SameSite=Lax|")
        #expect(line(1) == "Set-Cookie: MARTLET_shop=node.2; Path=/; HttpOnly; SameSite=Lax; Secure|")
        #expect(line(nil) == "Set-Cookie: MARTLET_shop=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0|")
        let marks = InsertedMarks(issued: 0x6745_f1a2, seen: 0x6745_f1de)
        #expect(line(0, marks: marks).hasPrefix("Set-Cookie: MARTLET_shop=node1~6745f1a2~3c; Path=/"))
    }

    @Test("what is declared is said")
    func declared() {
        let text = line(
            0,
            {
                $0.path = "/shop"
                $0.domain = "example.com"
                $0.sameSite = CookieAttributes.SameSite.none
                $0.secure = .always
                $0.isHTTPOnly = false
                $0.isPartitioned = true
            }, isSecure: false)
        #expect(
            text
                == "Set-Cookie: MARTLET_shop=node1; Domain=example.com; Path=/shop; SameSite=None; Secure; Partitioned|"
        )
        #expect(line(0, { $0.secure = .never }).hasSuffix("SameSite=Lax|"))
        #expect(line(0, { $0.sameSite = .strict }).contains("; SameSite=Strict"))
    }

    @Test(
        "the application's cookie is followed where nothing is declared",
        arguments: [
            ("S=1", "Path=/; HttpOnly"), ("S=1; path=/a ;SECURE", "Path=/a; HttpOnly; Secure"),
            (
                "S=1;Domain=a.b; SameSite=none; Partitioned; secure; Max-Age=9; Expires=x",
                "Domain=a.b; Path=/; HttpOnly; SameSite=none; Secure; Partitioned"
            ), ("S=\"1;2\"; Path=/x=y", "Path=/x=y; HttpOnly"), ("no cookie", "Path=/; HttpOnly"),
        ])
    func followed(_ field: String, _ attributes: String) {
        #expect(line(0, isSecure: false, following: field) == "Set-Cookie: MARTLET_shop=node1; \(attributes)|")
        // What is declared goes before what is followed.
        let declared = line(0, { $0.path = "/mine" }, isSecure: false, following: field)
        #expect(declared.contains("; Path=/mine; "))
        // Over TLS, what the application does not mark is not marked.
        #expect(line(0, following: field).contains("; Secure") == attributes.contains("; Secure"))
    }

    @Test(
        "what Apache and HAProxy have set under the same name leads to the member",
        arguments: [
            (".jvm1", 0), (".jvm2", 1), ("!jvm2", 1), ("..x", 2), ("node1|Zb2Kf|Zb2Kf", 0), ("node1|", 0),
            (".a.b", 2), (".a.b|1", nil), (".node1", nil), ("jvm1", nil), (".", nil), ("|", nil), ("node9|1", nil),
            (".jvm1~1~2", nil), ("node1~1|2", 0),
        ] as [(String, Int?)])
    func others(value: String, member: Int?) {
        let cookie = InsertedCookie(
            name: "ROUTEID", members: ["node1", "node2", ".a.b"], routes: ["jvm1", "jvm2", ".x"])
        let bytes = Array("x=\(value)".utf8)
        let read = cookie.read(2..<bytes.count, in: bytes.span)
        #expect(read.member == member && !read.isFormer)
        if !value.contains("~") { #expect(read.marks.isEmpty, "their dates are none of ours") }
    }

    @Test(
        "what a client sends back leads to the member",
        arguments: [
            ("node1", 0, ""), ("node.2", 1, ""), ("node.2~1~2", 1, "~1~2"), ("x.node1", nil, ""), ("", nil, ""),
            ("~", nil, "~"), ("node1~", 0, "~"), ("NODE1", nil, ""),
        ] as [(String, Int?, String)])
    func readsBack(value: String, member: Int?, marks: String) {
        let bytes = Array("x=\(value)".utf8)
        let read = cookie.read(2..<bytes.count, in: bytes.span)
        #expect(read.member == member)
        #expect(String(decoding: bytes[read.marks], as: UTF8.self) == marks)
    }
}

@Suite("InsertedMarks", .tags(.session))
struct InsertedMarksTests {
    private func parse(_ text: String) -> InsertedMarks? {
        InsertedMarks(Array(text.utf8).span)
    }

    @Test("marks are read as they were written")
    func text() {
        for marks in [
            InsertedMarks(issued: 0, seen: 0), InsertedMarks(issued: 1_733_685_666, seen: 1_733_689_999),
            InsertedMarks(issued: 0xfff_ffff_ffff, seen: 0xfff_ffff_ffff * 2),
        ] {
            #expect(parse(String(decoding: marks.text, as: UTF8.self)) == marks)
        }
    }

    @Test(
        "anything else is no mark",
        arguments: [
            "", "~", "~~", "~1", "~1~", "~~1", "1~1", "~1~1~1", "~A~1", "~1~-1", "~100000000000~0", "~ 1~1",
            "~1~fffffffffffff", "~\u{e9}~1",
        ])
    func malformed(_ text: String) {
        #expect(parse(text) == nil)
    }

    @Test("limits in wall-clock time, also when it steps")
    func verdicts() {
        let now = 1_000_000
        func verdict(issued: Int, seen: Int, idle: Int? = 100, life: Int? = 1_000) -> InsertedMarks.Verdict {
            InsertedMarks(issued: now + issued, seen: now + seen).verdict(now: now, idle: idle, life: life)
        }
        func due(issued: Int, seen: Int) -> InsertedMarks.Verdict {
            .due(InsertedMarks(issued: now + issued, seen: now + seen))
        }
        #expect(verdict(issued: -500, seen: -9) == .holds)
        #expect(verdict(issued: -500, seen: -10) == due(issued: -500, seen: 0))
        #expect(verdict(issued: -500, seen: -100) == due(issued: -500, seen: 0))
        #expect(verdict(issued: -500, seen: -101) == .over)
        #expect(verdict(issued: -1_000, seen: 0) == .holds)
        #expect(verdict(issued: -1_001, seen: 0) == .over)
        #expect(verdict(issued: -1_001, seen: -50, life: nil) == due(issued: -1_001, seen: 0))
        #expect(verdict(issued: -999, seen: -999, idle: nil) == .holds)
        // The clock went back, or another node's is ahead.
        #expect(verdict(issued: -500, seen: 5) == due(issued: -500, seen: 0))
        #expect(verdict(issued: 5, seen: 5) == due(issued: 0, seen: 0))
        #expect(verdict(issued: 5, seen: 101) == .over)
        #expect(verdict(issued: 1_001, seen: 1_001, idle: nil) == .over)
        #expect(verdict(issued: 1_001, seen: 1_001, idle: 5_000, life: nil) == due(issued: 0, seen: 0))
    }

    @Test("no cookie lives twice as long as it may, whatever the clock does")
    func noEternalLife() {
        var random = SplitMix(seed: 3)
        for _ in 0..<2_000 {
            let life = Int.random(in: 1...1_000, using: &random)
            var now = 1_000_000
            var marks = InsertedMarks(issued: now + Int.random(in: -life...life, using: &random), seen: now)
            var lived = 0
            // Time passes, and sometimes the clock goes back.
            for _ in 0..<100 {
                let step = Int.random(in: 0...life / 2 + 1, using: &random)
                now += step
                lived += step
                let verdict = marks.verdict(now: now, idle: nil, life: life)
                if verdict == .over { break }
                if case .due(let renewed) = verdict { marks = renewed }
            }
            #expect(lived <= 2 * life + life / 2 + 1)
        }
    }
}
