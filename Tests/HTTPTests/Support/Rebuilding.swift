import HTTP

/// Parses a request head and writes it anew, as for a client at 192.0.2.1 that came by TLS to port 443.
///
/// - Parameter client: the client's address; `nil`: the peer's.
func rebuild(
    _ source: [UInt8], _ rewrite: borrowing RequestRewrite, omitting names: FieldNames? = nil,
    and others: FieldNames? = nil, peer: String = "192.0.2.1", client: String? = nil, isSecure: Bool = true,
    port: UInt16? = 443, extra: String = "", isHTTP2: Bool = false, room: Int = 8192
) -> [UInt8]? {
    var head = RequestHead(fieldCountMax: 128)
    guard (try? head.parse(source.span, limits: HeadLimits(), isHTTP2: isHTTP2)) != nil else { return nil }
    let (peer, client, extra) = (bytes(peer), bytes(client ?? peer), bytes(extra))
    let entrance = RequestHead.entranceLines(isSecure: isSecure, port: port)
    return written(room: room) { output in
        head.write(
            to: &output, from: source.span, rewrite: rewrite, peer: peer.span, client: client.span,
            entrance: entrance.span, omitting: names, and: others, extra: extra.span)
    }
}

/// Parses an answer head and writes it anew.
func rebuild(
    _ source: String, _ rewrite: ResponseRewrite, date: String = "", omitting names: FieldNames? = nil,
    extra: String = "", room: Int = 8192
) -> [UInt8]? {
    let source = bytes(source)
    var head = ResponseHead(fieldCountMax: 128)
    guard (try? head.parse(source.span, to: .get, limits: HeadLimits())) != nil else { return nil }
    let date = bytes(date)
    let extra = bytes(extra)
    return written(room: room) { output in
        head.write(
            to: &output, from: source.span, rewrite: rewrite, date: date.span, omitting: names, extra: extra.span)
    }
}
