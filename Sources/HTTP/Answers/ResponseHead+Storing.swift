import Bytes

extension ResponseHead {
    /// Whether a cache that several users share may store the answer (RFC 9111, section 3): it is given a time to live,
    /// or has what one may be guessed from, and is not said to be one user's.
    ///
    /// What is set in such an answer may reach others.
    ///
    /// - Parameter source: the bytes that were parsed.
    public func mayBeStoredForOthers(in source: Span<UInt8>) -> Bool {
        var lives = fields.contains(.expires) || fields.contains(.lastModified)
        var index = fields.index(of: .cacheControl)
        while let found = index {
            var offset = fields[found].value.lowerBound
            while let element = source.nextElement(from: &offset, to: fields[found].value.upperBound) {
                let directive = source.extracting(element)
                let name = directive.extracting(0..<(directive.firstOffset(of: UInt8(ascii: "=")) ?? directive.count))
                let isWhole = name.count == directive.count
                if name.equalsIgnoringCase("no-store") { return false }
                // With field names behind it, it is these alone that are not stored.
                if isWhole, name.equalsIgnoringCase("private") || name.equalsIgnoringCase("no-cache") { return false }
                if name.equalsIgnoringCase("public") || name.equalsIgnoringCase("max-age")
                    || name.equalsIgnoringCase("s-maxage")
                {
                    lives = true
                }
            }
            index = fields.index(of: .cacheControl, from: found + 1)
        }
        return lives
    }
}
