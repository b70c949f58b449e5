import Bytes
import HTTP

/// A server's end of an HTTP/2 connection, and what it tells.
final class HTTP2Stage: HTTP2SessionOwner {
    let session = HTTP2Session(
        role: .server,
        settings: HTTP2Session.Settings(
            maxConcurrentStreams: 128, initialWindowBytes: 65_535, connectionWindowBytes: 1 << 20,
            maxHeaderListBytes: 32_768))
    private(set) var glitches: [HTTP2Glitch] = []
    private(set) var heads: [Int32] = []
    private(set) var ended: [Int32] = []
    private(set) var contentBytes = 0
    private var sent: [UInt8] = []

    /// Begins, as a client does: with the preface and settings.
    init() {
        session.begin(for: self)
        _ = receive(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0, 0))
        glitches = []
    }

    /// A frame (RFC 9113, section 4.1).
    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF), type, flags]
            + [0, 0, 0, stream] + payload
    }

    /// `GET http://a/`, by HPACK's static table but for the authority.
    static func request(_ stream: UInt8, ends: Bool = true) -> [UInt8] {
        frame(1, ends ? 5 : 4, stream, [0x82, 0x86, 0x84, 0x01, 0x01, 0x61])
    }

    /// Receives in pieces, with as many allotments as it takes.
    func receive(_ bytes: [UInt8], by size: Int = .max) -> HTTP2ErrorCode? {
        var start = 0
        while start < bytes.count {
            session.allot(1 << 16)
            let piece = Array(bytes[start..<min(bytes.count, start + min(size, bytes.count))])
            let (taken, error) = session.receive(piece.span)
            if let error { return error }
            start += taken
        }
        return nil
    }

    /// Answers a request without content.
    func answer(_ stream: Int32) {
        session.submitHead(stream: stream, status: 204, fields: Span(), hasContent: false)
        flush()
    }

    /// Sends what there is.
    func flush() {
        let output = Buffer(capacity: 65_536)
        while !session.produce(into: output) {}
        output.withReadable { bytes in for offset in bytes.indices { sent.append(bytes[offset]) } }
    }

    /// The streams that were reset, with the codes.
    var resets: [[UInt8]] {
        var found: [[UInt8]] = []
        var start = 0
        while start + 9 <= sent.count {
            let count = Int(sent[start]) << 16 | Int(sent[start + 1]) << 8 | Int(sent[start + 2])
            if sent[start + 3] == 3 { found.append([sent[start + 8], sent[start + 12]]) }
            start += 9 + count
        }
        return found
    }

    func onBlockBegin(stream: Int32, isFirst: Bool) {}
    func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool { true }
    func onInvalidField(name: Span<UInt8>) {}
    func onBlockEnd(stream: Int32, isFirst: Bool, endsStream: Bool) { heads.append(stream) }
    func onContent(_ content: Span<UInt8>, stream: Int32) { contentBytes += content.count }
    func onContentEnd(stream: Int32) {}
    func onStreamEnd(stream: Int32, code: UInt32) { ended.append(stream) }
    func onSettings() {}
    func onGoAway(code: UInt32) {}
    func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent { .end }
    func onMessageSent(stream: Int32) {}
    func onGlitch(_ glitch: HTTP2Glitch) { glitches.append(glitch) }
    func onError(_ name: String) {}
}
