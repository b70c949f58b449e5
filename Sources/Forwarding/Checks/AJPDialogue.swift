import Bytes
import HTTP
import Model

/// A check by AJP's CPing, which Tomcat answers on whatever thread it has free.
package final class AJPDialogue: ProbeDialogue {
    private var reader = AJPReader(packetBytes: HTTP.Limits.ajpPacketBytes.lowerBound)
    private var received: [UInt8] = []

    /// Begins a conversation.
    package init() {
        reader.beginPing()
    }

    /// Puts the ping.
    package func begin(to output: Buffer) {
        _ = AJPWriter.ping(to: output)
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        for offset in bytes.indices { received.append(bytes[offset]) }
        let known = received
        do throws(RecordError) {
            let event = try reader.next(in: known.span)
            received.removeFirst(event.next)
            if case .pong = event { return .passed("CPong") }
            return nil
        } catch {
            return .failed("no AJP: \(error.code)")
        }
    }

    /// The member has ended the connection.
    package func end() -> ProbeResult { .failed("closed without a CPong") }
}

/// A check by FastCGI's question what a program can do, which php-fpm answers when a child is free.
package final class FastCGIPingDialogue: ProbeDialogue {
    private var received: [UInt8] = []

    /// Begins a conversation.
    package init() {}

    /// Puts the question.
    package func begin(to output: Buffer) {
        let question = FastCGIProbe.question
        _ = output.append(question.span)
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        for offset in 0..<min(bytes.count, 8) { received.append(bytes[offset]) }
        let known = received
        return FastCGIProbe.isAnswer(known.span).map { $0 ? .passed("FastCGI answers") : .failed("no FastCGI") }
    }

    /// The member has ended the connection.
    package func end() -> ProbeResult { .failed("closed without an answer") }
}

/// A check by a request for a page over FastCGI, such as php-fpm's `ping.path`.
package final class FastCGIPageDialogue: ProbeDialogue {
    private let check: MemberCheck
    private let judge: AnswerJudge
    private let text: CGIAnswerText
    private var reader = FastCGIReader()
    private var received: [UInt8] = []
    private var isHeadComplete = false

    /// Begins a conversation.
    package init(_ check: MemberCheck, buffers: BufferPool) {
        self.check = check
        judge = AnswerJudge(check)
        text = CGIAnswerText(buffers: buffers)
        text.begin()
    }

    deinit { text.giveBack() }

    /// Puts the request.
    package func begin(to output: Buffer) {
        let target = check.path ?? "/"
        let path = String(target.prefix { $0 != "?" })
        let request = FastCGIProbe.request([
            ("GATEWAY_INTERFACE", "CGI/1.1"), ("REQUEST_METHOD", "GET"), ("SCRIPT_NAME", path),
            ("SCRIPT_FILENAME", path), ("REQUEST_URI", target),
            ("QUERY_STRING", String(target.dropFirst(path.count + 1))),
            ("SERVER_PROTOCOL", "HTTP/1.1"), ("SERVER_SOFTWARE", "martlet-check"), ("HTTP_HOST", check.host),
            ("SERVER_NAME", check.host), ("SERVER_PORT", "80"), ("REMOTE_ADDR", "127.0.0.1"), ("CONTENT_LENGTH", "0"),
        ])
        let bytes = request ?? []
        _ = output.append(bytes.span)
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        for offset in bytes.indices { received.append(bytes[offset]) }
        while true {
            let known = received
            let event: RecordEvent
            do throws(RecordError) {
                event = try reader.next(in: known.span)
            } catch {
                return .failed("no FastCGI: \(error.code)")
            }
            var result: ProbeResult?
            switch event {
            case .content(let range): result = take(known.span.extracting(range))
            case .end: result = isHeadComplete ? judge.end() : .failed("an answer without a head")
            case .refused: result = .failed("the program is overloaded")
            default: break
            }
            received.removeFirst(event.next)
            if result != nil { return result }
            if case .more = event { return nil }
        }
    }

    private func take(_ bytes: Span<UInt8>) -> ProbeResult? {
        guard !isHeadComplete else { return judge.take(content: bytes) }
        do throws(HeadError) {
            let (consumed, isWhole) = try text.take(bytes, bytesMax: CheckLimits.headBytesMax)
            guard isWhole else { return nil }
            try text.finish(.content)
            isHeadComplete = true
            switch text.withText({ judge.take(head: $0) }) {
            case .result(let result): return result
            case .interim: return .failed("no HTTP: an interim answer")
            case .content: return judge.take(content: bytes.extracting(consumed..<bytes.count))
            }
        } catch {
            return .failed("no HTTP: \(error.code)")
        }
    }

    /// The member has ended the connection.
    package func end() -> ProbeResult { .failed("closed within the answer") }
}
