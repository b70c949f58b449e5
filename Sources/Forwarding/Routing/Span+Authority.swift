import Bytes

extension Span where Element == UInt8 {
    /// An authority without its port where that is the one of its scheme (RFC 9110, section 4.2.3).
    ///
    /// - Parameter isSecure: whether the scheme is `https`, and not `http`.
    @_lifetime(copy self)
    func withoutDefaultPort(isSecure: Bool) -> Span<UInt8> {
        isSecure ? without(":443") : without(":80")
    }

    /// The bytes without a suffix.
    @_lifetime(copy self)
    func without(_ suffix: StaticString) -> Span<UInt8> {
        let rest = count - suffix.utf8CodeUnitCount
        guard rest > 0, extracting(rest..<count).equals(suffix) else { return self }
        return extracting(0..<rest)
    }
}
