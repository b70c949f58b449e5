import Bytes

/// What is declared of how a cookie of Martlet's own may be used (RFC 6265, section 4.1.2; CHIPS for `Partitioned`).
///
/// `nil` means that nothing is declared: then it is as the application's cookie has it, where that one is followed, and
/// else the usual.
public struct CookieAttributes: Sendable, Equatable {
    /// To whose pages requests a cookie goes along.
    public enum SameSite: String, Sendable, CaseIterable {
        case lax, strict, none
    }

    /// Whether a cookie is sent over TLS alone.
    public enum Secure: String, Sendable, CaseIterable {
        /// If it was set over TLS.
        case auto
        case always, never
    }

    /// `Path`; usually `/`.
    public var path: String?
    /// `Domain`; usually none: the host alone.
    public var domain: String?
    /// `SameSite`; usually `Lax`.
    public var sameSite: SameSite?
    /// `Secure`; usually ``Secure/auto``.
    public var secure: Secure?
    /// `HttpOnly`; usually there.
    public var isHTTPOnly: Bool?
    /// `Partitioned`; usually not there.
    public var isPartitioned: Bool?

    /// Declares nothing.
    public init() {}

    /// The attributes as they stand behind the cookie's value.
    ///
    /// - Parameters:
    ///   - isSecure: whether the client came over TLS.
    ///   - field: a Set-Cookie field whose attributes are taken over where nothing is declared; `nil`: the usual ones.
    public func text(isSecure: Bool, following field: Span<UInt8>? = nil) -> [UInt8] {
        var followed = Followed()
        if let field { followed = Followed(field) }
        var text: [UInt8] = []
        func add(_ name: String, _ value: [UInt8] = []) {
            text += Array("; \(name)".utf8) + value
        }
        if let domain = domain.map({ Array($0.utf8) }) ?? followed.domain { add("Domain=", domain) }
        add("Path=", path.map { Array($0.utf8) } ?? followed.path ?? [UInt8(ascii: "/")])
        if isHTTPOnly ?? true { add("HttpOnly") }
        switch sameSite {
        case .lax?: add("SameSite=Lax")
        case .strict?: add("SameSite=Strict")
        case .none?: add("SameSite=None")
        case nil where field != nil: if let value = followed.sameSite { add("SameSite=", value) }
        case nil: add("SameSite=Lax")
        }
        let isAlwaysSecure = secure == nil && field != nil ? followed.isSecure : secure == .always
        let isNeverSecure = secure == nil && field != nil ? !followed.isSecure : secure == .never
        if isAlwaysSecure || !isNeverSecure && isSecure { add("Secure") }
        if isPartitioned ?? followed.isPartitioned { add("Partitioned") }
        return text
    }

    /// What an application's cookie says of itself.
    private struct Followed {
        var domain: [UInt8]?
        var path: [UInt8]?
        var sameSite: [UInt8]?
        var isSecure = false
        var isPartitioned = false

        init() {}

        init(_ field: Span<UInt8>) {
            guard SetCookie(field) != nil else { return }
            var reader = SetCookieAttributeReader(of: field)
            while let attribute = reader.next(in: field) {
                let value = Array(capacity: attribute.value.count) { (output: inout OutputSpan<UInt8>) in
                    _ = output.append(copying: field.extracting(attribute.value))
                }
                switch attribute.kind {
                case .domain: domain = value
                case .path: path = value
                case .sameSite: sameSite = value
                case .secure: isSecure = true
                case .partitioned: isPartitioned = true
                case .httpOnly, .maxAge, .expires, .other: break
                }
            }
        }
    }
}
