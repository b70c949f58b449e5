import Bytes
import HTTP
import Model

/// A check by a request of HTTP/2 (RFC 9113), or by gRPC's health over it, on a connection of its own.
package final class HTTP2Dialogue: ProbeDialogue {
    private let check: MemberCheck
    private let session: HTTP2Session
    private let text: HTTP2AnswerText
    private let judge: AnswerJudge
    private var result: ProbeResult?
    private var isHeadComplete = false
    private var health: GRPCHealth?

    /// Begins a conversation.
    package init(_ check: MemberCheck, buffers: BufferPool) {
        self.check = check
        judge = AnswerJudge(check)
        health = check.kind == .grpc ? GRPCHealth(service: check.service) : nil
        text = HTTP2AnswerText(buffers: buffers)
        session = HTTP2Session(
            role: .client,
            settings: HTTP2Session.Settings(
                maxConcurrentStreams: 0, initialWindowBytes: UInt32(CheckLimits.answerBytesMax),
                connectionWindowBytes: UInt32(CheckLimits.answerBytesMax),
                maxHeaderListBytes: UInt32(CheckLimits.headBytesMax)))
        session.begin(for: self)
        session.allot(.max / 2)
    }

    deinit { text.giveBack() }

    /// Puts the preface, the settings and the request.
    package func begin(to output: Buffer) {
        let content = health?.request ?? []
        let head = Array(
            (health.map { $0.head(host: check.host) } ?? HTTP1Dialogue.head(of: check, adding: "")).utf8)
        let stream = session.submit(WrittenRequest(head.span), of: head.span, hasContent: health != nil)
        guard let stream, health != nil else {
            _ = session.produce(into: output)
            return
        }
        _ = session.send(content.span, on: stream, isLast: true) { output.room > 0 ? output : nil }
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        let (_, error) = session.receive(bytes)
        if let result { return result }
        guard error == nil else { return .failed("no HTTP/2") }
        guard session.produce(into: output) else { return .failed("HTTP/2 frames that ask for too many") }
        return session.isAlive ? nil : .failed("the HTTP/2 connection has ended")
    }

    /// The member has ended the connection.
    package func end() -> ProbeResult {
        result ?? .failed(isHeadComplete ? "closed within the answer" : "closed without an answer")
    }

    private func settle(_ result: ProbeResult?) {
        if self.result == nil { self.result = result }
    }
}

extension HTTP2Dialogue: HTTP2SessionOwner {
    /// A block begins.
    package func onBlockBegin(stream: Int32, isFirst: Bool) {
        text.begin(isTrailers: isHeadComplete)
    }

    /// A field has come.
    package func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        health?.take(name: name, value: value)
        return text.add(name: name, value: value)
    }

    /// A field has come that may not.
    package func onInvalidField(name: Span<UInt8>) {
        text.refuse(name: name)
    }

    /// A block has ended.
    package func onBlockEnd(stream: Int32, isFirst: Bool, endsStream: Bool) {
        defer { text.giveBack() }
        guard result == nil else { return }
        if let health {
            isHeadComplete = isHeadComplete || text.status >= 200
            if endsStream { settle(health.result(httpStatus: text.status)) }
            return
        }
        guard !isHeadComplete else { return settle(judge.end()) }
        do throws(HeadError) {
            try text.finish(endsStream ? .nothing : .content)
        } catch {
            return settle(.failed("no HTTP: \(error.code)"))
        }
        switch text.withText({ judge.take(head: $0) }) {
        case .interim: break
        case .result(let result): settle(result)
        case .content:
            isHeadComplete = true
            if endsStream { settle(judge.end()) }
        }
    }

    /// Content has come.
    package func onContent(_ content: Span<UInt8>, stream: Int32) {
        session.consume(content.count, of: stream)
        guard result == nil else { return }
        if health != nil { return settle(health?.take(content)) }
        settle(judge.take(content: content))
    }

    /// Content has ended.
    package func onContentEnd(stream: Int32) {
        guard result == nil else { return }
        settle(health.map { $0.result(httpStatus: 0) } ?? judge.end())
    }

    /// The stream is over.
    package func onStreamEnd(stream: Int32, code: UInt32) {
        settle(.failed("the stream was reset with error \(code)"))
    }

    /// Nothing is to be done about settings.
    package func onSettings() {}

    /// The member takes no further streams: it answers this one still, or the stream ends (RFC 9113, section 6.8).
    package func onGoAway(code: UInt32) {}

    /// All content was given.
    package func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent { .end }

    /// Nothing is to be done about it.
    package func onMessageSent(stream: Int32) {}

    /// What costs little each is bounded by the bytes of an answer.
    package func onGlitch(_ glitch: HTTP2Glitch) {}

    /// The session has ended.
    package func onError(_ name: String) {
        settle(.failed("HTTP/2 \(name.lowercased().replacing("_", with: " "))"))
    }
}
