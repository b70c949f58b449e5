import Bytes
import Forwarding
import HTTP
import Reactor
import Testing

/// What an HTTP/1 client is sent.
@Suite("Answers over HTTP/1, in process", .timeLimit(.minutes(10)))
struct HTTP1AnswerTests {
    /// An answer at the near end of a link.
    private final class Writer {
        let link: Link
        let stores = Stores()
        let answer: HTTP1Answer
        var head = ResponseHead(fieldCountMax: 128)

        init(to method: Method = .get, isHTTP10: Bool = false, isLast: Bool = false) throws {
            link = try Link()
            answer = HTTP1Answer(buffers: stores.buffers)
            answer.begin(to: method, isHTTP10: isHTTP10, isLast: isLast)
        }

        /// Appends a head as a member has sent it.
        func begin(_ text: String, framing: Framing, extra: [UInt8] = [], to method: Method = .get) throws -> Bool {
            let bytes = Array(text.utf8)
            try head.parse(bytes.span, to: method, limits: HeadLimits())
            let plan = AnswerPlan(framing: framing, extra: extra)
            return answer.append(head, source: bytes.span, plan: plan, date: Span())
        }

        /// - Returns: how many bytes were taken.
        @discardableResult
        func send(_ content: [UInt8]) -> Int {
            answer.send(content.span, to: link.near).taken
        }

        func send(_ content: String) { send(Array(content.utf8)) }

        func end(trailers: String = "") {
            answer.end(trailers: Array(trailers.utf8).span, in: stores)
        }

        @discardableResult
        func flush() -> HTTP1Answer.Progress { answer.flush(to: link.near) }

        /// What the client has got since the last call.
        func text() -> String {
            flush()
            return link.far.receivedText()
        }
    }

    @Test("a declared length: head and content leave together, and no slab stays")
    func length() throws {
        let writer = try Writer()
        #expect(try writer.begin(Answer.whole(content: "hello"), framing: .length(5)))
        writer.send("hello")
        #expect(writer.link.far.received().isEmpty, "gathered so far")
        writer.end()
        #expect(writer.text().hasSuffix("\r\nContent-Length: 5\r\n\r\nhello"))
        #expect(writer.answer.isEmpty && writer.stores.buffers.lentCount == 0 && !writer.answer.isEndedByConnection)
    }

    @Test("a length that is not known: a chunk for what was gathered between two flushes, and trailers")
    func chunks() throws {
        let writer = try Writer()
        #expect(try writer.begin(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked))
        for piece in ["ab", "cd"] { writer.send(piece) }
        #expect(writer.text().hasSuffix("chunked\r\n\r\n0004\r\nabcd\r\n"))
        writer.send("e")
        writer.end(trailers: "X-Sum: 5\r\n\r\n")
        #expect(writer.text() == "0001\r\ne\r\n0\r\nX-Sum: 5\r\n\r\n")
    }

    @Test("a client of HTTP/1.0 gets no chunks: the end of the connection ends the content")
    func http10() throws {
        let writer = try Writer(isHTTP10: true)
        #expect(try writer.begin(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked))
        writer.send("abc")
        writer.end()
        let text = writer.text()
        #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("\r\n\r\nabc"))
        #expect(writer.answer.isEndedByConnection)
    }

    @Test("the last answer says so, that of a client of HTTP/1.0 says that it is none", arguments: [false, true])
    func persistence(isLast: Bool) throws {
        for isHTTP10 in [false, true] {
            let writer = try Writer(isHTTP10: isHTTP10, isLast: isLast)
            #expect(try writer.begin(Answer.empty, framing: .length(0)))
            let text = writer.text()
            #expect(text.contains("Connection: close") == isLast)
            #expect(text.contains("Connection: keep-alive") == (isHTTP10 && !isLast))
        }
    }

