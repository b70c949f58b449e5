import Bytes
import HTTP
import Reactor
import Session

/// One connection to a server of the demo: GET and HEAD over HTTP/1.1 with keep-alive, one answer after the other.
///
/// Owns its socket; belongs to the server's thread.
final class DemoConnection: EventHandler {
    /// Milliseconds without an event after which a connection is closed: longer than Martlet keeps one idle.
    private static let idleMillis = 60_000
    /// Less than the input's 16 KiB, so that a head that is too long is refused and not waited for.
    private static let limits = HeadLimits(fieldCountMax: 100, headBytesMax: 12 * 1024)
    private static let cookieName = Array("JSESSIONID".utf8)

    private unowned let server: DemoServer
    private let socket: Socket
    private var registration: Registration?
    private let input = Buffer(capacity: BufferPool.smallBytes)
    private let output = Buffer(capacity: BufferPool.largeBytes)
    private var scanner = HeadScanner()
    private var head = RequestHead(fieldCountMax: DemoConnection.limits.fieldCountMax)
    private var closesAfterAnswer = false

    init(_ socket: consuming Socket, server: DemoServer) throws(SystemError) {
        self.server = server
        self.socket = socket
        registration = try server.loop.register(self.socket.descriptor, handler: self)
    }

    func onReady(_ readiness: Readiness) {
        while let registration {
            server.loop.setDeadline(registration, after: Self.idleMillis)
            guard send() else { return }
            if closesAfterAnswer { return close() }
            if answerNext() { continue }
            input.compact()
            switch socket.receive(into: input) {
            case .transferred: continue
            case .wouldBlock: return
            case .ended, .failed: return close()
            }
        }
    }

    func onDeadline() {
        close()
    }

    /// Ends the connection, whatever is under way.
    func close() {
        if let registration { server.loop.deregister(registration) }
        registration = nil
        server.onClosed(self)
    }

    /// Sends what there is.
    ///
    /// - Returns: whether all of it went out.
    private func send() -> Bool {
        while !output.isEmpty {
            switch output.withReadable({ socket.send($0) }) {
            case .transferred(let count): output.consume(count)
            case .wouldBlock: return false
            case .ended, .failed:
                close()
                return false
            }
        }
        return true
    }

    /// Answers the next request if its head is whole.
    ///
    /// - Returns: whether there is an answer to send.
    private func answerNext() -> Bool {
        guard !input.isEmpty else { return false }
        do throws(HeadError) {
            var scanner = scanner
            let end = try input.withReadable { (bytes) throws(HeadError) in
                try scanner.scan(bytes, limits: Self.limits)
            }
            self.scanner = scanner
            guard let end else { return false }
            try input.withReadable { (bytes) throws(HeadError) in try answer(bytes.extracting(0..<end)) }
            input.consume(end)
            self.scanner = HeadScanner()
        } catch {
            refuse("400 Bad Request")
        }
        return true
    }

    private func answer(_ source: Span<UInt8>) throws(HeadError) {
        try head.parse(source, limits: Self.limits)
        guard head.method == .get || head.method == .head, !head.hasContent else {
            return refuse("405 Method Not Allowed", fields: "Allow: GET, HEAD\r\n")
        }
        closesAfterAnswer = !head.keepsAlive
        let path = text(source.extracting(head.pathRange))
        write(server.answer(DemoRequest(path: path, session: sessionIdentifier(source))))
    }

    private func sessionIdentifier(_ source: Span<UInt8>) -> String? {
        guard let field = head.fields.first(.cookie) else { return nil }
        let cookies = source.extracting(field.value)
        var reader = CookieReader()
        guard let value = reader.next(named: Self.cookieName.span, in: cookies) else { return nil }
        return text(cookies.extracting(value))
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    /// Answers what is not served here and closes, because content may follow that nobody reads.
    private func refuse(_ status: String, fields: String = "") {
        closesAfterAnswer = true
        write(DemoAnswer(status: status, fields: fields, content: status + "\n"))
    }

    private func write(_ answer: DemoAnswer) {
        let content = answer.content
        let connection = closesAfterAnswer ? "Connection: close\r\n" : ""
        let framing = "Content-Type: \(answer.type)\r\nContent-Length: \(content.utf8.count)\r\n"
        let head = "HTTP/1.1 \(answer.status)\r\n\(answer.fields)\(framing)\(connection)\r\n"
        let message = Array((self.head.method == .head ? head : head + content).utf8)
        let taken = output.append(message.span)
        precondition(taken == message.count, "an answer of the demo fits its buffer")
    }
}
