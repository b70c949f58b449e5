import Bytes
import HTTP

/// An end of an HTTP/2 connection, and the fields that it is told.
final class HTTP2FieldSink: HTTP2SessionOwner {
    let session: HTTP2Session
    private(set) var fields: [String] = []

    init(_ role: HTTP2Session.Role) {
        let settings = HTTP2Session.Settings(
            maxConcurrentStreams: role == .server ? 128 : 0, initialWindowBytes: 65_535,
            connectionWindowBytes: 1 << 20, maxHeaderListBytes: 32_768)
        session = HTTP2Session(role: role, settings: settings)
        session.begin(for: self)
    }

    /// Asks for `/`, as a client.
    func ask() -> Int32? {
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        return session.submit(WrittenRequest(head.span), of: head.span, hasContent: false)
    }

    /// Hands what there is to send to the other end.
    func send(to other: HTTP2FieldSink) {
        let output = Buffer(capacity: 65_536)
        while !session.produce(into: output) {}
        other.session.allot(1 << 16)
        _ = output.withReadable { other.session.receive($0) }
    }

    func onField(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
        fields.append("\(Self.text(name)): \(Self.text(value))")
        return true
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    func onBlockBegin(stream: Int32, isFirst: Bool) {}
    func onInvalidField(name: Span<UInt8>) {}
    func onBlockEnd(stream: Int32, isFirst: Bool, endsStream: Bool) {}
    func onContent(_ content: Span<UInt8>, stream: Int32) {}
    func onContentEnd(stream: Int32) {}
    func onStreamEnd(stream: Int32, code: UInt32) {}
    func onSettings() {}
    func onGoAway(code: UInt32) {}
    func onContentWanted(of stream: Int32) -> HTTP2Session.NextContent { .end }
    func onMessageSent(stream: Int32) {}
    func onGlitch(_ glitch: HTTP2Glitch) {}
    func onError(_ name: String) {}
}
