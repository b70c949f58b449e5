import Bytes

extension RequestHead {
    /// Whether it brings anything that can say whose session it belongs to: a cookie, or a parameter of the target's
    /// path or query.
    ///
    /// - Parameter source: the bytes that were parsed.
    public func hasCookiesOrParameters(in source: Span<UInt8>) -> Bool {
        fields.contains(.cookie) || queryRange != nil
            || source.extracting(pathRange).firstOffset(of: UInt8(ascii: ";")) != nil
    }
}
