import Bytes

/// What a program is told of its request, as pairs of name and value (RFC 3875, section 4.1).
///
/// As Apache's mod_proxy_fcgi tells it, so that programs which were behind it find what they look for. Whatever a
/// client sends is named `HTTP_…`; `CONTENT_TYPE` is the exception, as CGI has it.
struct GatewayParams: ~Escapable {
    private let request: WrittenRequest
    private let bytes: Span<UInt8>
    private let rules: GatewayRules
    private let script: CGIScript
    /// The path as it is written, which begins with a slash.
    private let path: Range<Int>

    /// - Parameters:
    ///   - request: where the parts of the head lie.
    ///   - bytes: the head.
    ///   - script: what the rules have found for its path.
    @_lifetime(copy bytes)
    init(_ request: WrittenRequest, of bytes: Span<UInt8>, _ rules: GatewayRules, _ script: CGIScript) {
        self.request = request
        self.bytes = bytes
        self.rules = rules
        self.script = script
        path = request.path(in: bytes)
    }

    /// Writes all pairs.
    ///
    /// - Parameter fields: those of the request.
    /// - Returns: whether all fitted; if not, what was written is incomplete.
    func write(
        _ environment: borrowing GatewayEnvironment, _ fields: borrowing GatewayFields,
        to output: inout OutputSpan<UInt8>
    ) -> Bool {
        var fits = true
        let constants = rules.constants
        output.put(constants.span, &fits)
        writeFields(fields, to: &output, &fits)
        if case .length(let count) = request.framing, count > 0 {
            output.putParam("CONTENT_LENGTH", decimal: count, &fits)
        }
        writeServer(environment, to: &output, &fits)
        writeClient(environment, to: &output, &fits)
        writeLine(environment, to: &output, &fits)
        writeScript(environment, to: &output, &fits)
        let declared = rules.declared
        output.put(declared.span, &fits)
        return fits
    }

    // MARK: - The head

    private func writeFields(
        _ fields: borrowing GatewayFields, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        for number in 0..<fields.count {
            let line = fields[number]
            guard line.isFirst else { continue }
            var count = line.value.count
            var next = fields.next(after: line)
            while let other = next {
                count += 2 + other.value.count
                next = fields.next(after: other)
            }
            let prefix: StaticString = line.known == .contentType ? "" : "HTTP_"
            output.putLengths(prefix.utf8CodeUnitCount + line.name.count, count, &fits)
            guard fits else { return }
            output.put(prefix, &fits)
            output.put(variable: bytes.extracting(line.name), &fits)
            output.put(line.value, of: bytes, &fits)
            next = fields.next(after: line)
            while let other = next {
                output.put(line.known == .cookie ? "; " : ", ", &fits)
                output.put(other.value, of: bytes, &fits)
                next = fields.next(after: other)
            }
        }
    }

    /// Method, version and target of the request line.
    private func writeLine(
        _ environment: borrowing GatewayEnvironment, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        output.putParam("SERVER_PROTOCOL", environment.version.name, &fits)
        output.putParam("REQUEST_METHOD", bytes.extracting(request.method), &fits)
        let hasQuery = path.upperBound < request.target.upperBound
        let query = (path.upperBound + (hasQuery ? 1 : 0))..<request.target.upperBound
        output.putParam("QUERY_STRING", bytes.extracting(query), &fits)
        if environment.originalTarget.isEmpty {
            output.putParam("REQUEST_URI", bytes.extracting(request.target), &fits)
        } else {
            output.putParam("REQUEST_URI", environment.originalTarget.span, &fits)
        }
    }

    // MARK: - Both ends

    private func writeServer(
        _ environment: borrowing GatewayEnvironment, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        // What is written was judged before.
        let authority = try? Authority(bytes, request.authority, refusal: .hostInvalid)
        if let authority {
            output.putParam("SERVER_NAME", bytes.extracting(authority.host), &fits)
        } else {
            output.putParam("SERVER_NAME", environment.localAddress.span, &fits)
        }
        let port = authority?.port ?? (environment.isSecure ? 443 : 80)
        output.putParam("SERVER_PORT", decimal: UInt64(port), &fits)
        if !environment.localAddress.isEmpty {
            output.putParam("SERVER_ADDR", environment.localAddress.span, &fits)
        }
        output.putParam("REQUEST_SCHEME", environment.isSecure ? "https" : "http", &fits)
        if environment.isSecure { output.putParam("HTTPS", "on", &fits) }
        guard environment.tlsVersion.utf8CodeUnitCount > 0 else { return }
        output.putParam("SSL_PROTOCOL", environment.tlsVersion, &fits)
        output.putParam("SSL_CIPHER", environment.cipher.utf8.span, &fits)
        if !environment.serverName.isEmpty {
            output.putParam("SSL_TLS_SNI", environment.serverName.span, &fits)
        }
    }

    private func writeClient(
        _ environment: borrowing GatewayEnvironment, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        output.putParam("REMOTE_ADDR", environment.clientAddress.span, &fits)
        if environment.clientPort > 0 {
            output.putParam("REMOTE_PORT", decimal: UInt64(environment.clientPort), &fits)
        }
        guard !environment.user.isEmpty else { return }
        output.putParam("REMOTE_USER", environment.user.span, &fits)
        output.putParam("AUTH_TYPE", environment.authentication, &fits)
    }

    // MARK: - The program

    /// Writes where the program is, and what it is called by the client: with what the client's path begins with in the
    /// place of what the member's does.
    private func writeScript(
        _ environment: borrowing GatewayEnvironment, to output: inout OutputSpan<UInt8>, _ fits: inout Bool
    ) {
        let root = rules.root
        let mount = environment.mountedAt
        let tail = script.source == .named ? [] : script.source == .index ? rules.index : rules.front
        // The front program is not looked for by the path.
        let name = script.source == .front ? path.lowerBound..<path.lowerBound : nameRange
        output.putParam("SCRIPT_FILENAME", root.span, path: bytes.extracting(name), tail.span, &fits)
        if script.source == .front {
            let mounted = Self.mounted(tail.span, environment)
            let before = mounted == nil ? 0 : mount.count
            output.putParam(
                "SCRIPT_NAME", mount.span.extracting(0..<before), path: Span(),
                tail.span.extracting((mounted ?? 0)..<tail.count), &fits)
            return
        }
        let mounted = Self.mounted(bytes.extracting(name), environment)
        output.putParam(
            "SCRIPT_NAME", mount.span.extracting(0..<(mounted == nil ? 0 : mount.count)),
            path: bytes.extracting((name.lowerBound + (mounted ?? 0))..<name.upperBound), tail.span, &fits)
        let info = bytes.extracting(name.upperBound..<path.upperBound)
        guard info.count > 0 else { return }
        output.putParam("PATH_INFO", Span(), path: info, Span(), &fits)
        output.putParam("PATH_TRANSLATED", root.span, path: info, Span(), &fits)
    }

    /// Where the program's name lies in the path.
    private var nameRange: Range<Int> { path.lowerBound..<min(path.lowerBound + script.nameEnd, path.upperBound) }

    /// Bytes of a path that are what the member's begins with; `nil` where it begins with something else.
    private static func mounted(_ path: Span<UInt8>, _ environment: borrowing GatewayEnvironment) -> Int? {
        let prefix = environment.mountedTo.span
        guard path.count >= prefix.count, path.extracting(0..<prefix.count).equals(prefix),
            path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/")
        else { return nil }
        return prefix.count
    }
}
