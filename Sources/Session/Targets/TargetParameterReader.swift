import Bytes

/// Walks the parameters of one name in a request target: path parameters (`;name=value` on any segment) first, then
/// those of the query (`?name=value` and `&name=value`).
///
/// Nothing is percent-decoded. A value ends at `&` and `?`, in the path also at `/` and, where semicolons delimit, at
/// `;`. Each byte is looked at a fixed number of times and nothing is allocated.
public struct TargetParameterReader {
    private let isSemicolonDelimiter: Bool
    private let pathEnd: Int
    private var offset = 0

    /// Makes a reader that stands before the first parameter of `target`.
    ///
    /// - Parameters:
    ///   - target: the request target (RFC 9112, section 3.2), the same at every call of `next`.
    ///   - isSemicolonDelimiter: whether a semicolon ends a value and separates parameters of the query.
    public init(_ target: Span<UInt8>, isSemicolonDelimiter: Bool) {
        self.isSemicolonDelimiter = isSemicolonDelimiter
        pathEnd = target.firstOffset(of: UInt8(ascii: "?")) ?? target.count
    }

    /// Reads the next parameter of this name, compared byte for byte.
    ///
    /// - Returns: a range into `target`, or `nil` after the last one.
    public mutating func next(named name: Span<UInt8>, in target: Span<UInt8>) -> TargetParameter? {
        while let start = nextStart(in: target) {
            let isQuery = start > pathEnd
            let end = isQuery ? target.count : pathEnd
            let valueStart = start + name.count + 1
            offset = start
            guard valueStart <= end, target[valueStart - 1] == UInt8(ascii: "="),
                target.extracting(start..<valueStart - 1).equals(name)
            else { continue }
            var valueEnd = valueStart
            while valueEnd < end && !endsValue(target[valueEnd], isQuery: isQuery) { valueEnd += 1 }
            offset = valueEnd
            return TargetParameter(source: isQuery ? .query : .path, value: valueStart..<valueEnd)
        }
        return nil
    }

    /// Finds where the next parameter's name begins.
    private func nextStart(in target: Span<UInt8>) -> Int? {
        if offset < pathEnd, let found = firstSemicolon(in: target, until: pathEnd) { return found + 1 }
        guard pathEnd < target.count else { return nil }
        if offset <= pathEnd { return pathEnd + 1 }
        guard isSemicolonDelimiter else {
            return target.firstOffset(of: UInt8(ascii: "&"), from: offset).map { $0 + 1 }
        }
        // One loop for both: a search for the one up to each of the other would be quadratic.
        for delimiter in offset..<target.count
        where target[delimiter] == UInt8(ascii: "&") || target[delimiter] == UInt8(ascii: ";") {
            return delimiter + 1
        }
        return nil
    }

    private func firstSemicolon(in target: Span<UInt8>, until end: Int) -> Int? {
        target.extracting(offset..<end).firstOffset(of: UInt8(ascii: ";")).map { $0 + offset }
    }

    private func endsValue(_ byte: UInt8, isQuery: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "?"): true
        case UInt8(ascii: "/"): !isQuery
        case UInt8(ascii: ";"): isSemicolonDelimiter
        default: false
        }
    }
}
