import HTTP

/// Parses a request head and writes it anew, as for a client at 192.0.2.1.
func rebuild(
    _ source: [UInt8], _ rewrite: borrowing RequestRewrite, omitting name: String = "", peer: String = "192.0.2.1",
    room: Int = 8192
) -> [UInt8]? {
    let name = bytes(name)
    var head = RequestHead(fieldCountMax: 128)
    guard (try? head.parse(source.span, limits: HeadLimits())) != nil else { return nil }
    let peer = bytes(peer)
    return written(room: room) { output in
        head.write(to: &output, from: source.span, rewrite: rewrite, peer: peer.span, omitting: name.span)
    }
}

/// Parses an answer head and writes it anew.
func rebuild(
    _ source: String, _ rewrite: ResponseRewrite, date: String = "", extra: String = "", room: Int = 8192
) -> [UInt8]? {
    let source = bytes(source)
    var head = ResponseHead(fieldCountMax: 128)
    guard (try? head.parse(source.span, to: .get, limits: HeadLimits())) != nil else { return nil }
    let date = bytes(date)
    let extra = bytes(extra)
    return written(room: room) { output in
        head.write(to: &output, from: source.span, rewrite: rewrite, date: date.span, extra: extra.span)
    }
}
