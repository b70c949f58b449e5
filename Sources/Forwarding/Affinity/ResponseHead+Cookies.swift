import Bytes
import HTTP
import Session

extension ResponseHead {
    /// Walks the cookies that an answer sets.
    ///
    /// - Parameters:
    ///   - source: what the head was parsed from.
    ///   - body: gets the cookie, and where the field's value lies, in which the cookie's ranges count.
    func eachSetCookie(in source: Span<UInt8>, _ body: (SetCookie, Range<Int>) -> Void) {
        var index = fields.index(of: .setCookie)
        while let found = index {
            let field = fields[found].value
            if let cookie = SetCookie(source.extracting(field)) { body(cookie, field) }
            index = fields.index(of: .setCookie, from: found + 1)
        }
    }
}
