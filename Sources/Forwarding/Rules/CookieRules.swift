import Bytes
import HTTP
import Model
import Session

/// Makes members' cookies say what is declared of their use (RFC 6265, section 4.1.2). Immutable; shared by all
/// workers.
struct CookieRules: Sendable {
    /// Which attributes are added: bits of an index into ``tails``.
    private static let (addsSecure, addsSameSite, addsHTTPOnly) = (1, 2, 4)

    private let secure: CookieAttributes.Secure?
    private let isHTTPOnly: Bool?
    /// The attribute that stands in place of members'; `nil`: theirs is left.
    private let sameSite: [UInt8]?
    private let names: [[UInt8]]
    /// What is put behind a cookie, by what is added.
    private let tails: [[UInt8]]
    /// What is declared, a line each, behind the keys that declare it.
    let words: [String]

    init(_ configuration: CookieRulesConfiguration) {
        // Browsers take None with Secure only.
        let isForAll = configuration.sameSite == CookieAttributes.SameSite.none
        words = [
            configuration.secure.map { "cookies.secure \($0.rawValue)" },
            configuration.sameSite.map { "cookies.same-site \($0.rawValue)" },
            configuration.isHTTPOnly.map { "cookies.http-only \($0)" },
            configuration.names.isEmpty ? nil : "cookies.only \(configuration.names.joined(separator: ", "))",
        ].compactMap { $0 }
        secure = isForAll ? .always : configuration.secure
        isHTTPOnly = configuration.isHTTPOnly
        names = configuration.names.map { Array($0.utf8) }
        let sameSite = configuration.sameSite.map { Array("; SameSite=\($0.rawValue.capitalized)".utf8) }
        self.sameSite = sameSite
        tails = (0..<8).map { added in
            (added & Self.addsSecure != 0 ? Array("; Secure".utf8) : [])
                + (added & Self.addsSameSite != 0 ? sameSite ?? [] : [])
                + (added & Self.addsHTTPOnly != 0 ? Array("; HttpOnly".utf8) : [])
        }
    }

    /// Adds what is to be replaced in an answer's cookies.
    ///
    /// - Parameter isSecure: whether the client speaks TLS.
    /// - Returns: whether there was room for all of it; if not, some cookie would go out as the member wrote it.
    func edit(
        _ head: borrowing ResponseHead, in source: Span<UInt8>, isSecure: Bool, _ splices: inout Splices
    ) -> Bool {
        var index = head.fields.index(of: .setCookie)
        while let found = index {
            guard edit(head.fields[found].value, in: source, isSecure: isSecure, &splices) else { return false }
            index = head.fields.index(of: .setCookie, from: found + 1)
        }
        return true
    }

    private func edit(
        _ field: Range<Int>, in source: Span<UInt8>, isSecure: Bool, _ splices: inout Splices
    ) -> Bool {
        let text = source.extracting(field)
        guard isMeant(text) else { return true }
        var missing =
            (secure == .always || secure == .auto && isSecure ? Self.addsSecure : 0)
            | (sameSite == nil ? 0 : Self.addsSameSite) | (isHTTPOnly == true ? Self.addsHTTPOnly : 0)
        var fits = true
        var reader = SetCookieAttributeReader(of: text)
        while let attribute = reader.next(in: text) {
            let whole = field.lowerBound + attribute.whole.lowerBound..<field.lowerBound + attribute.whole.upperBound
            switch attribute.kind {
            case .secure:
                if secure == .never { fits = splices.replace(whole, with: Span()) && fits }
                missing &= ~Self.addsSecure
            case .httpOnly:
                if isHTTPOnly == false { fits = splices.replace(whole, with: Span()) && fits }
                missing &= ~Self.addsHTTPOnly
            case .sameSite:
                guard let sameSite else { continue }
                let isFirst = missing & Self.addsSameSite != 0
                fits = splices.replace(whole, with: isFirst ? sameSite.span : Span()) && fits
                missing &= ~Self.addsSameSite
            default: continue
            }
        }
        guard missing != 0 else { return fits }
        let tail = tails[missing]
        return splices.replace(field.upperBound..<field.upperBound, with: tail.span) && fits
    }

    /// Whether a cookie is one of those that are named.
    private func isMeant(_ field: Span<UInt8>) -> Bool {
        guard !field.isEmpty else { return false }
        guard !names.isEmpty else { return true }
        guard let cookie = SetCookie(field) else { return false }
        let name = field.extracting(cookie.name)
        return names.contains { name.equals($0.span) }
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
