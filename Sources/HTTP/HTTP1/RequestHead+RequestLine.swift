import Bytes

extension RequestHead {
    /// Parses the request line (RFC 9112, section 3): single spaces, nothing missing.
    ///
    /// - Returns: the offset of the first field line.
    mutating func parseRequestLine(_ bytes: Span<UInt8>, limits: borrowing HeadLimits) throws(HeadError) -> Int {
        var start = 0
        if bytes.count >= 2, bytes[0] == 0x0D, bytes[1] == 0x0A { start = 2 }
        let methodEnd = bytes.offset(of: 0x20, withinLineFrom: start)
        try parseMethod(bytes, from: start, to: methodEnd)
        let versionStart = try parseTarget(bytes, from: methodEnd + 1) + 1
        let end = try parseVersion(bytes, at: versionStart)
        // Only now, so that the preface of HTTP/2 (`PRI * HTTP/2.0`) is told that its version is not supported.
        guard targetForm != .asterisk || method == .options else {
            throw HeadError(.targetForm, at: targetRange.lowerBound)
        }
        guard end - start <= limits.requestLineBytesMax else {
            throw HeadError(.requestLineTooLong, at: end, limit: limits.requestLineBytesMax)
        }
        return end + 2
    }

    private mutating func parseMethod(_ bytes: Span<UInt8>, from start: Int, to end: Int) throws(HeadError) {
        guard end < bytes.count else { throw HeadError(.incomplete, at: end) }
        methodRange = start..<end
        method = Method(in: bytes, at: start, count: end - start)
        if method == .other || bytes[end] != 0x20 {
            let tokenEnd = bytes.tokenEnd(from: start, to: end)
            guard tokenEnd == end, end > start else { throw HeadError(.methodInvalid, at: tokenEnd) }
            guard bytes[end] == 0x20 else { throw Self.lineError(bytes, at: end) }
            guard !Method.isMiscased(in: bytes, at: start, count: end - start) else {
                throw HeadError(.methodCase, at: start)
            }
        }
    }

