import CZstd

/// Zstd's own decoder, which refuses windows of more than 8 MiB as browsers do (RFC 9659).
@safe
final class ZstdDecompressor: ContentDecoding {
    private let context: OpaquePointer
    private(set) var hasEnded = false

    init() {
        guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("no memory") }
        unsafe self.context = unsafe context
        _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23)
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    func decode(_ bytes: [UInt8]) -> [UInt8]? {
        // It takes empty input, time and again, for an error.
        if bytes.isEmpty { return [] }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var isIntact = true
        unsafe bytes.withUnsafeBufferPointer { source in
            var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            var written = 0
            repeat {
                if hasEnded { break }
                let status = unsafe chunk.withUnsafeMutableBufferPointer { target in
                    var output = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    let status = unsafe ZSTD_decompressStream(context, &output, &input)
                    written = unsafe output.pos
                    return status
                }
                result += chunk[..<written]
                isIntact = ZSTD_isError(status) == 0
                hasEnded = status == 0
            } while unsafe isIntact && (input.pos < input.size || written == chunk.count)
            isIntact = unsafe isIntact && input.pos == input.size
        }
        return isIntact ? result : nil
    }
}
