import Balancing
import Bytes
import Forwarding
import Model
import Testing

/// What checks say and hear, without a socket.
@Suite("Conversations of checks")
struct DialogueTests {
    /// A check as a configuration would have it.
    static func check(_ change: (inout CheckConfiguration) -> Void = { _ in }) throws -> MemberCheck {
        var said = CheckConfiguration()
        change(&said)
        var balancer = BalancerConfiguration(
            name: "shop", members: [MemberConfiguration(name: "a", address: .host("10.0.0.1", port: 8_080))])
        balancer.check = said
        let edge = EdgeConfiguration(listeners: [], sites: [], balancers: [balancer])
        return try #require(edge.check(of: balancer.members[0], in: balancer))
    }

    /// Says an answer in pieces and tells the result; `nil`: more is wanted when the connection ends within it.
    static func result(
        of dialogue: any ProbeDialogue, hearing answer: [UInt8], cutAt cut: Int? = nil, ends: Bool = true
    ) -> ProbeResult? {
        let output = Buffer(capacity: BufferPool.smallBytes)
        dialogue.begin(to: output)
        output.removeAll()
        let pieces = cut.map { [answer[..<$0], answer[$0...]] } ?? [answer[...]]
        for piece in pieces where !piece.isEmpty {
            let bytes = Array(piece)
            if let result = dialogue.receive(bytes.span, to: output) { return result }
            output.removeAll()
        }
        return ends ? dialogue.end() : nil
    }

