import Bytes
import HTTP
import Session

extension RequestHead {
    /// Walks the cookies of a name, as many as are looked at.
    ///
    /// - Parameters:
    ///   - bytes: what the head was parsed from.
    ///   - isCut: whether they are to be taken out.
    ///   - body: gets where the value lies, and what to take out so that the cookie is gone; empty where it is not.
    func eachCookie(
        named name: [UInt8], in bytes: Span<UInt8>, isCut: Bool = false, _ body: (Range<Int>, Range<Int>) -> Void
    ) {
        guard !name.isEmpty else { return }
        var left = Session.Limits.rewrittenMax
        var index = fields.index(of: .cookie)
        while let found = index, left > 0 {
            let field = fields[found].value
            let cookies = bytes.extracting(field)
            var reader = CookieReader()
            var cut = CookieCut()
            while left > 0, let value = reader.next(named: name.span, in: cookies) {
                let removal = isCut ? cut.range(for: reader.pair, in: cookies) : 0..<0
                body(value.shifted(by: field.lowerBound), removal.shifted(by: field.lowerBound))
                left -= 1
            }
            index = fields.index(of: .cookie, from: found + 1)
        }
    }
}

extension Range<Int> {
    /// The range as it lies in what this one is a part of.
    func shifted(by offset: Int) -> Range<Int> {
        lowerBound + offset..<upperBound + offset
    }
}
