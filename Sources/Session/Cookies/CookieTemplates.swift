import Bytes

/// The attributes that an application gives its session's cookie, remembered so that the cookie can be set anew in its
/// place.
///
/// Several applications behind one balancer have a cookie each, told apart by `Path`. Belongs to one worker.
public struct CookieTemplates: Sendable {
    private struct Template {
        let path: [UInt8]
        /// As the application wrote them.
        let written: [UInt8]
        /// Without `Expires`, which is a moment and would soon have passed.
        let text: [UInt8]
    }

    /// The oldest first.
    private var templates: [Template] = []

    /// Makes an empty memory.
    public init() {}

    /// Remembers a cookie's attributes; not those without a path, which a browser would derive from the request's.
    ///
    /// - Parameters:
    ///   - cookie: as it was read from the field.
    ///   - field: the value of the Set-Cookie field.
    ///   - now: seconds since 1970-01-01 00:00 UTC.
    public mutating func remember(_ cookie: SetCookie, in field: Span<UInt8>, now: Int) {
        let written = field.extracting(cookie.attributes)
        guard written.count <= Limits.templateBytesMax, !cookie.isRemoval(in: field, now: now) else { return }
        for template in templates where template.written.span.equals(written) { return }
        var path: [UInt8]?
        var text: [UInt8] = []
        var reader = SetCookieAttributeReader(of: field)
        while let attribute = reader.next(in: field) {
            if attribute.kind == .path { path = Self.array(field, attribute.value) }
            if attribute.kind != .expires { text += Self.array(field, attribute.whole) }
        }
        guard let path, path.first == UInt8(ascii: "/") else { return }
        templates.removeAll { $0.path == path }
        if templates.count == Limits.templatesMax { templates.removeFirst() }
        templates.append(Template(path: path, written: Self.array(field, cookie.attributes), text: text))
    }

    /// The attributes of the cookie that a request for this path has brought: of those with a fitting path
    /// (RFC 6265, section 5.1.4) the one with the longest.
    public func text(for path: Span<UInt8>) -> [UInt8]? {
        var best: Template?
        for template in templates where Self.matches(template.path, path) {
            if template.path.count >= best?.path.count ?? 0 { best = template }
        }
        return best?.text
    }

    private static func matches(_ template: [UInt8], _ path: Span<UInt8>) -> Bool {
        let count = template.count
        guard path.count >= count, path.extracting(0..<count).equals(template.span) else { return false }
        return path.count == count || template.last == UInt8(ascii: "/") || path[count] == UInt8(ascii: "/")
    }

    private static func array(_ field: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        Array(capacity: range.count) { (output: inout OutputSpan<UInt8>) in
            _ = output.append(copying: field.extracting(range))
        }
    }
}
