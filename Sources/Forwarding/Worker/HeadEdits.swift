import HTTP

/// What is replaced in the one head that is rewritten just now. Belongs to one worker's thread.
final class HeadEdits {
    private var splices = Splices()
    /// Whether nothing is replaced: asking the list at each request would be checked for exclusivity at run time.
    private var isEmpty = true

    /// What is replaced; `nil` where nothing is.
    var made: Splices? { isEmpty ? nil : splices }

    /// Replaces a range.
    ///
    /// - Returns: whether there was room for it.
    @discardableResult
    func replace(_ range: Range<Int>, with bytes: Span<UInt8>) -> Bool {
        isEmpty = false
        return splices.replace(range, with: bytes)
    }

    /// Lets somebody replace ranges.
    func edit<Result>(_ body: (inout Splices) -> Result) -> Result {
        defer { isEmpty = splices.isEmpty }
        return body(&splices)
    }

    /// Begins another head.
    func removeAll() {
        guard !isEmpty else { return }
        isEmpty = true
        splices.removeAll()
    }
}
