/// Ports of TCP.
enum Port {
    /// Reads a port.
    ///
    /// - Parameters:
    ///   - text: the digits.
    ///   - range: the ports that are allowed.
    static func parse(_ text: some StringProtocol, in range: ClosedRange<Int>) throws(GrammarError) -> Int {
        guard !text.isEmpty else { throw GrammarError("has no port behind its colon") }
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = Int(text),
            range.contains(port)
        else {
            throw GrammarError(
                "has the port \(String(text).quoted): expected a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return port
    }
}
