import Bytes
import HTTP

extension TrailerSection {
    /// Hands the lines of the fields that may be passed on to `body`, each with its CR LF.
    ///
    /// - Parameters:
    ///   - source: the bytes that were parsed.
    ///   - buffers: lends the slab that the lines lie in meanwhile.
    /// - Returns: whether they fit into a slab.
    func withLines(of source: Span<UInt8>, in buffers: BufferPool, _ body: (Span<UInt8>) -> Void) -> Bool {
        let text = buffers.small()
        let fits = text.append { (output: inout OutputSpan<UInt8>) in write(to: &output, from: source) }
        // Behind the last chunk's line, before the blank line.
        if fits { text.withReadable { body($0.extracting(3..<($0.count - 2))) } }
        buffers.giveBack(text)
        return fits
    }
}
