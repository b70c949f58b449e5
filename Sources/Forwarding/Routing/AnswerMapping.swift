import Bytes
import HTTP
import Session

/// Makes URLs and cookies of an answer that speak of the member speak of the site: `ProxyPassReverse`,
/// `ProxyPassReverseCookiePath` and `ProxyPassReverseCookieDomain` in one.
struct AnswerMapping {
    let mapping: PathMapping
    let members: MemberLines
    /// The authority by which the client knows the site; empty where it has named none (HTTP/1.0).
    let authority: [UInt8]
    /// Whether the client came over TLS.
    let isSecure: Bool

    /// Adds what is to be replaced in an answer's fields.
    func map(_ head: borrowing ResponseHead, in source: Span<UInt8>, _ splices: inout Splices) {
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            switch field.known {
            case .location: mapURL(field.value, in: source, &splices)
            case .setCookie: mapCookie(field.value, in: source, &splices)
            case .other:
                let name = source.extracting(field.name)
                if name.equalsIgnoringCase("link") {
                    mapLinks(field.value, in: source, &splices)
                } else if name.equalsIgnoringCase("content-location") || name.equalsIgnoringCase("uri") {
                    mapURL(field.value, in: source, &splices)
                }
            default: break
            }
        }
    }

    /// Maps each `<…>` of a Link field (RFC 8288, section 3).
    private func mapLinks(_ value: Range<Int>, in source: Span<UInt8>, _ splices: inout Splices) {
        var offset = value.lowerBound
        let field = source.extracting(0..<value.upperBound)
        while let start = field.firstOffset(of: UInt8(ascii: "<"), from: offset),
            let end = field.firstOffset(of: UInt8(ascii: ">"), from: start)
        {
            mapURL(start + 1..<end, in: source, &splices)
            offset = end
        }
    }

    /// Maps a URL of one of the members or of the site, and a path.
    private func mapURL(_ range: Range<Int>, in source: Span<UInt8>, _ splices: inout Splices) {
        let reference = URIReference(source, in: range)
        let path = reference.path
        guard let host = reference.authority else {
            guard reference.scheme == nil, !path.isEmpty, source[path.lowerBound] == UInt8(ascii: "/") else { return }
            _ = mapping.mapBack(path, in: source, &splices)
            return
        }
        var wasSecure = isSecure
        if let scheme = reference.scheme {
            let name = source.extracting(scheme)
            wasSecure = name.equalsIgnoringCase("https")
            guard wasSecure || name.equalsIgnoringCase("http") else { return }
        }
        let named = source.extracting(host)
        let isMembers =
            members.isAuthority(named, isSecure: wasSecure)
            || mapping.host?.isAuthority(named, isSecure: wasSecure) == true
        let isSites =
            !authority.isEmpty
            && named.withoutDefaultPort(isSecure: wasSecure)
                .equalsIgnoringCase(authority.span.withoutDefaultPort(isSecure: isSecure))
        guard isMembers || isSites else { return }
        // What a member says of its own under another path is not to be had here.
        guard mapping.mapBack(path, in: source, &splices) || !isMembers else { return }
        guard isMembers || wasSecure != isSecure else { return }
        var start: [UInt8] = []
        guard !authority.isEmpty else {
            if path.isEmpty { start = [UInt8(ascii: "/")] }
            _ = splices.replace(range.lowerBound..<path.lowerBound, with: start.span)
            return
        }
        if reference.scheme != nil { start += isSecure ? Array("https:".utf8) : Array("http:".utf8) }
        start += Array("//".utf8) + authority
        _ = splices.replace(range.lowerBound..<path.lowerBound, with: start.span)
    }

    /// Maps `Path` and a declared `Domain`, and takes one out that is a member's: the cookie is then the site's.
    private func mapCookie(_ field: Range<Int>, in source: Span<UInt8>, _ splices: inout Splices) {
        let text = source.extracting(field)
        var reader = SetCookieAttributeReader(of: text)
        while let attribute = reader.next(in: text) {
            let value = field.lowerBound + attribute.value.lowerBound..<field.lowerBound + attribute.value.upperBound
            switch attribute.kind {
            case .path: _ = mapping.mapBack(value, in: source, &splices)
            case .domain where !value.isEmpty:
                let isDotted = source[value.lowerBound] == UInt8(ascii: ".")
                let host = isDotted ? value.lowerBound + 1..<value.upperBound : value
                let isMapped = mapping.withCookieDomain(for: source.extracting(host)) { domain in
                    _ = splices.replace(value, with: domain)
                }
                let name = source.extracting(host)
                guard !isMapped, members.isHost(name) || mapping.host?.isHost(name) == true else { continue }
                let whole = attribute.whole
                _ = splices.replace(
                    field.lowerBound + whole.lowerBound..<field.lowerBound + whole.upperBound, with: Span())
            default: continue
            }
        }
    }
}
