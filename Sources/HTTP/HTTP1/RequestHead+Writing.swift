import Bytes

extension RequestHead {
    /// Writes the head anew for a member.
    ///
    /// Fields keep their order; what is added follows them. `TE` is never forwarded: a member may send trailers in any
    /// case (RFC 9110, section 6.5.1), and saying so would cost a `Connection` field.
    ///
    /// - Parameters:
    ///   - output: room of at least ``Limits/headBytesCeiling`` less than a large slab fits every head.
    ///   - source: the bytes that were parsed.
    ///   - rewrite: what is changed.
    ///   - peer: the address of the connection's peer for `X-Forwarded-For`; empty where it has none.
    ///   - client: the client's for `X-Real-IP`: another one behind trusted proxies; empty where it has none.
    ///   - entrance: where the client has come in, as ``entranceLines(isSecure:port:)`` says it.
    ///   - omitted: names of fields that are left out, beside the ``ProtectedFields``; `nil`: none.
    ///   - others: more of these.
    ///   - extra: further field lines, each with its CR LF.
    /// - Returns: whether all fitted; if not, what was written is incomplete.
    public func write(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, client: Span<UInt8>, entrance: Span<UInt8>, omitting omitted: FieldNames? = nil,
        and others: FieldNames? = nil, extra: Span<UInt8> = Span()
    ) -> Bool {
        var fits = true
        writeRequestLine(to: &output, from: source, rewrite.splices, &fits)
        // A target in absolute form has named it (RFC 9112, section 3.2.2).
        let writesHost = targetForm == .absolute || !fields.contains(.host)
        if writesHost, !rewrite.omitsHost {
            output.put("Host: ", &fits)
            output.put(authorityRange, of: source, &fits)
            output.put("\r\n", &fits)
        }
        writeFields(to: &output, from: source, rewrite, omitting: omitted, others, &fits)
        writeForwarding(to: &output, from: source, rewrite, peer: peer, client: client, entrance: entrance, &fits)
        if !extra.isEmpty { output.put(extra, &fits) }
        output.put(rewrite.framing, &fits)
        if rewrite.asksForWebSocket {
            output.put("Connection: upgrade\r\nUpgrade: websocket\r\n", &fits)
        }
        output.put("\r\n", &fits)
        return fits
    }

    /// Writes method, target and version: origin form, or `*` (RFC 9112, section 3.2.4).
    private func writeRequestLine(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ splices: Splices?, _ fits: inout Bool
    ) {
        if targetForm == .origin, splices == nil {
            output.put(methodRange.lowerBound..<targetRange.upperBound, of: source, &fits)
            output.put(" HTTP/1.1\r\n", &fits)
            return
        }
        output.put(methodRange, of: source, &fits)
        output.put(" ", &fits)
        if pathRange.isEmpty, method == .options, queryRange == nil {
            output.put("*", &fits)
        } else {
            if pathRange.isEmpty { output.put("/", &fits) }
            let target = pathRange.lowerBound..<targetRange.upperBound
            if let splices {
                var index = splices.index(from: 0, notBefore: target.lowerBound)
                splices.write(target, of: source, from: &index, to: &output, &fits)
            } else {
                output.put(target, of: source, &fits)
            }
        }
        output.put(" HTTP/1.1\r\n", &fits)
    }

    private func writeFields(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing RequestRewrite,
        omitting names: FieldNames?, _ others: FieldNames?, _ fits: inout Bool
    ) {
        var omitted = ProtectedFields.known
        if rewrite.inflatesContent { omitted |= KnownField.contentEncoding.bit }
        if rewrite.omitsHost || targetForm == .absolute { omitted |= KnownField.host.bit }
        if !rewrite.peerIsTrusted { omitted |= ProtectedFields.knownOfProxies }
        let marked = rewrite.undoesMarks ? KnownField.ifMatch.bit | KnownField.ifNoneMatch.bit : 0
        let isNameAsked = names != nil || others != nil
        let dropped: FieldMarks = rewrite.peerIsTrusted ? [.hopByHop, .edgeOnly] : .unforwarded

        var run = FieldRun(rewrite.splices)
        for index in 0..<fields.count {
            let field = fields[index]
            if field.known.bit & omitted != 0 || !field.marks.isDisjoint(with: dropped) { continue }
            if isNameAsked, names?.contains(field, in: source) == true || others?.contains(field, in: source) == true {
                continue
            }
            if field.known.bit & marked != 0 {
                run.flush(to: &output, from: source, &fits)
                output.put(field.name, of: source, &fits)
                output.put(": ", &fits)
                let codings = field.known == .ifMatch ? .all : rewrite.undoneCodings
                EntityTagMark.writeUndone(field.value, of: source, for: codings, to: &output, &fits)
                output.put("\r\n", &fits)
            } else {
                run.add(field, rewrite.splices, to: &output, from: source, &fits)
            }
        }
        run.flush(to: &output, from: source, &fits)
    }
}