    /// What is said first.
    private static func first(of dialogue: any ProbeDialogue) -> String {
        let output = Buffer(capacity: BufferPool.smallBytes)
        dialogue.begin(to: output)
        return output.withReadable { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    @Test("HTTP/1.1: the request has its method, target, host and fields")
    func request() throws {
        let check = try Self.check { said in
            (said.method, said.path, said.host) = (.options, "/health?deep=1", "shop.example.com")
            said.fields = ["x-probe": "1"]
        }
        #expect(
            Self.first(of: HTTP1Dialogue(check)) == """
                OPTIONS /health?deep=1 HTTP/1.1\r
                Host: shop.example.com\r
                User-Agent: martlet-check\r
                x-probe: 1\r
                Connection: close\r
                \r

                """)
        #expect(Self.first(of: HTTP1Dialogue(try Self.check())).hasPrefix("GET / HTTP/1.1\r\nHost: 10.0.0.1:8080\r\n"))
    }

    private static let answers: [(answer: String, isGood: Bool)] = [
        ("HTTP/1.1 200 OK\r\nX-State: all ready\r\nContent-Length: 9\r\n\r\nit is ok.", true),
        ("HTTP/1.0 204\r\nx-state: ready\r\nContent-Length: 0\r\n\r\nok", false),
        ("HTTP/1.1 200 x\r\nX-STATE: ready\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxxo\r\n1\r\nk\r\n0\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nX-State: ready\r\n\r\nno, o k", false),
        ("HTTP/1.0 299 x\r\nX-State: ready\r\n\r\nook", true),
        ("HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nX-State: ready\r\nContent-Length: 2\r\n\r\nok", true),
        ("HTTP/1.1 503 No\r\nX-State: ready\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 302 Found\r\nX-State: ready\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nX-State: red\r\nX-State: y\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nX-State: ready\r\nContent-Length: 10\r\n\r\nok, failed", false),
        ("HTTP/1.1 200 OK\r\nX-State: ready\r\nContent-Length: 10\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nX-State: ready\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", false),
        ("HTTP/1.1 200 OK\r\nX-State: ready\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok", false),
        ("SSH-2.0-OpenSSH_9.2\r\n", false), ("", false), ("HTTP/1.1 2", false), ("\r\n\r\n", false),
    ]

    private static func demanding() throws -> MemberCheck {
        try check { said in
            said.statuses = [CheckStatuses(200...299)]
            (said.answerFields, said.content, said.contentWithout) = (["x-state": "ready"], "ok", "failed")
        }
    }

    @Test("HTTP/1.1: status, fields and content are looked at, wherever the answer is cut", arguments: answers)
    func answer(answer: String, isGood: Bool) throws {
        let bytes = Array(answer.utf8)
        let check = try Self.demanding()
        for cut in 0...bytes.count {
            let result = Self.result(of: HTTP1Dialogue(check), hearing: bytes, cutAt: cut)
            #expect(result?.hasPassed == isGood, "cut at \(cut): \(String(describing: result))")
        }
    }

    @Test(
        "HTTP/1.1: fields and content are held against regular expressions, wherever the answer is cut",
        arguments: [
            ("X-V: 2.1", "{\"up\": true}", nil),
            ("X-V: 1.1\r\nX-V: 3.0", "{\"up\":1}", nil),
            ("X-V: 1.1", "{\"up\": true}", "HTTP 200, but no field x-v that matches \"^[2-9]\\.\""),
            ("X-W: 2.1", "{\"up\": true}", "HTTP 200, but no field x-v that matches \"^[2-9]\\.\""),
            ("X-V: 2.1", "{\"up\": false}", "HTTP 200, but no match of \"\"up\"\\s*:\\s*(?:true|1)\" in the content"),
            ("X-V: 2.1", "{\"up\": true} FATAL", "HTTP 200, and a match of \"(?i)fatal\" in the content"),
        ] as [(String, String, String?)])
    func expressions(field: String, content: String, fault: String?) throws {
        let check = try Self.check { said in
            said.answerFieldMatches = ["x-v": "^[2-9]\\."]
            (said.contentMatches, said.contentMatchesNot) = ("\"up\"\\s*:\\s*(?:true|1)", "(?i)fatal")
        }
        let length = "Content-Length: \(content.utf8.count)"
        let bytes = Array("HTTP/1.1 200 OK\r\n\(field)\r\n\(length)\r\n\r\n\(content)".utf8)
        for cut in 0...bytes.count {
            let result = Self.result(of: HTTP1Dialogue(check), hearing: bytes, cutAt: cut)
            #expect(result?.hasPassed == (fault == nil) && (fault == nil || result?.evidence == fault), "cut at \(cut)")
        }
    }

    @Test("HTTP/1.1: an expression that takes too long says nothing of the member")
    func expensive() throws {
        let check = try Self.check { $0.contentMatches = "(a?){900}b" }
        let content = String(repeating: "a", count: 70_000)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n\(content)".utf8)
        let result = Self.result(of: HTTP1Dialogue(check), hearing: bytes)
        #expect(result == .undecided("\"(a?){900}b\" takes too long in its answer"))
    }

    @Test("HTTP/1.1: each byte of an answer changed to any other: a result, and no trap")
    func mutated() throws {
        let bytes = Array(Self.answers[2].answer.utf8)
        let check = try Self.demanding()
        for offset in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[offset] = byte
                #expect(Self.result(of: HTTP1Dialogue(check), hearing: changed) != nil)
            }
        }
    }

    @Test("HTTP/1.1: a status is enough where nothing else is expected, and one result says why it is not")
    func evidence() throws {
        let check = try Self.check()
        let good = Self.result(of: HTTP1Dialogue(check), hearing: Array("HTTP/1.1 304 x\r\n\r\n".utf8), ends: false)
        #expect(good == .passed("HTTP 304"))
        let bad = Self.result(of: HTTP1Dialogue(check), hearing: Array("HTTP/1.1 503 x\r\n\r\n".utf8), ends: false)
        #expect(bad == .failed("HTTP 503, expected 200-399"))
    }

    @Test("HTTP/1.1: content without end and a head without end are given up")
    func endless() throws {
        let check = try Self.check { $0.content = "ok" }
        let dialogue = HTTP1Dialogue(check)
        let output = Buffer(capacity: BufferPool.smallBytes)
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        var result = dialogue.receive(head.span, to: output)
        let piece = [UInt8](repeating: 0x78, count: 16_384)
        for _ in 0..<5 where result == nil { result = dialogue.receive(piece.span, to: output) }
        #expect(result?.hasPassed == false)

        let other = HTTP1Dialogue(check)
        let begun = Array("HTTP/1.1 200 OK\r\nX: ".utf8)
        result = other.receive(begun.span, to: output)
        for _ in 0..<3 where result == nil { result = other.receive(piece.span, to: output) }
        #expect(result?.hasPassed == false)
    }

    @Test("AJP: a CPong and nothing else, wherever it is cut")
    func ajp() {
        let pong: [UInt8] = [0x41, 0x42, 0, 1, 9]
        for cut in 0...pong.count {
            #expect(Self.result(of: AJPDialogue(), hearing: pong, cutAt: cut)?.hasPassed == true)
            #expect(Self.result(of: AJPDialogue(), hearing: Array(pong[..<cut]))?.hasPassed == (cut == pong.count))
        }
        for offset in pong.indices {
            var wrong = pong
            wrong[offset] ^= 0xFF
            #expect(Self.result(of: AJPDialogue(), hearing: wrong)?.hasPassed == false)
        }
    }

    @Test("FastCGI: an answer to the question what it can do, or that it does not know it")
    func fastCGI() {
        for type in [UInt8(10), 11] {
            let answer: [UInt8] = [1, type, 0, 0, 0, 0, 0, 0]
            for cut in 0...answer.count {
                #expect(Self.result(of: FastCGIPingDialogue(), hearing: answer, cutAt: cut)?.hasPassed == true)
            }
        }
        let others: [[UInt8]] = [[1, 6, 0, 1, 0, 0, 0, 0], [1, 10, 0, 1, 0, 0, 0, 0], [1, 10], Array("HTTP/1".utf8)]
        for wrong in others {
            #expect(Self.result(of: FastCGIPingDialogue(), hearing: wrong)?.hasPassed == false)
        }
    }

    @Test("FastCGI: a page's status and content, wherever it is cut")
    func fastCGIPage() throws {
        let check = try Self.check { ($0.kind, $0.path, $0.content) = (.fastcgi, "/ping", "pong") }
        let text = Array("Content-Type: text/plain\r\n\r\npong".utf8)
        let page: [UInt8] =
            [1, 6, 0, 1, 0, UInt8(text.count), 0, 0] + text + [1, 3, 0, 1, 0, 8, 0, 0] + [UInt8](repeating: 0, count: 8)
        for cut in 0...page.count {
            let dialogue = FastCGIPageDialogue(check, buffers: BufferPool())
            #expect(Self.result(of: dialogue, hearing: page, cutAt: cut)?.hasPassed == true)
        }
        let buffers = BufferPool()
        for offset in page.indices {
            var changed = page
            changed[offset] ^= 0x15
            _ = Self.result(of: FastCGIPageDialogue(check, buffers: buffers), hearing: changed)
        }
        #expect(buffers.lentCount == 0)
    }

    @Test("agent: a line that ends, cut nowhere, and none without end")
    func agent() {
        let agent = AgentConfiguration(port: 9_707)
        for text in ["75% up\n", "75% up\r\nmore"] {
            let dialogue = AgentDialogue(agent)
            #expect(Self.result(of: dialogue, hearing: Array(text.utf8))?.hasPassed == true)
            #expect(dialogue.reply.sharePercent == 75 && dialogue.reply.operation == .up)
        }
        let whole = Array("maxconn:30 75%".utf8)
        for count in 0...whole.count {
            let cut = Array(whole.prefix(count))
            #expect(Self.result(of: AgentDialogue(agent), hearing: cut)?.hasPassed == false, "\(count)")
        }
        let endless = [UInt8](repeating: 0x20, count: 5_000)
        #expect(Self.result(of: AgentDialogue(agent), hearing: endless)?.hasPassed == false)
    }
}