    /// Parses the target up to the space after it.
    ///
    /// - Returns: the offset of that space.
    private mutating func parseTarget(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> Int {
        guard start < bytes.count else { throw HeadError(.incomplete, at: start) }
        let isOrigin = bytes[start] == UInt8(ascii: "/")
        if isOrigin, method != .connect {
            targetForm = .origin
            return try parsePath(bytes, targetStart: start, pathStart: start)
        }
        if method == .connect { return try parseAuthorityForm(bytes, from: start) }
        if bytes[start] == UInt8(ascii: "*"), start + 1 < bytes.count, bytes[start + 1] == 0x20 {
            targetForm = .asterisk
            targetRange = start..<(start + 1)
            pathRange = start..<start
            queryRange = nil
            authorityRange = 0..<0
            return start + 1
        }
        return try parseAbsoluteForm(bytes, from: start)
    }

    private mutating func parsePath(
        _ bytes: Span<UInt8>, targetStart: Int, pathStart: Int
    ) throws(HeadError) -> Int {
        var end = bytes.targetStop(from: pathStart, atQuestionMark: true)
        pathRange = pathStart..<end
        if end < bytes.count, bytes[end] == UInt8(ascii: "?") {
            let queryStart = end + 1
            end = queryStart
            repeat {
                end = bytes.targetStop(from: end, atQuestionMark: false)
            } while end < bytes.count && bytes[end] == UInt8(ascii: "?")
            queryRange = queryStart..<end
        } else {
            queryRange = nil
        }
        targetRange = targetStart..<end
        if targetForm == .origin { authorityRange = 0..<0 }
        guard end < bytes.count else { throw HeadError(.incomplete, at: end) }
        guard bytes[end] == 0x20 else { throw Self.targetError(bytes, at: end) }
        return end
    }

    private mutating func parseAbsoluteForm(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> Int {
        let lineEnd = bytes.offset(of: 0x20, withinLineFrom: start)
        guard lineEnd > start else { throw HeadError(.requestLineMalformed, at: start) }
        var authority = start
        if lineEnd - start >= 7, bytes.equals("http://", in: start..<(start + 7)) {
            authority += 7
        } else if lineEnd - start >= 8, bytes.equals("https://", in: start..<(start + 8)) {
            authority += 8
        } else {
            throw Self.formError(bytes, from: start, to: lineEnd)
        }
        var end = authority
        while end < lineEnd, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") {
            guard bytes[end] != UInt8(ascii: "@") else { throw HeadError(.targetUserinfo, at: end) }
            end += 1
        }
        targetForm = .absolute
        try parseAuthority(bytes, authority..<end, refusal: .targetInvalid)
        return try parsePath(bytes, targetStart: start, pathStart: end)
    }

    private mutating func parseAuthorityForm(_ bytes: Span<UInt8>, from start: Int) throws(HeadError) -> Int {
        let end = bytes.offset(of: 0x20, withinLineFrom: start)
        guard end < bytes.count, bytes[end] == 0x20 else { throw Self.lineError(bytes, at: end) }
        targetForm = .authority
        targetRange = start..<end
        pathRange = end..<end
        queryRange = nil
        try parseAuthority(bytes, start..<end, refusal: .targetForm)
        guard port != nil else { throw HeadError(.targetForm, at: start) }
        return end
    }

    /// Parses `HTTP/1.x` and its CR LF (RFC 9112, section 2.3).
    ///
    /// - Returns: the offset of the CR LF.
    private mutating func parseVersion(_ bytes: Span<UInt8>, at start: Int) throws(HeadError) -> Int {
        let end = start + 8
        guard end + 1 < bytes.count else { throw Self.lineError(bytes, at: min(start, bytes.count)) }
        minorVersion = try HTTPVersion.minor(in: bytes, at: start)
        guard bytes[end] == 0x0D, bytes[end + 1] == 0x0A else {
            throw Self.lineError(bytes, at: end, otherwise: .versionMalformed)
        }
        return end
    }

    private static func formError(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> HeadError {
        if isProxyHeader(bytes, start..<end) { return HeadError(.proxyHeader, at: start) }
        var offset = start
        while offset < end, bytes[offset].isLetter { offset += 1 }
        let hasScheme = offset > start && offset + 2 < end && bytes.equals("://", in: offset..<(offset + 3))
        return HeadError(hasScheme ? .targetScheme : .targetForm, at: start)
    }

    /// Whether the line is the PROXY protocol's header of version 1, which only listeners with `proxy-protocol` read.
    private static func isProxyHeader(_ bytes: Span<UInt8>, _ family: Range<Int>) -> Bool {
        guard family.lowerBound >= 6, bytes.equals("proxy ", in: (family.lowerBound - 6)..<family.lowerBound) else {
            return false
        }
        let isInternet = bytes.equals("tcp4", in: family) || bytes.equals("tcp6", in: family)
        return isInternet || bytes.equals("unknown", in: family)
    }

    private static func targetError(_ bytes: Span<UInt8>, at offset: Int) -> HeadError {
        let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        if bytes[offset] == 0x0D, next == 0x0A { return HeadError(.requestLineMalformed, at: offset) }
        return lineError(bytes, at: offset, otherwise: .targetInvalid)
    }

    private static func lineError(
        _ bytes: Span<UInt8>, at offset: Int, otherwise refusal: HeadRefusal = .requestLineMalformed
    ) -> HeadError {
        guard offset < bytes.count else { return HeadError(.incomplete, at: offset) }
        switch bytes[offset] {
        case 0x00, 0x0A: return FieldTable.controlError(bytes, at: offset)
        case 0x0D where offset + 1 < bytes.count && bytes[offset + 1] != 0x0A:
            return HeadError(.bareCarriageReturn, at: offset)
        default: return HeadError(refusal, at: offset)
        }
    }
}