    @Test("an answer without content ends with its head, whatever its fields say")
    func bodiless() throws {
        let writer = try Writer(to: .head)
        #expect(try writer.begin(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked, to: .head))
        writer.end()
        #expect(writer.text().hasSuffix("\r\n\r\n"))
    }

    @Test("a head is taken back as long as none of it has gone out, and something else is said")
    func withdrawn() throws {
        let writer = try Writer()
        #expect(!writer.answer.withdrawHead())
        #expect(try writer.begin(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked))
        #expect(writer.answer.withdrawHead() && writer.answer.isAllSent)
        writer.answer.append(OwnAnswer(Refusal(.answerBroken)), code: "", to: .get, date: Span())
        let text = writer.text()
        #expect(text.hasPrefix("HTTP/1.1 502 ") && !text.contains("chunked"))
        #expect(try writer.begin(Answer.empty, framing: .length(0)))
        writer.flush()
        #expect(!writer.answer.withdrawHead())
    }

    @Test("a head that a small slab cannot hold gets a large one, and one that no slab can is refused")
    func longHead() throws {
        let writer = try Writer()
        let long = Array("X-Long: ".utf8) + [UInt8](repeating: 120, count: BufferPool.smallBytes) + [13, 10]
        #expect(try writer.begin(Answer.empty, framing: .length(0), extra: long))
        #expect(writer.text().utf8.count > BufferPool.smallBytes && writer.stores.buffers.lentCount == 0)
        let tooLong = Array(repeatElement(long, count: 4).joined())
        #expect(try !writer.begin(Answer.empty, framing: .length(0), extra: tooLong))
        writer.answer.close()
        #expect(writer.stores.buffers.lentCount == 0)
    }

    @Test("long content that meets an empty slab is sent from where it lies; a client that does not read blocks")
    func direct() throws {
        let writer = try Writer()
        #expect(try writer.begin(Answer.head(200, "Content-Length: 9000000"), framing: .length(9_000_000)))
        writer.flush()
        let content = Octets.pattern(9_000_000)
        let (taken, progress) = writer.answer.send(content.span, to: writer.link.near)
        #expect(taken < content.count && writer.stores.buffers.lentCount == 0)
        guard case .blocked = progress else {
            Issue.record("the kernel does not take all of it")
            return
        }
        var received = writer.link.far.received()
        received.removeFirst(received.count - taken)
        #expect(received == Array(content[..<taken]))
    }

    @Test("a client that reads again gets what was gathered, in its order")
    func blocked() throws {
        let writer = try Writer()
        #expect(try writer.begin(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked))
        let content = Octets.pattern(4_000_000)
        let taken = writer.send(content)
        #expect(taken < content.count && !writer.answer.isEmpty)
        var bytes = writer.link.far.received()
        while case .blocked = writer.flush() { bytes += writer.link.far.received() }
        bytes += writer.link.far.received()
        #expect(writer.answer.isEmpty)
        #expect(try ReceivedAnswer(bytes).content == Array(content[..<taken]))
    }

    @Test("the client has gone: sending fails")
    func gone() throws {
        let writer = try Writer()
        #expect(try writer.begin(Answer.empty, framing: .length(0)))
        writer.link.near.socket.endWriting()
        guard case .failed = writer.flush() else {
            Issue.record("there is nobody")
            return
        }
        #expect(!writer.answer.isAllSent)
        writer.answer.close()
        #expect(writer.answer.isAllSent && writer.stores.buffers.lentCount == 0)
    }

    @Test("what precedes an answer, and 100 Continue of Martlet's own")
    func interim() throws {
        let writer = try Writer()
        let bytes = Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)
        try writer.head.parse(bytes.span, to: .get, limits: HeadLimits())
        writer.answer.appendInterim(writer.head, source: bytes.span)
        writer.answer.appendContinue()
        let text = writer.text()
        #expect(text.hasPrefix("HTTP/1.1 103 ") && text.hasSuffix("\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"))
    }
}
