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
    ///   - peer: the client's address for `X-Forwarded-For`; empty where it has none.
    ///   - omitted: the name of a field, in lower case, that is left out; empty: none.
    /// - Returns: whether all fitted; if not, what was written is incomplete.
    public func write(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, omitting omitted: Span<UInt8> = Span()
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
        writeFields(to: &output, from: source, rewrite, omitting: omitted, &fits)
        writeForwarding(to: &output, from: source, rewrite, peer: peer, &fits)
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
        omitting name: Span<UInt8>, _ fits: inout Bool
    ) {
        var omitted =
            KnownField.contentLength.bit | KnownField.via.bit | KnownField.xForwardedFor.bit
            | KnownField.forwarded.bit | KnownField.martletCoding.bit | KnownField.martletExplain.bit
        if rewrite.inflatesContent { omitted |= KnownField.contentEncoding.bit }
        if rewrite.omitsHost || targetForm == .absolute { omitted |= KnownField.host.bit }
        if !rewrite.peerIsTrusted { omitted |= KnownField.xForwardedHost.bit | KnownField.xForwardedProto.bit }
        let marked = rewrite.undoesMarks ? KnownField.ifMatch.bit | KnownField.ifNoneMatch.bit : 0
        let dropped: FieldMarks = rewrite.peerIsTrusted ? .hopByHop : [.hopByHop, .edgeOnly]

        var run = FieldRun(rewrite.splices)
        for index in 0..<fields.count {
            let field = fields[index]
            if field.known.bit & omitted != 0 || !field.marks.isDisjoint(with: dropped) { continue }
            if rewrite.omitsFacts, Self.isFact(field, in: source) { continue }
            if !name.isEmpty, Self.reads(source.extracting(field.name), as: name) { continue }
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

    /// Whether the field's name begins as those of the edge's own facts do, also as a CGI-like member would read it.
    private static func isFact(_ field: Field, in source: Span<UInt8>) -> Bool {
        let name = field.name
        guard name.count > 11, isDash(source[name.lowerBound + 1]), isDash(source[name.lowerBound + 10]) else {
            return false
        }
        return source.equals("x", in: name.lowerBound..<name.lowerBound + 1)
            && source.equals("balancer", in: name.lowerBound + 2..<name.lowerBound + 10)
    }

    /// Whether a field's name is one that is omitted, also as a CGI-like member would read it.
    private static func reads(_ field: Span<UInt8>, as name: Span<UInt8>) -> Bool {
        guard field.count == name.count else { return false }
        for offset in field.indices {
            let (one, other) = (field[offset].asciiLowercased, name[offset].asciiLowercased)
            guard one == other || isDash(one) && isDash(other) else { return false }
        }
        return true
    }

    private static func isDash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private func writeForwarding(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, _ fits: inout Bool
    ) {
        let isPassedOn = rewrite.peerIsTrusted && fields.contains(.xForwardedFor)
        if isPassedOn || !peer.isEmpty {
            output.put("X-Forwarded-For: ", &fits)
            if isPassedOn {
                output.putValues(of: .xForwardedFor, in: fields, of: source, isEnd: peer.isEmpty, &fits)
            }
            output.put(peer, &fits)
            output.put("\r\n", &fits)
        }
        if !rewrite.peerIsTrusted || !fields.contains(.xForwardedProto) {
            output.put(rewrite.isSecure ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n", &fits)
        }
        if !authorityRange.isEmpty, !rewrite.peerIsTrusted || !fields.contains(.xForwardedHost) {
            output.put("X-Forwarded-Host: ", &fits)
            output.put(authorityRange, of: source, &fits)
            output.put("\r\n", &fits)
        }
        output.put("Via: ", &fits)
        output.putValues(of: .via, in: fields, of: source, isEnd: false, &fits)
        output.put(isHTTP2 ? "2 martlet\r\n" : minorVersion == 0 ? "1.0 martlet\r\n" : "1.1 martlet\r\n", &fits)
    }
}
