import Bytes

extension RequestHead {
    /// Makes the lines that tell members where a client has come in: the scheme and, behind it, the port.
    ///
    /// - Parameters:
    ///   - isSecure: whether clients speak TLS there.
    ///   - port: where they connect to; `nil` at a UNIX-domain socket.
    public static func entranceLines(isSecure: Bool, port: UInt16?) -> [UInt8] {
        let scheme = "X-Forwarded-Proto: \(isSecure ? "https" : "http")\r\n"
        return Array((scheme + (port.map { "X-Forwarded-Port: \($0)\r\n" } ?? "")).utf8)
    }

    /// Where the port stands in such lines; empty where they name none.
    public static func portRange(inEntranceLines lines: Span<UInt8>) -> Range<Int> {
        guard let start = lines.firstOffset(of: UInt8(ascii: "\n")), start + 1 < lines.count else { return 0..<0 }
        return start + 1 + "X-Forwarded-Port: ".utf8.count..<lines.count - 2
    }

    /// Writes what members are told of the client, and of the way that the request came (RFC 9110, section 7.6.3).
    ///
    /// A trusted peer's `X-Forwarded-For` is appended to; of its other fields each is kept, as a member behind two
    /// proxies is to see what the first was asked for. What it has said in `Forwarded` is put into these fields.
    func writeForwarding(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, client: Span<UInt8>, entrance: Span<UInt8>, _ fits: inout Bool
    ) {
        if rewrite.writesXForwarded {
            writeXForwarded(
                to: &output, from: source, rewrite, peer: peer, client: client, entrance: entrance, &fits)
        }
        if rewrite.writesForwarded {
            writeForwarded(to: &output, from: source, rewrite, peer: peer, client: client, &fits)
        }
        guard fields.contains(.via) || isHTTP2 || minorVersion == 0 else {
            return output.put("Via: 1.1 martlet\r\n", &fits)
        }
        output.put("Via: ", &fits)
        output.putValues(of: .via, in: fields, of: source, isEnd: false, &fits)
        output.put(isHTTP2 ? "2 martlet\r\n" : minorVersion == 0 ? "1.0 martlet\r\n" : "1.1 martlet\r\n", &fits)
    }

    private func writeXForwarded(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, client: Span<UInt8>, entrance: Span<UInt8>, _ fits: inout Bool
    ) {
        guard rewrite.peerIsTrusted || rewrite.approach.isTold else {
            return writeOwn(to: &output, from: source, peer: peer, client: client, entrance: entrance, &fits)
        }
        let isPassedOn = rewrite.peerIsTrusted && fields.contains(.xForwardedFor)
        // Of what `Forwarded` says, whom the chain has led to.
        let isTranslated = !rewrite.peerIsTrusted && rewrite.approach.address != 0
        if isPassedOn || isTranslated || !peer.isEmpty {
            output.put("X-Forwarded-For: ", &fits)
            if isPassedOn {
                output.putValues(of: .xForwardedFor, in: fields, of: source, isEnd: peer.isEmpty, &fits)
            } else if isTranslated {
                output.put(client, &fits)
                if !peer.isEmpty { output.put(", ", &fits) }
            }
            output.put(peer, &fits)
            output.put("\r\n", &fits)
        }
        if !client.isEmpty {
            output.put("X-Real-IP: ", &fits)
            output.put(client, &fits)
            output.put("\r\n", &fits)
        }
        guard rewrite.peerIsTrusted else {
            return writeTranslated(rewrite.approach, to: &output, from: source, entrance: entrance, &fits)
        }
        let keeps = rewrite.peerIsTrusted ? fields.present & ProtectedFields.knownOfProxies : 0
        if keeps & (KnownField.xForwardedProto.bit | KnownField.xForwardedPort.bit) == 0 {
            output.put(entrance, &fits)
        } else if keeps & KnownField.xForwardedProto.bit == 0 {
            output.put(0..<((entrance.firstOffset(of: UInt8(ascii: "\n")) ?? -1) + 1), of: entrance, &fits)
        }
        if !authorityRange.isEmpty, keeps & KnownField.xForwardedHost.bit == 0 {
            output.put("X-Forwarded-Host: ", &fits)
            output.put(authorityRange, of: source, &fits)
            output.put("\r\n", &fits)
        }
    }

    /// Says what is known of a client that speaks for itself.
    private func writeOwn(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, peer: Span<UInt8>, client: Span<UInt8>,
        entrance: Span<UInt8>, _ fits: inout Bool
    ) {
        if !peer.isEmpty {
            output.put("X-Forwarded-For: ", &fits)
            output.put(peer, &fits)
            output.put("\r\nX-Real-IP: ", &fits)
            output.put(client, &fits)
            output.put("\r\n", &fits)
        }
        output.put(entrance, &fits)
        guard !authorityRange.isEmpty else { return }
        output.put("X-Forwarded-Host: ", &fits)
        output.put(authorityRange, of: source, &fits)
        output.put("\r\n", &fits)
    }

    /// Says by `X-Forwarded-Proto` and `-Host` what a proxy has said by `Forwarded`. Where that tells the scheme, the
    /// port beside it nobody knows.
    private func writeTranslated(
        _ approach: Approach, to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, entrance: Span<UInt8>,
        _ fits: inout Bool
    ) {
        switch approach.isSecure {
        case true?: output.put("X-Forwarded-Proto: https\r\n", &fits)
        case false?: output.put("X-Forwarded-Proto: http\r\n", &fits)
        case nil: output.put(entrance, &fits)
        }
        let authority = approach.authority ?? authorityRange
        guard !authority.isEmpty else { return }
        output.put("X-Forwarded-Host: ", &fits)
        output.put(authority, of: source, &fits)
        output.put("\r\n", &fits)
    }

    /// Writes one element for the client, where a proxy has said anything of it, and one for the connection's peer.
    private func writeForwarded(
        to output: inout OutputSpan<UInt8>, from source: Span<UInt8>, _ rewrite: borrowing RequestRewrite,
        peer: Span<UInt8>, client: Span<UInt8>, _ fits: inout Bool
    ) {
        let own = source.extracting(authorityRange)
        output.put("Forwarded: ", &fits)
        if rewrite.approach.isTold {
            let approach = rewrite.approach
            output.putForwarded(
                for: client.extracting(0..<(approach.address == 0 ? 0 : client.count)),
                isSecure: approach.isSecure ?? rewrite.isSecure,
                host: source.extracting(approach.authority ?? authorityRange), &fits)
            output.put(", ", &fits)
        }
        output.putForwarded(for: peer, isSecure: rewrite.isSecure, host: own, &fits)
        output.put("\r\n", &fits)
    }
}
