import Bytes
import HTTP

/// Gathers content in a buffer as chunks (RFC 9112, section 7.1).
///
/// What is appended between two flushes becomes one chunk: its size line has a fixed width and is written when it is
/// closed. Whoever begins such content leaves ``overheadBytes`` of room for it.
struct ChunkedWriter {
    /// Bytes of room below which no content is appended: the size line, the chunk's end and the last chunk.
    static let overheadBytes = ChunkHeader.fixedBytes + ChunkHeader.end.utf8CodeUnitCount + lastBytes
    private static let lastBytes = ChunkHeader.last.utf8CodeUnitCount

    /// Offset of the open chunk's size line from the buffer's first readable byte; -1 while none is open.
    private var openAt = -1

    /// Whether a chunk must be closed before the buffer is sent.
    var isOpen: Bool { openAt >= 0 }

    /// Appends what there is room for.
    ///
    /// - Returns: how many bytes were taken.
    mutating func append(_ content: Span<UInt8>, to buffer: Buffer) -> Int {
        let taken = min(content.count, buffer.room - Self.overheadBytes)
        guard taken > 0 else { return 0 }
        if openAt < 0 {
            openAt = buffer.count
            buffer.append { (output: inout OutputSpan<UInt8>) in
                output.append(repeating: UInt8(ascii: "0"), count: ChunkHeader.fixedBytes)
            }
        }
        return buffer.append(content.extracting(0..<taken))
    }

    /// Closes the open chunk, if there is one, so that the buffer may be sent.
    mutating func close(_ buffer: Buffer) {
        guard openAt >= 0 else { return }
        let header = ChunkHeader.fixed(buffer.count - openAt - ChunkHeader.fixedBytes)
        buffer.overwrite(at: openAt, with: header.span)
        buffer.append { (output: inout OutputSpan<UInt8>) in _ = output.append(copying: ChunkHeader.end) }
        openAt = -1
    }

    /// Makes one chunk, still open, of all that lies behind an offset.
    mutating func frame(from offset: Int, in buffer: Buffer) {
        guard openAt < 0, buffer.count > offset else { return }
        let header = [UInt8](repeating: UInt8(ascii: "0"), count: ChunkHeader.fixedBytes)
        let fits = buffer.replace(offset..<offset, with: header.span)
        precondition(fits, "room was kept for the size line")
        openAt = offset
    }

    /// Closes the open chunk and appends the last one. Trailers that do not fit are left out (RFC 9110, section 6.5.1).
    ///
    /// - Parameters:
    ///   - trailers: the trailer section as it was received; empty for none.
    ///   - names: trailers that are left out; `nil`: none.
    ///   - others: more of these.
    ///   - section: where it is parsed.
    ///   - kept: bytes of room that trailers leave free.
    mutating func finish(
        _ buffer: Buffer, trailers: Span<UInt8>, omitting names: FieldNames? = nil,
        and others: FieldNames? = nil, parsedIn section: inout TrailerSection, keeping kept: Int = 0
    ) {
        close(buffer)
        let before = buffer.count
        if trailers.count > 2, (try? section.parse(trailers, trailers.indices)) != nil {
            let fits = buffer.append { (output: inout OutputSpan<UInt8>) in
                section.write(to: &output, from: trailers, omitting: names, and: others)
            }
            if fits, buffer.room >= kept { return }
            buffer.removeLast(buffer.count - before)
        }
        let fits = buffer.append { (output: inout OutputSpan<UInt8>) in output.append(copying: ChunkHeader.last) }
        // Content that never ends would be followed by the next message on the same connection.
        precondition(fits, "room was kept for the last chunk")
    }
}
