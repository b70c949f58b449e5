import Bytes
import HTTP
import Model

/// A check by a request of HTTP/1.1 on a connection of its own.
package final class HTTP1Dialogue: ProbeDialogue {
    private let check: MemberCheck
    private let judge: AnswerJudge
    private var scanner = HeadScanner(isRequest: false)
    /// What has come and was not looked at.
    private var received: [UInt8] = []
    private var decoder: ContentDecoder?
    private var interimCount = 0

    /// Begins a conversation.
    package init(_ check: MemberCheck) {
        self.check = check
        judge = AnswerJudge(check)
    }

    /// Puts the request.
    package func begin(to output: Buffer) {
        output.put(Self.head(of: check, adding: "Connection: close\r\n"))
    }

    /// A request's head as HTTP/1.1 has it.
    static func head(of check: MemberCheck, adding lines: String) -> String {
        var text = "\(check.method.rawValue) \(check.path ?? "/") HTTP/1.1\r\nHost: \(check.host)\r\n"
        if check.fields["user-agent"] == nil { text += "User-Agent: martlet-check\r\n" }
        for (name, value) in check.fields.sorted(by: { $0.key < $1.key }) where name != "host" {
            text += "\(name): \(value)\r\n"
        }
        return text + lines + "\r\n"
    }

    /// Takes what has come.
    package func receive(_ bytes: Span<UInt8>, to output: Buffer) -> ProbeResult? {
        for offset in bytes.indices { received.append(bytes[offset]) }
        while decoder == nil {
            let known = received
            let count: Int?
            do throws(HeadError) {
                count = try scanner.scan(known.span, limits: judge.limits)
            } catch {
                return .failed("no HTTP: \(error.code)")
            }
            guard let count else { return nil }
            switch judge.take(head: known.span.extracting(0..<count)) {
            case .result(let result): return result
            case .interim:
                interimCount += 1
                guard interimCount < 16 else { return .failed("interim answers without end") }
                scanner = HeadScanner(isRequest: false)
            case .content(let framing): decoder = ContentDecoder(framing, of: .answer)
            }
            received.removeFirst(count)
        }
        return readContent()
    }

    private func readContent() -> ProbeResult? {
        guard var decoder else { return nil }
        let known = received
        var offset = 0
        defer {
            received.removeFirst(offset)
            self.decoder = decoder
        }
        while true {
            do throws(ContentError) {
                switch try decoder.next(in: known.span, from: offset) {
                case .content(let range):
                    offset = range.upperBound
                    if let result = judge.take(content: known.span.extracting(range)) { return result }
                case .more(let next):
                    offset = next
                    return nil
                case .end: return judge.end()
                }
            } catch {
                return .failed("broken content: \(error.reason)")
            }
        }
    }

    /// The member has ended the connection.
    package func end() -> ProbeResult {
        guard var decoder else {
            return .failed(received.isEmpty ? "closed without an answer" : "closed within the answer's head")
        }
        do throws(ContentError) {
            try decoder.finish()
            return judge.end()
        } catch {
            return .failed("closed within the answer's content")
        }
    }
}
