import Bytes
import HTTP

extension TrailerSection {
    /// Hands the lines of the fields that may be passed on to `body`, each with its CR LF.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - names: names that are left out beside those that nobody may say there; `nil`: none.
    ///   - buffers: lends the slab that the lines lie in meanwhile.
    /// - Returns: whether they fit into a slab.
    func withLines(
        of source: Span<UInt8>, omitting names: FieldNames?, in buffers: BufferPool, _ body: (Span<UInt8>) -> Void
    ) -> Bool {
        let text = buffers.small()
        let fits = text.append { (output: inout OutputSpan<UInt8>) in
            write(to: &output, from: source, omitting: names)
        }
        // Behind the last chunk's line, before the blank line.
        if fits { text.withReadable { body($0.extracting(3..<($0.count - 2))) } }
        buffers.giveBack(text)
        return fits
    }
}
