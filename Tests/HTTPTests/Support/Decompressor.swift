import CZlib

/// zlib's inflate, to read what an encoder wrote.
@safe
final class Decompressor: ContentDecoding {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the end of the gzip member, with its checksum, was read.
    private(set) var hasEnded = false

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let result = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Reads all of the bytes; `nil` when they are no gzip.
    func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var input = bytes
        var chunk = [UInt8](repeating: 0, count: 65536)
        var isIntact = true
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.pointee.next_in = source.baseAddress
            unsafe stream.pointee.avail_in = UInt32(source.count)
            repeat {
                let count = chunk.count
                let status = unsafe chunk.withUnsafeMutableBufferPointer { target in
                    unsafe stream.pointee.next_out = target.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(count)
                    return unsafe inflate(stream, Z_SYNC_FLUSH)
                }
                result += chunk[..<(count - Int(unsafe stream.pointee.avail_out))]
                hasEnded = status == Z_STREAM_END
                isIntact = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR
            } while unsafe isIntact && !hasEnded && stream.pointee.avail_out == 0
        }
        return isIntact ? result : nil
    }
}
