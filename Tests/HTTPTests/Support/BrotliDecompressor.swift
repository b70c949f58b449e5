import CBrotliDecoder

/// Brotli's own decoder.
@safe
final class BrotliDecompressor: ContentDecoding {
    private let state: OpaquePointer

    init() {
        guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else { preconditionFailure("no memory") }
        unsafe self.state = unsafe state
    }

    deinit {
        unsafe BrotliDecoderDestroyInstance(state)
    }

    var hasEnded: Bool { unsafe BrotliDecoderIsFinished(state) != 0 }

    func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var isIntact = true
        unsafe bytes.withUnsafeBufferPointer { source in
            var left = source.count
            var next = source.baseAddress
            while isIntact {
                var room = chunk.count
                let status = unsafe chunk.withUnsafeMutableBufferPointer { target in
                    var end = target.baseAddress
                    return unsafe BrotliDecoderDecompressStream(state, &left, &next, &room, &end, nil)
                }
                result += chunk[..<(chunk.count - room)]
                isIntact = status != BROTLI_DECODER_RESULT_ERROR
                // It asks for input while it has output that there was no room for.
                if unsafe BrotliDecoderHasMoreOutput(state) == 0 { break }
            }
            isIntact = isIntact && left == 0
        }
        return isIntact ? result : nil
    }
}
