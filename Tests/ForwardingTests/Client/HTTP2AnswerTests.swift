import Bytes
import Forwarding
import HTTP
import Testing

/// Where a stream's answer stands.
@Suite("Answers over HTTP/2, in process")
struct HTTP2AnswerTests {
    private let buffers = BufferPool()

    /// Has an answer hold a head as a member has sent it.
    private func hold(
        _ text: String, framing: Framing, to method: Method = .get, extra: [UInt8] = [],
        isSwitching: Bool = false, in answer: HTTP2Answer
    ) throws -> Bool {
        let bytes = Array(text.utf8)
        var head = ResponseHead(fieldCountMax: 128)
        try head.parse(bytes.span, to: method, limits: HeadLimits())
        let plan = AnswerPlan(framing: framing, extra: extra, isSwitching: isSwitching)
        return answer.hold(head, source: bytes.span, plan: plan, date: Span(), buffers)
    }

    /// The held head, as text.
    private func take(_ answer: HTTP2Answer) -> String? {
        guard let head = answer.takeHead() else { return nil }
        defer { buffers.giveBack(head) }
        return head.withReadable { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }

    /// Notes content that was taken, as a stream does.
    private func send(_ taken: Int, of given: Int, in answer: HTTP2Answer) {
        answer.count(taken, of: given, isLast: answer.isLast(given))
    }

    private func hasEnded(_ answer: HTTP2Answer) -> Bool {
        if case .end = answer.ending { true } else { false }
    }

    @Test("a head is held until it is submitted, or taken back")
    func head() throws {
        let answer = HTTP2Answer()
        #expect(try hold(Answer.whole(content: "hello"), framing: .length(5), in: answer))
        #expect(buffers.lentCount == 1 && answer.contentLeft == 5 && !answer.isBodiless)
        #expect(answer.withdraw(buffers) && !answer.withdraw(buffers))
        #expect(buffers.lentCount == 0 && answer.contentLeft == nil)
        #expect(try hold(Answer.head(404, "Transfer-Encoding: chunked"), framing: .chunked, in: answer))
        let text = take(answer)
        #expect(text?.hasPrefix("HTTP/1.1 404 ") == true && text?.contains("chunked") == false)
        #expect(answer.status == 404 && answer.contentLeft == nil)
        #expect(!answer.withdraw(buffers) && buffers.lentCount == 0)
    }

    @Test("the content ends with its last byte where its length was declared, and else when that is said")
    func content() throws {
        let answer = HTTP2Answer()
        #expect(try hold(Answer.whole(content: "hello"), framing: .length(5), in: answer))
        send(2, of: 2, in: answer)
        #expect(answer.contentLeft == 3 && !hasEnded(answer) && !answer.isBlocked)
        send(1, of: 3, in: answer)
        #expect(answer.contentLeft == 2 && !hasEnded(answer) && answer.isBlocked)
        answer.unblock()
        send(2, of: 2, in: answer)
        #expect(answer.contentLeft == 0 && hasEnded(answer) && !answer.isOpen)
        answer.reset(to: buffers)
        #expect(buffers.lentCount == 0 && answer.contentLeft == nil && !hasEnded(answer))
        #expect(try hold(Answer.head(200, "Transfer-Encoding: chunked"), framing: .chunked, in: answer))
        send(900, of: 900, in: answer)
        #expect(!hasEnded(answer) && answer.isOpen)
        answer.end(hasTrailers: false)
        #expect(hasEnded(answer) && !answer.isOpen)
        answer.reset(to: buffers)
    }

    @Test("answers without content: by their status, their request, or a length of 0")
    func bodiless() throws {
        for (text, framing, method) in [
            (Answer.empty, Framing.length(0), Method.get), (Answer.head(304), .none, .get),
            (Answer.whole(content: "hello"), .length(5), .head),
        ] {
            let answer = HTTP2Answer()
            #expect(try hold(text, framing: framing, to: method, in: answer))
            #expect(answer.isBodiless && !answer.isOpen, "\(text)")
            answer.reset(to: buffers)
        }
        #expect(buffers.lentCount == 0)
    }

    @Test("a tunnel is opened by 200, and has content though its framing is none")
    func tunnel() throws {
        let answer = HTTP2Answer()
        #expect(try hold(Answer.switching, framing: .none, isSwitching: true, in: answer))
        #expect(answer.status == 200 && !answer.isBodiless && answer.isOpen)
        answer.reset(to: buffers)
    }

    @Test("a head that a small slab cannot hold gets a large one, and one that no slab can is refused")
    func longHead() throws {
        let answer = HTTP2Answer()
        let long = Array("X-Long: ".utf8) + [UInt8](repeating: 120, count: BufferPool.smallBytes) + [13, 10]
        #expect(try hold(Answer.empty, framing: .length(0), extra: long, in: answer))
        #expect(take(answer).map { $0.utf8.count > BufferPool.smallBytes } == true)
        let tooLong = Array(repeatElement(long, count: 4).joined())
        #expect(try !hold(Answer.empty, framing: .length(0), extra: tooLong, in: answer))
        #expect(answer.takeHead() == nil && buffers.lentCount == 0)
    }

    @Test("an answer of Martlet's own: its content is kept until the client has taken it")
    func own() {
        let answer = HTTP2Answer()
        let bytes = Array("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nhello".utf8)
        #expect(answer.keepContent(of: bytes.span) == bytes.count - 5)
        #expect(answer.ownContent == Array("hello".utf8))
        answer.sendOwn(2)
        #expect(answer.isBlocked && answer.ownContent == Array("llo".utf8))
        answer.sendOwn(3)
        #expect(!answer.isBlocked && answer.ownContent.isEmpty)
        #expect(answer.keepContent(of: Array("HTTP/1.1 503 Busy\r\n\r\n".utf8).span) == 21)
        #expect(answer.ownContent.isEmpty)
    }
}
