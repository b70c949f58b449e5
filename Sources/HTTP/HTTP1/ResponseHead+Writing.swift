import Bytes

extension ResponseHead {
    /// Writes the head anew for a client: always HTTP/1.1, with the standard reason phrase (RFC 9112, section 4).
    ///
    /// Fields keep their order; what is added follows them. `Via` is not added to answers (RFC 9110, section 7.6.3,
    /// leaves that to a gateway).
    ///
    /// - Parameters:
    ///   - output: where to.
    ///   - source: the bytes that were parsed.
    ///   - rewrite: what is changed.
    ///   - date: the value of `Date` for a final answer without one (RFC 9110, section 6.6.1); empty adds none.
    ///   - omitted: names of fields that are left out; `nil`: none.
    ///   - extra: further field lines, each with its CR LF.
    ///   - lines: more of these.
    /// - Returns: whether all fitted; if not, what was written is incomplete.
    public func write(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, rewrite: borrowing ResponseRewrite,
        date: Span<UInt8> = Span(), omitting omitted: FieldNames? = nil, extra: Span<UInt8> = Span(),
        lines: Span<UInt8> = Span()
    ) -> Bool {
        var fits = true
        Status.writeLine(status, to: &output, &fits)
        writeFields(to: &output, from: source, rewrite, omitting: omitted, &fits)
        if rewrite.coding.setsVary, !fields.contains(.vary) {
            output.put("Vary: Accept-Encoding\r\n", &fits)
        }
        if let coding = rewrite.coding.coding {
            output.put("Content-Encoding: ", &fits)
            output.put(coding.token, &fits)
            output.put("\r\n", &fits)
        }
        if !date.isEmpty, status >= 200, !fields.contains(.date) {
            output.put("Date: ", &fits)
            output.put(date, &fits)
            output.put("\r\n", &fits)
        }
        output.put(rewrite.framing, &fits)
        if rewrite.switchesToWebSocket {
            output.put("Connection: upgrade\r\nUpgrade: websocket\r\n", &fits)
        } else if rewrite.connection == .close {
            output.put("Connection: close\r\n", &fits)
        } else if rewrite.connection == .keepAlive {
            output.put("Connection: keep-alive\r\n", &fits)
        }
        if !extra.isEmpty { output.put(extra, &fits) }
        if !lines.isEmpty { output.put(lines, &fits) }
        output.put("\r\n", &fits)
        return fits
    }

    private func writeFields(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing ResponseRewrite,
        omitting names: FieldNames?, _ fits: inout Bool
    ) {
        let coding = rewrite.coding
        // What the edge has decided it says itself.
        var omitted =
            KnownField.contentLength.bit | KnownField.martletCoding.bit | KnownField.martletRoute.bit
        // A member may say identity, which is no coding (RFC 9110, section 8.4.1).
        if coding.coding != nil { omitted |= KnownField.acceptRanges.bit | KnownField.contentEncoding.bit }
        var changed: UInt64 = coding == .none ? 0 : KnownField.entityTag.bit
        if coding.setsVary, !variesByEncoding(source) { changed |= KnownField.vary.bit }

        let isNameAsked = names != nil
        var run = FieldRun(rewrite.splices)
        for index in 0..<fields.count {
            let field = fields[index]
            if field.known.bit & omitted != 0 || field.marks.contains(.hopByHop) { continue }
            if isNameAsked, let names, names.contains(field, in: source) { continue }
            guard field.known.bit & changed != 0 else {
                run.add(field, rewrite.splices, to: &output, from: source, &fits)
                continue
            }
            run.flush(to: &output, from: source, &fits)
            output.put(field.name, of: source, &fits)
            output.put(": ", &fits)
            if field.known == .vary {
                // Only the first of several Vary fields grows.
                changed &= ~KnownField.vary.bit
                output.put(field.value, of: source, &fits)
                output.put(field.value.isEmpty ? "Accept-Encoding" : ", Accept-Encoding", &fits)
            } else if let mark = coding.mark ?? EntityTagMark.find(in: field.value, of: source).map({ _ in .identity })
            {
                mark.writeMarked(field.value, of: source, to: &output, &fits)
            } else {
                output.put(field.value, of: source, &fits)
            }
            output.put("\r\n", &fits)
        }
        run.flush(to: &output, from: source, &fits)
    }

    /// Whether some `Vary` field lists `Accept-Encoding` or `*` (RFC 9110, section 12.5.5).
    private func variesByEncoding(_ source: Span<UInt8>) -> Bool {
        var index = fields.index(of: .vary)
        while let found = index {
            var offset = fields[found].value.lowerBound
            while let element = source.nextElement(from: &offset, to: fields[found].value.upperBound) {
                if source.equals("*", in: element) || source.equals("accept-encoding", in: element) { return true }
            }
            index = fields.index(of: .vary, from: found + 1)
        }
        return false
    }
}
