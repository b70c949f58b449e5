import Bytes

/// Finds the end of a head that arrives in pieces, looking at each byte once (RFC 9112, section 2).
///
/// It stands before the parser so that a head is parsed only when it is whole, and refuses at once what can never
/// become a head: bare CR or LF, NUL and other control bytes, and whatever passes a limit.
public struct HeadScanner {
    private var offset = 0
    private var lineStart = 0
    private var lineCount = 0
    private let isRequest: Bool
    private var hasSkippedLine = false

    /// Makes a scanner.
    ///
    /// - Parameter isRequest: whether one empty line before the head is skipped (RFC 9112, section 2.2) and the first
    ///   line is held to the limit of request lines.
    public init(isRequest: Bool = true) {
        self.isRequest = isRequest
    }

    /// Whether a byte of a head has been seen, beside the empty line before it.
    public var hasBegun: Bool { lineCount > 0 || offset > lineStart }

    /// Goes on looking for the end of the head.
    ///
    /// - Parameter bytes: all bytes from the head's first; those seen by earlier calls are not looked at again.
    /// - Returns: the bytes of the head with its blank line (and with the empty line before it, if there was one), or
    ///   `nil` when more is needed.
    /// - Throws: ``HeadRefusal/requestLineTooLong``, ``HeadRefusal/headTooLarge``, or what is wrong with a line end.
    public mutating func scan(_ bytes: Span<UInt8>, limits: borrowing HeadLimits) throws(HeadError) -> Int? {
        var next = offset
        while true {
            next = bytes.controlOffset(from: next)
            guard next < bytes.count else { break }
            guard bytes[next] == 0x0D else {
                guard bytes[next] == 0x09 else { throw FieldTable.controlError(bytes, at: next) }
                next += 1
                continue
            }
            guard next + 1 < bytes.count else { break }
            guard bytes[next + 1] == 0x0A else { throw HeadError(.bareCarriageReturn, at: next) }
            if lineStart == next {
                if let end = try endOfEmptyLine(next + 2, limits: limits) { return end }
            } else {
                try endOfLine(next, limits: limits)
            }
            next += 2
            lineStart = next
        }
        offset = next
        try checkUnfinished(next, limits: limits)
        return nil
    }

    private mutating func endOfEmptyLine(_ end: Int, limits: borrowing HeadLimits) throws(HeadError) -> Int? {
        guard lineCount == 0 else {
            guard end <= limits.headBytesMax else {
                throw HeadError(.headTooLarge, at: end, limit: limits.headBytesMax)
            }
            return end
        }
        guard isRequest, !hasSkippedLine else { throw HeadError(.emptyLine, at: lineStart) }
        hasSkippedLine = true
        return nil
    }

    private mutating func endOfLine(_ end: Int, limits: borrowing HeadLimits) throws(HeadError) {
        if lineCount == 0, isRequest, end - lineStart > limits.requestLineBytesMax {
            throw HeadError(.requestLineTooLong, at: end, limit: limits.requestLineBytesMax)
        }
        lineCount += 1
    }

    private func checkUnfinished(_ seen: Int, limits: borrowing HeadLimits) throws(HeadError) {
        if lineCount == 0, isRequest, seen - lineStart > limits.requestLineBytesMax {
            throw HeadError(.requestLineTooLong, at: seen, limit: limits.requestLineBytesMax)
        }
        guard seen < limits.headBytesMax else {
            throw HeadError(.headTooLarge, at: seen, limit: limits.headBytesMax)
        }
    }
}
