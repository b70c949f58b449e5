import Bytes

/// Writes the packets of AJP/1.3 that go to a member, as mod_proxy_ajp writes them.
public enum AJPWriter {
    /// Writes a request's head as one packet.
    ///
    /// Of what a request says of itself only its fields and its target come from the client; what else a member is told
    /// is of the edge, the user among it. `Connection` and `Upgrade` are left out, since AJP switches no protocols.
    ///
    /// - Parameters:
    ///   - request: where the parts lie.
    ///   - head: the bytes that it was made of.
    ///   - environment: what the member is told beside it.
    ///   - secret: what the member asks for; empty: nothing.
    ///   - packetBytes: bytes of a packet at most, within ``Limits/ajpPacketBytes``.
    ///   - output: room of as many bytes fits every head that can be sent.
    /// - Returns: whether it fits a packet; if not, nothing is written.
    public static func forward(
        _ request: WrittenRequest, of head: Span<UInt8>, _ environment: borrowing GatewayEnvironment,
        secret: [UInt8], packetBytes: Int, to output: Buffer
    ) -> Bool {
        precondition(Limits.ajpPacketBytes.contains(packetBytes), "no packets are as large")
        let before = output.count
        let path = request.path(in: head)
        let fits = output.append { packet in
            var fits = true
            begin(&packet, &fits)
            packet.put(byte: AJPCodes.forwardRequest, &fits)
            let method = AJPCodes.method(head.extracting(request.method))
            packet.put(byte: method, &fits)
            putLine(request, of: head, path, environment, to: &packet, &fits)
            putFields(request, of: head, to: &packet, &fits)
            putAttributes(request, of: head, path, environment, to: &packet, &fits)
            putTLS(environment, to: &packet, &fits)
            if !secret.isEmpty {
                packet.put(byte: AJPCodes.secret, &fits)
                packet.put(string: secret.span, &fits)
            }
            if method == AJPCodes.otherMethod {
                packet.put(byte: AJPCodes.storedMethod, &fits)
                packet.put(string: head.extracting(request.method), &fits)
            }
            packet.put(byte: AJPCodes.end, &fits)
            guard fits, packet.count <= packetBytes else { return false }
            packet.set(integer: packet.count - AJPCodes.headerBytes, at: 2)
            return true
        }
        if !fits { output.removeLast(output.count - before) }
        return fits
    }

    /// Writes content as one packet.
    ///
    /// - Parameters:
    ///   - content: so many bytes that they fit a packet.
    ///   - output: has room for them and for ``AJPCodes/contentOffset`` more.
    static func data(_ content: Span<UInt8>, to output: Buffer) {
        let fits = output.append { packet in
            var fits = true
            packet.put("\u{12}\u{34}", &fits)
            packet.put(integer: content.count + 2, &fits)
            packet.put(integer: content.count, &fits)
            packet.put(content, &fits)
            return fits
        }
        precondition(fits, "content fits its packet, and the packet the room")
    }

    /// Asks whether the member is there.
    ///
    /// - Returns: whether there was room.
    public static func ping(to output: Buffer) -> Bool {
        guard output.room > AJPCodes.headerBytes else { return false }
        return output.append { packet in
            var fits = true
            packet.put("\u{12}\u{34}", &fits)
            packet.put(integer: 1, &fits)
            packet.put(byte: AJPCodes.ping, &fits)
            return fits
        }
    }

    // MARK: - The parts of a request

    /// The mark of packets to a member, and room for the length.
    private static func begin(_ packet: inout OutputSpan<UInt8>, _ fits: inout Bool) {
        packet.put("\u{12}\u{34}", &fits)
        packet.put(integer: 0, &fits)
    }

    private static func putLine(
        _ request: WrittenRequest, of head: Span<UInt8>, _ path: Range<Int>,
        _ environment: borrowing GatewayEnvironment, to packet: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        packet.put(string: environment.version.name, &fits)
        packet.put(string: head.extracting(path), &fits)
        packet.put(string: environment.clientAddress.span, &fits)
        // The client's name: nobody is asked for it.
        packet.putNoString(&fits)
        if let authority = try? Authority(head, request.authority, refusal: .hostInvalid) {
            packet.put(string: head.extracting(authority.host), &fits)
        } else {
            packet.put(string: environment.localAddress.span, &fits)
        }
        packet.put(integer: Int(environment.localPort), &fits)
        packet.put(byte: environment.isSecure ? 1 : 0, &fits)
    }

    private static func putFields(
        _ request: WrittenRequest, of head: Span<UInt8>, to packet: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        let place = packet.count
        packet.put(integer: 0, &fits)
        var count = 0
        var start = request.fields.lowerBound
        while fits, let line = WrittenRequest.Line(head, at: start) {
            start = line.next
            if line.role(in: head) == .connection { continue }
            count += 1
            if let code = AJPCodes.requestField(line.name, in: head) {
                packet.put(integer: AJPCodes.fieldMark << 8 | Int(code), &fits)
            } else {
                fits = fits && line.name.count <= AJPCodes.nameBytesMax
                packet.put(string: head.extracting(line.name), &fits)
            }
            packet.put(string: head.extracting(line.value), &fits)
        }
        if fits { packet.set(integer: count, at: place) }
    }

    private static func putAttributes(
        _ request: WrittenRequest, of head: Span<UInt8>, _ path: Range<Int>,
        _ environment: borrowing GatewayEnvironment, to packet: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        put(AJPCodes.remoteUser, environment.user.span, to: &packet, &fits)
        if environment.authentication.utf8CodeUnitCount > 0 {
            packet.put(byte: AJPCodes.authType, &fits)
            packet.put(string: environment.authentication, &fits)
        }
        if path.upperBound < request.target.upperBound {
            packet.put(byte: AJPCodes.queryString, &fits)
            packet.put(string: head.extracting((path.upperBound + 1)..<request.target.upperBound), &fits)
        }
        if environment.clientPort > 0 {
            packet.put(byte: AJPCodes.namedAttribute, &fits)
            packet.put(string: "AJP_REMOTE_PORT", &fits)
            packet.put(digitsOf: environment.clientPort, &fits)
        }
        if !environment.localAddress.isEmpty {
            packet.put(byte: AJPCodes.namedAttribute, &fits)
            packet.put(string: "AJP_LOCAL_ADDR", &fits)
            packet.put(string: environment.localAddress.span, &fits)
        }
    }

    private static func putTLS(
        _ environment: borrowing GatewayEnvironment, to packet: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard environment.tlsVersion.utf8CodeUnitCount > 0 else { return }
        if !environment.cipher.isEmpty {
            packet.put(byte: AJPCodes.cipher, &fits)
            packet.put(string: environment.cipher, &fits)
        }
        if environment.keyBits > 0 {
            packet.put(byte: AJPCodes.keyBits, &fits)
            packet.put(integer: Int(environment.keyBits), &fits)
        }
        packet.put(byte: AJPCodes.namedAttribute, &fits)
        packet.put(string: "AJP_SSL_PROTOCOL", &fits)
        packet.put(string: environment.tlsVersion, &fits)
    }

    /// An attribute, if there is something to say.
    private static func put(
        _ attribute: UInt8, _ value: Span<UInt8>, to packet: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        guard !value.isEmpty else { return }
        packet.put(byte: attribute, &fits)
        packet.put(string: value, &fits)
    }
}
